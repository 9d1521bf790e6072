//! `firebell test`: the tests that stand beside the rules.

mod junit;
mod outcome;
mod text;

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::cli::Test;
use crate::clock;
use crate::commands::{Exit, Failure};
use crate::config::{RuleBook, Sources};

use outcome::{Outcome, Runner};

/// The tests of a file, and what came of them.
struct Suite<'b> {
    path: &'b Path,
    outcomes: Vec<Outcome<'b>>,
}

impl Suite<'_> {
    fn failed(&self) -> usize {
        let failed = self.outcomes.iter().filter(|outcome| !outcome.passed());
        failed.count()
    }
}

/// Runs every test that is asked for, and says what came of it.
///
/// # Errors
/// All problems of the files, or an answer that cannot be written.
pub fn test(asked: &Test, out: &mut impl Write) -> Result<Exit, Failure> {
    let book = match &asked.config {
        Some(config) => {
            let sources = Sources::of_process(Some(config.clone()));
            RuleBook::of_configuration(&sources, &asked.files)?
        }
        None => RuleBook::of_files(&asked.files)?,
    };
    let runner = Runner::new(&book, clock::now_millis());
    let suites: Vec<Suite<'_>> = book
        .tests
        .iter()
        .map(|file| Suite {
            path: &file.path,
            outcomes: file.tests.iter().map(|test| runner.run(test)).collect(),
        })
        .collect();
    if let Some(path) = &asked.junit {
        let written = junit::write(&suites, path);
        written.map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
    }
    match text::write(&suites, out) {
        // The reader has seen enough, as `head` does; the verdict stands.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error.into()),
        Ok(()) | Err(_) => {}
    }
    let count: usize = suites.iter().map(|suite| suite.outcomes.len()).sum();
    let failed: usize = suites.iter().map(Suite::failed).sum();
    Ok(if count > 0 && failed == 0 {
        Exit::Ok
    } else {
        Exit::Failed
    })
}

#[cfg(test)]
mod tests;
