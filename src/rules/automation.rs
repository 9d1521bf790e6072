//! What runs which workflows for which events.

use std::borrow::Cow;

use crate::decode::{Event, Json};
use crate::event::EventKind;
use crate::rules::{RuleSet, Scope};

/// The priority of an automation that names none.
pub const USUAL_PRIORITY: u16 = 1_000;

/// The highest priority.
pub const MAX_PRIORITY: u16 = 10_000;

/// One automation.
#[derive(Debug, Clone)]
pub struct Automation {
    /// Its name, unique among all.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// A disabled one runs nothing.
    pub enabled: bool,
    /// From this instant on it runs nothing; in milliseconds since the epoch.
    pub expires: Option<i64>,
    /// Its place among the automations, 0 to [`MAX_PRIORITY`]: a lower one is asked first.
    pub priority: u16,
    /// Whether later automations see an event that it runs for.
    pub stop: Stop,
    /// The kinds it listens to; without one it runs nothing.
    pub kinds: Vec<EventKind>,
    /// Where it applies; without one, everywhere.
    pub scopes: Vec<Scope>,
    /// One of them must hold; without one, every event of its kinds and scopes matches.
    pub rule_sets: Vec<RuleSet>,
    /// The workflows it runs, by name.
    pub workflows: Vec<String>,
    /// Whether it also runs for the weekly copies of its kinds.
    pub include_snapshots: IncludeSnapshots,
    /// Whether it also runs for events that tell that their object is gone.
    pub include_deletes: IncludeDeletes,
}

/// Whether an automation runs for snapshots of the kinds it names. One that names a snapshot
/// kind runs for that kind in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncludeSnapshots {
    /// For streamed changes only.
    #[default]
    No,
    /// For the snapshots too.
    Yes,
}

/// Whether an automation runs for events with the action `Delete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncludeDeletes {
    /// Not for them.
    #[default]
    No,
    /// For them too.
    Yes,
}

/// Whether later automations see an event that an automation runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stop {
    /// They do.
    #[default]
    No,
    /// They do not.
    Yes,
}

impl Automation {
    /// An enabled one for every event of these kinds, with the usual settings.
    #[must_use]
    pub const fn new(name: String, kinds: Vec<EventKind>, workflows: Vec<String>) -> Self {
        Self {
            name,
            description: String::new(),
            enabled: true,
            expires: None,
            priority: USUAL_PRIORITY,
            stop: Stop::No,
            kinds,
            scopes: Vec::new(),
            rule_sets: Vec::new(),
            workflows,
            include_snapshots: IncludeSnapshots::No,
            include_deletes: IncludeDeletes::No,
        }
    }

    /// Whether it is enabled and listens to such events: by kind and action.
    pub(super) fn listens_to(&self, event: &Event<'_>) -> bool {
        self.enabled && self.names(event.kind) && self.wants_action(event)
    }

    /// Whether its time is over at an instant, in milliseconds since the epoch.
    #[must_use]
    pub fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// Whether it applies to one of these resources.
    pub(super) fn covers(&self, resource_ids: &[Cow<'_, str>]) -> bool {
        self.scopes.is_empty()
            || self
                .scopes
                .iter()
                .any(|scope| resource_ids.iter().any(|id| scope.covers(id)))
    }

    /// Whether one of its rule sets holds, or it has none.
    pub(super) fn holds(&self, fields: &Json<'_>) -> bool {
        self.rule_sets.is_empty() || self.rule_sets.iter().any(|rules| rules.holds(fields))
    }

    /// Whether it names such a kind, or wants the snapshots of one that it names.
    #[must_use]
    pub fn names(&self, kind: EventKind) -> bool {
        let snapshots = self.include_snapshots == IncludeSnapshots::Yes;
        self.kinds
            .iter()
            .any(|own| *own == kind || (snapshots && own.snapshot() == kind))
    }

    /// Whether it wants to hear of what the event did: that its object is gone, or another thing.
    pub(super) fn wants_action(&self, event: &Event<'_>) -> bool {
        self.include_deletes == IncludeDeletes::Yes || !event.deleted()
    }
}
