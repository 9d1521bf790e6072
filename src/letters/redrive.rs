//! Whether a dead letter's delivery may be put back, and as what.

use std::sync::Arc;

use super::Letter;
use crate::config::Config;
use crate::deliver::Progress;
use crate::document::suggestion;
use crate::settle::{Parked, headers};

/// By what a redrive goes.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The workflows and automations that there are.
    pub config: &'a Config,
    /// Another workflow than the letter's own.
    pub to: Option<&'a str>,
    /// A delivery that was put back so often is not put back again.
    pub max_redrives: u32,
}

/// A delivery to be put back.
#[derive(Debug, Clone)]
pub struct Redrive {
    /// The dead letter.
    pub letter: Arc<Letter>,
    /// The delivery as it is to wait.
    pub parked: Parked,
}

/// Why a dead letter cannot be put back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cannot {
    /// A record or an event that could not be read.
    #[error(
        "there never was a delivery: the record could not be read. Mend its producer, and produce it again"
    )]
    NeverADelivery,
    /// The cluster took it without its value alone.
    #[error(
        "the dead letter has no value, since the cluster took none of its size: its original is where `show` says"
    )]
    NoValue,
    /// Our headers say too little.
    #[error("its headers cannot be read: {0}")]
    Unreadable(String),
    /// The guard against going round for ever.
    #[error(
        "it was redriven {0} times already: mend the workflow first, then raise --max-redrives"
    )]
    TooOften(u32),
    /// The workflow is not in the configuration.
    #[error("the configuration has no workflow `{0}`: name another one with --to ({1})")]
    NoWorkflow(String, String),
    /// The automation is not in the configuration.
    #[error(
        "the configuration has no automation `{0}`, for which it was delivered: name its workflow with --to to run it all the same ({1})"
    )]
    NoAutomation(String, String),
}

impl Rules<'_> {
    /// The delivery of a dead letter as it is to wait, from `now` (milliseconds since the epoch)
    /// on: attempts, rounds and age count anew.
    ///
    /// # Errors
    /// Why it cannot be put back.
    pub fn judge(&self, letter: &Arc<Letter>, now: i64) -> Result<Redrive, Cannot> {
        if letter.id().is_none() || letter.own("workflow").is_none() {
            return Err(Cannot::NeverADelivery);
        }
        if letter.record.value.is_none() {
            return Err(Cannot::NoValue);
        }
        let read = headers::read_dead(&letter.record, now);
        let mut parked = read.map_err(|error| Cannot::Unreadable(error.to_string()))?;
        if parked.progress.redriven >= self.max_redrives {
            return Err(Cannot::TooOften(parked.progress.redriven));
        }
        match self.to {
            Some(workflow) => send_elsewhere(&mut parked, workflow, letter),
            None => self.known(&parked)?,
        }
        parked.progress = Progress {
            since: now,
            redriven: parked.progress.redriven.saturating_add(1),
            ..Progress::default()
        };
        let letter = Arc::clone(letter);
        Ok(Redrive { letter, parked })
    }

    /// A daemon would make a dead letter of anything else again, after `retry.unknown_after`.
    fn known(&self, parked: &Parked) -> Result<(), Cannot> {
        let Parked {
            workflow,
            automation,
            ..
        } = parked;
        if !self.config.workflows.contains_key(workflow) {
            let names: Vec<&str> = self.config.workflows.keys().map(String::as_str).collect();
            return Err(Cannot::NoWorkflow(
                workflow.clone(),
                suggestion(workflow, &names),
            ));
        }
        let automations = self.config.automations.iter();
        let names: Vec<&str> = automations.map(|one| one.name.as_str()).collect();
        if !names.contains(&automation.as_str()) {
            return Err(Cannot::NoAutomation(
                automation.clone(),
                suggestion(automation, &names),
            ));
        }
        Ok(())
    }
}

/// To another workflow it is another delivery, with the id that it would have had there.
fn send_elsewhere(parked: &mut Parked, workflow: &str, letter: &Letter) {
    if parked.workflow == workflow {
        return;
    }
    let event = parked.delivery(&letter.record).body;
    parked.id = parked
        .identity(&event)
        .delivery_id(&parked.automation, workflow);
    workflow.clone_into(&mut parked.workflow);
}

#[cfg(test)]
#[path = "redrive/tests.rs"]
mod tests;
