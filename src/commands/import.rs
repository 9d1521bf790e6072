//! `firebell import`: takes in what people have in Azure.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::cli::Import;
use crate::commands::{Exit, Failure};
use crate::config::read_bytes;
use crate::import::{Imported, InputFile, Options, Weight, import as import_files};

/// Bytes of a file that is imported.
const MAX_INPUT: usize = 16 << 20;
/// Bytes of a file of automations that `run` and `check` read.
const MAX_OUTPUT: usize = 1 << 20;

/// Reads the files, writes the automations to `out` or to the file that is named, and what there
/// is to tell to `tell`.
///
/// # Errors
/// That the command line makes no sense, or that `out` or `tell` cannot be written.
pub fn import(
    wanted: &Import,
    out: &mut impl Write,
    tell: &mut impl Write,
) -> Result<Exit, Failure> {
    let options = options(wanted).map_err(Failure::Wrong)?;
    let mut files = Vec::new();
    let mut unread = 0_usize;
    for path in &wanted.files {
        match read(path) {
            Ok(file) => files.push(file),
            Err(error) => {
                unread += 1;
                writeln!(tell, "problem  {}: failed to read: {error}", path.display())?;
            }
        }
    }
    let imported = import_files(&files, &options);
    let mut file = "";
    for note in &imported.notes {
        if note.file != file {
            file = &note.file;
            writeln!(tell, "{file}")?;
        }
        writeln!(tell, "  {note}")?;
    }
    let written = write(&imported, wanted.output.as_deref(), out)?;
    if let Err(message) = &written {
        writeln!(tell, "problem  {message}")?;
    }
    let beside = unread + usize::from(written.is_err() && !imported.is_empty());
    let problems = imported.count(Weight::Problem) + beside;
    summary(&imported, problems, tell)?;
    Ok(if problems == 0 && written.is_ok() {
        Exit::Ok
    } else {
        Exit::Failed
    })
}

/// What the command line asks for, or why it makes no sense.
fn options(wanted: &Import) -> Result<Options, String> {
    if let Some(output) = &wanted.output
        && !wanted.force
        && output.exists()
    {
        let output = output.display();
        return Err(format!("{output} is there already: --force overwrites it"));
    }
    if let Some(id) = &wanted.subscription {
        subscription(id)?;
    }
    let mut options = Options::default()
        .with_subscription(wanted.subscription.clone())
        .with_resource_group(wanted.resource_group.clone());
    for parameter in &wanted.parameters {
        options
            .parameter(parameter)
            .map_err(|error| format!("--parameter: {error}"))?;
    }
    Ok(options)
}

/// A scope with a slip in its subscription would be written, and cover nothing.
fn subscription(id: &str) -> Result<(), String> {
    let bare = id.strip_prefix("/subscriptions/").unwrap_or(id);
    let groups: Vec<&str> = bare.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if lengths.eq([8, 4, 4, 4, 12]) && groups.iter().all(is_hex) {
        return Ok(());
    }
    Err(format!(
        "--subscription: expected an id, such as `00000000-1111-2222-3333-444444444444`, found `{id}`"
    ))
}

fn read(path: &Path) -> io::Result<InputFile> {
    let bytes = read_bytes(path, MAX_INPUT)?;
    if bytes.len() > MAX_INPUT {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "more than 16 MiB"));
    }
    let name = path.display().to_string();
    Ok(InputFile { name, bytes })
}

/// Writes the automations, if there is any; why not, as the inner error.
fn write(
    imported: &Imported,
    output: Option<&Path>,
    out: &mut impl Write,
) -> io::Result<Result<(), String>> {
    if imported.is_empty() {
        return Ok(Err("there is nothing to write".to_owned()));
    }
    let text = match imported.yaml() {
        Ok(text) if text.len() <= MAX_OUTPUT => text,
        Ok(text) => {
            return Ok(Err(format!(
                "the automations take {} bytes, and a file of automations has 1 MiB at most: \
                 import fewer files at once",
                text.len()
            )));
        }
        Err(message) => return Ok(Err(message)),
    };
    let Some(path) = output else {
        out.write_all(text.as_bytes())?;
        return out.flush().map(Ok);
    };
    let failed = |error| format!("{}: failed to write: {error}", path.display());
    Ok(fs::write(path, text).map_err(failed))
}

fn summary(imported: &Imported, problems: usize, tell: &mut impl Write) -> io::Result<()> {
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    writeln!(
        tell,
        "{} imported, {} to configure; {}, {}, {} missing, {}",
        count(imported.len(), "automation"),
        count(imported.stubs.len(), "workflow"),
        count(imported.count(Weight::Changed), "change"),
        count(imported.count(Weight::Warning), "warning"),
        imported.count(Weight::Missing),
        count(problems, "problem"),
    )
}

#[cfg(test)]
mod tests;
