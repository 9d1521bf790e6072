//! `firebell trigger`: one workflow, one event, one attempt, by the way of every delivery.

mod attempt;
mod event;
mod source;

use std::io::Write;

use crate::cli::Trigger;
use crate::clock;
use crate::commands::{Exit, Failure, explain, say};
use crate::config::{Config, RuleBook, Sources, load};
use crate::document::suggestion;

use event::Event;
use source::Source;

/// Runs a workflow, or what an automation runs, on one event.
///
/// # Errors
/// A wrong configuration, event or command line, a record that is not there, or an answer that
/// cannot be written.
pub async fn trigger(asked: &Trigger, out: &mut impl Write) -> Result<Exit, Failure> {
    let sources = Sources::of_process(asked.file.config.clone());
    let config = load(&sources)?;
    let listed = listed(asked, &config)?;
    let source = Source::of(asked, &config).await?;
    let now = clock::now_millis();
    let event = Event::of(&source, &config, (asked.place, now))?;
    if let Some(name) = &asked.automation
        && !event.matched.contains(name)
    {
        let book = RuleBook::of_configuration(&sources, &[])?;
        let record = (&*source.payload, source.kind);
        explain::say_why(&book, record, (now, name), out)?;
        out.flush()?;
        say(&format!("{name} does not match: nothing was run"));
        return Ok(Exit::Failed);
    }
    let mut exit = Exit::Ok;
    for (number, workflow) in listed.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let delivery = event.delivery(&source, asked.automation.as_deref(), workflow);
        let ended = attempt::run(asked, (&config, workflow), delivery, out).await?;
        if ended != Exit::Ok {
            exit = ended;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// The workflows to run.
fn listed(asked: &Trigger, config: &Config) -> Result<Vec<String>, Failure> {
    let wanted = asked.workflow.as_ref();
    if let Some(name) = wanted {
        let names: Vec<&str> = config.workflows.keys().map(String::as_str).collect();
        known("workflow", name, &names)?;
    }
    let Some(automation) = &asked.automation else {
        return Ok(wanted.cloned().into_iter().collect());
    };
    let mut automations = config.automations.iter();
    let Some(found) = automations.find(|one| one.name == *automation) else {
        let all = config.automations.iter();
        let names: Vec<&str> = all.map(|one| one.name.as_str()).collect();
        return known("automation", automation, &names).map(|()| Vec::new());
    };
    match wanted {
        None => Ok(found.workflows.clone()),
        Some(name) if found.workflows.contains(name) => Ok(vec![name.clone()]),
        Some(name) => {
            let runs = found.workflows.join(", ");
            let text =
                format!("the automation `{automation}` does not run `{name}`: it runs {runs}");
            Err(Failure::Wrong(text))
        }
    }
}

fn known(what: &str, name: &str, names: &[&str]) -> Result<(), Failure> {
    if names.contains(&name) {
        return Ok(());
    }
    let help = suggestion(name, names);
    Err(Failure::Wrong(format!(
        "unknown {what} `{name}`\n    help: {help}"
    )))
}
