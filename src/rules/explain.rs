//! Why an automation runs for an event, or does not.
//!
//! The verdicts are those of the index, as in production. The reasons beside them come from the
//! methods of [`Automation`], [`RuleSet`] and [`Rule`](crate::rules::Rule) that
//! [`Scan`](crate::rules::Scan) uses, to which the index is held.

mod rule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::decode::Event;
use crate::event::EventKind;
use crate::rules::{Automation, IncludeSnapshots, RuleSet, Scope, Stop};

pub use rule::{ExplainedRule, RuleMiss};

/// One automation's verdict and its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained<'r> {
    /// Whether it runs for the event.
    pub fires: bool,
    /// Why it does not; empty when it does.
    pub misses: Vec<Miss<'r>>,
    /// Its rule sets, whether they were asked or not.
    pub rule_sets: Vec<ExplainedSet<'r>>,
}

/// A rule set's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedSet<'r> {
    /// Whether all its rules hold.
    pub holds: bool,
    /// Its rules.
    pub rules: Vec<ExplainedRule<'r>>,
}

/// A reason why an automation does not run for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss<'r> {
    /// It is disabled.
    Disabled,
    /// Its time is over.
    Expired {
        /// Since when, in milliseconds since the epoch.
        since: i64,
    },
    /// The event is of a kind that it does not name.
    OtherKind {
        /// The event's kind.
        event: EventKind,
        /// The kinds that it names.
        named: &'r [EventKind],
    },
    /// The event is the snapshot of a kind that it names.
    Snapshot,
    /// The event tells that its object is gone.
    Delete,
    /// None of its scopes covers one of the event's resources.
    OutOfScope {
        /// The event's resources.
        resource_ids: Vec<String>,
        /// Its scopes.
        scopes: &'r [Scope],
    },
    /// None of its rule sets holds.
    NoRuleSet,
    /// An automation before it fires and stops the rest.
    Stopped {
        /// The name of that automation.
        by: &'r str,
    },
}

/// Explains every automation, in the order in which they are asked. `found` are the places of those
/// that the event runs, rising; `now` is in milliseconds since the epoch. The event is best read whole, so
/// that what is near a missing property is seen.
#[must_use]
pub fn explain<'r>(
    automations: &'r [Automation],
    event: &Event<'_>,
    found: &[usize],
    now: i64,
) -> Vec<Explained<'r>> {
    let ids = event.resource_ids();
    let mut stopped_by = None;
    let mut explained = Vec::new();
    for (place, automation) in automations.iter().enumerate() {
        let mut misses = misses(automation, event, &ids, now);
        misses.extend(stopped_by.map(|by| Miss::Stopped { by }));
        let fires = found.binary_search(&place).is_ok();
        if fires && automation.stop == Stop::Yes {
            stopped_by = Some(automation.name.as_str());
        }
        let sets = automation.rule_sets.iter();
        explained.push(Explained {
            fires,
            misses,
            rule_sets: sets.map(|rules| rule_set(rules, event)).collect(),
        });
    }
    explained
}

fn misses<'r>(
    automation: &'r Automation,
    event: &Event<'_>,
    ids: &[Cow<'_, str>],
    now: i64,
) -> Vec<Miss<'r>> {
    let mut misses = Vec::new();
    if !automation.enabled {
        misses.push(Miss::Disabled);
    }
    let expired = automation.expires.filter(|_| automation.is_expired(now));
    misses.extend(expired.map(|since| Miss::Expired { since }));
    if !automation.names(event.kind) {
        misses.push(other_kind(automation, event.kind));
    }
    if !automation.wants_action(event) {
        misses.push(Miss::Delete);
    }
    if !automation.covers(ids) {
        misses.push(Miss::OutOfScope {
            resource_ids: ids.iter().map(ToString::to_string).collect(),
            scopes: &automation.scopes,
        });
    }
    if !automation.holds(&event.fields) {
        misses.push(Miss::NoRuleSet);
    }
    misses
}

fn other_kind(automation: &Automation, event: EventKind) -> Miss<'_> {
    let asked = Automation {
        include_snapshots: IncludeSnapshots::Yes,
        ..Automation::new(String::new(), automation.kinds.clone(), Vec::new())
    };
    if asked.names(event) {
        return Miss::Snapshot;
    }
    Miss::OtherKind {
        event,
        named: &automation.kinds,
    }
}

fn rule_set<'r>(rule_set: &'r RuleSet, event: &Event<'_>) -> ExplainedSet<'r> {
    let rules = rule_set.rules.iter();
    ExplainedSet {
        holds: rule_set.holds(&event.fields),
        rules: rules
            .map(|rule| ExplainedRule::new(rule, &event.fields))
            .collect(),
    }
}
