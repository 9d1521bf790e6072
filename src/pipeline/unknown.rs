//! Parked deliveries whose automation or workflow this process does not know.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::deliver::{Pace, Undelivered};
use crate::reason::{Failure, Reason};

/// Names that are remembered: they come from headers. What comes after them is not told.
const MOST: usize = 100;

/// What a delivery needs, and this process does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown<'a> {
    /// The automation of this name.
    Automation(&'a str),
    /// The workflow of this name.
    Workflow(&'a str),
}

impl Unknown<'_> {
    fn parts(self) -> (Reason, &'static str, String) {
        match self {
            Self::Automation(name) => (Reason::AutomationRemoved, "automation", name.to_owned()),
            Self::Workflow(name) => (Reason::WorkflowRemoved, "workflow", name.to_owned()),
        }
    }

    /// The delivery waits for a process that knows it.
    pub(super) fn undelivered(self, told: &Told) -> Undelivered {
        let (reason, what, name) = self.parts();
        let text = format!("no {what} {name} in the configuration");
        if told.is_first(what, name) {
            tracing::warn!(
                reason = reason.label(),
                error = text,
                "parked deliveries need what this process does not know: they wait for a process that knows it, retry.unknown_after at most"
            );
        }
        Undelivered {
            failure: Failure::new(reason, text),
            pace: Pace::Unspent,
        }
    }
}

/// The names that were told: a line for each, and not for each delivery.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<BTreeSet<(&'static str, String)>>);

impl Told {
    fn is_first(&self, what: &'static str, name: String) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < MOST && told.insert((what, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_told_once_and_the_names_are_bounded() {
        let told = Told::default();
        assert!(told.is_first("workflow", "w".to_owned()));
        assert!(!told.is_first("workflow", "w".to_owned()));
        assert!(told.is_first("automation", "w".to_owned()));
        let more = (0..1_000).filter(|one| told.is_first("workflow", one.to_string()));
        assert_eq!(more.count(), MOST - 2);
    }

    #[test]
    fn what_is_unknown_waits_without_an_attempt_and_keeps_its_reason() {
        let told = Told::default();
        for (unknown, reason, text) in [
            (
                Unknown::Automation("a"),
                Reason::AutomationRemoved,
                "no automation a in the configuration",
            ),
            (
                Unknown::Workflow("w"),
                Reason::WorkflowRemoved,
                "no workflow w in the configuration",
            ),
        ] {
            let undelivered = unknown.undelivered(&told);
            assert_eq!(undelivered.pace, Pace::Unspent);
            assert_eq!(undelivered.failure, Failure::new(reason, text));
            assert!(reason.is_unspent() && reason.is_unknown());
        }
    }
}
