//! `firebell dead-letters`: what was given up, for whoever mends it.

mod change;
mod list;
mod purge;
mod redrive;
mod show;
mod tally;

use std::io::Write;

use crate::cli::{File, OfDeadLetters};
use crate::commands::{Exit, Failure};
use crate::config::{Config, Sources, load};

/// Does what is asked with dead letters.
///
/// # Errors
/// A wrong configuration or command line, a cluster that does not answer, or an answer that cannot
/// be written.
pub async fn dead_letters(what: &OfDeadLetters, out: &mut impl Write) -> Result<Exit, Failure> {
    match what {
        OfDeadLetters::List(asked) => list::list(asked, out).await,
        OfDeadLetters::Show(asked) => show::show(asked, out).await,
        OfDeadLetters::Redrive(asked) => redrive::redrive(asked, out).await,
        OfDeadLetters::Purge(asked) => purge::purge(asked, out).await,
    }
}

pub(super) fn configuration(file: &File) -> Result<Config, Failure> {
    Ok(load(&Sources::of_process(file.config.clone()))?)
}

/// What to say where nothing was found for names that the configuration does not have.
pub(super) fn hint(config: &Config, workflows: &[String]) -> String {
    let unknown = workflows
        .iter()
        .find(|name| !config.workflows.contains_key(*name));
    let Some(name) = unknown else {
        return String::new();
    };
    let names: Vec<&str> = config.workflows.keys().map(String::as_str).collect();
    let help = crate::document::suggestion(name, &names);
    format!("\n    help: the configuration has no workflow `{name}`: {help}")
}
