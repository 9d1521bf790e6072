//! `firebell explain`: why each automation runs for an event, or does not.

mod text;
mod view;
mod words;

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::cli::{Explain, Output};
use crate::clock;
use crate::commands::letters::kind;
use crate::commands::verdicts::Verdicts;
use crate::commands::{Exit, Failure};
use crate::config::{RuleBook, SourceKind, Sources, read_bytes};
use crate::decode::{Decoder, Needs};
use crate::document::suggestion;

pub(super) use view::{AutomationView, EventView};

use view::View;

/// Explains every event of the record that is asked for.
///
/// # Errors
/// All problems of the rules, or what is asked for is not there, or `out` cannot be written.
pub fn explain(asked: &Explain, out: &mut impl Write) -> Result<Exit, Failure> {
    let book = if asked.rules.is_empty() {
        RuleBook::of_configuration(&Sources::of_process(asked.config.clone()), &[])?
    } else {
        RuleBook::of_files(&asked.rules)?
    };
    let only = asked.automation.as_deref();
    if let Some(name) = only {
        known(&book, name)?;
    }
    let (now, kind) = (instant(asked)?, source_kind(asked)?);
    let bytes = bytes(&asked.event, book.decode.max_bytes)?;
    let view = seen(&book, (&bytes, kind), (now, only));
    match asked.output {
        Output::Text => text::write(&view, out)?,
        Output::Json => {
            let json = serde_json::to_string_pretty(&view).map_err(io::Error::from)?;
            writeln!(out, "{json}")?;
        }
    }
    Ok(if view.is_readable() {
        Exit::Ok
    } else {
        Exit::Failed
    })
}

/// Says why an automation does not run for what a record holds, or does; at an instant, in
/// milliseconds since the epoch.
pub(super) fn say_why(
    book: &RuleBook,
    record: (&[u8], SourceKind),
    (now, automation): (i64, &str),
    out: &mut impl Write,
) -> io::Result<()> {
    text::write(&seen(book, record, (now, Some(automation))), out)
}

fn seen(
    book: &RuleBook,
    (bytes, kind): (&[u8], SourceKind),
    (now, only): (i64, Option<&str>),
) -> View {
    // The whole event: what stands beside a missing property is shown.
    let decoder = Decoder::new(Needs::everything(), book.decode);
    match decoder.decode(bytes, kind) {
        Ok(record) => {
            let verdicts = Verdicts::new(book).of(bytes, kind, now);
            View::new(book, (&record, &verdicts), (now, only))
        }
        Err(error) => View::unreadable(&error),
    }
}

fn known(book: &RuleBook, name: &str) -> Result<(), Failure> {
    let names = book.automations.iter().map(|one| one.name.as_str());
    let names: Vec<&str> = names.collect();
    if names.contains(&name) {
        return Ok(());
    }
    let help = suggestion(name, &names);
    Err(Failure::Wrong(format!(
        "--automation: unknown automation `{name}`\n    help: {help}"
    )))
}

fn instant(asked: &Explain) -> Result<i64, Failure> {
    let Some(text) = &asked.now else {
        return Ok(clock::now_millis());
    };
    let read: Option<Timestamp> = text.parse().ok();
    read.map(Timestamp::as_millisecond).ok_or_else(|| {
        Failure::Wrong(format!(
            "--now: expected an instant such as `2027-01-31T00:00:00Z`, found `{text}`"
        ))
    })
}

fn source_kind(asked: &Explain) -> Result<SourceKind, Failure> {
    let named = asked.kind.as_deref().map(kind).transpose()?;
    Ok(named.map_or(SourceKind::Auto, SourceKind::Fixed))
}

/// The record's value; `-` is standard input.
pub(super) fn bytes(path: &PathBuf, most: usize) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        io::stdin()
            .take(most)
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    } else {
        read_bytes(path, most)
    };
    let path = path.display();
    read.map_err(|error| Failure::Wrong(format!("failed to read the event {path}: {error}")))
}

#[cfg(test)]
mod tests;
