//! The words for each reason.

use std::fmt::Display;

use jiff::Timestamp;
use serde::Serialize;

use crate::decode::DecodeError;
use crate::document::nearest;
use crate::event::EventKind;
use crate::path::Step;
use crate::rules::{Miss, Operator, Rule, RuleMiss};

/// Names that are listed in a line.
const LISTED: usize = 3;

/// Characters of an event's own words that are shown.
const LONGEST: usize = 300;

/// A reason: a word for machines, a text for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Reason {
    pub(super) reason: &'static str,
    pub(super) text: String,
}

fn reason(reason: &'static str, text: impl Into<String>) -> Reason {
    let text = text.into();
    Reason { reason, text }
}

/// The dead letter's reason.
pub(super) fn unreadable(error: &DecodeError) -> Reason {
    reason(error.reason(), error.to_string())
}

pub(super) fn miss(miss: &Miss<'_>) -> Reason {
    match miss {
        Miss::Disabled => reason("disabled", "it is disabled"),
        Miss::Expired { since } => reason("expired", format!("it expired at {}", shown(*since))),
        Miss::OtherKind { event, named } => {
            let named = listed(named.iter().copied().map(EventKind::name));
            let text = format!("it listens to {named}; the event is of the kind {event}");
            reason("other-kind", text)
        }
        Miss::Snapshot => reason(
            "snapshot",
            "the event is a snapshot; `include_snapshots: true` asks for these",
        ),
        Miss::Delete => reason(
            "delete",
            "the event tells that its object is gone; `include_deletes: true` asks for these",
        ),
        Miss::OutOfScope {
            resource_ids,
            scopes,
        } => {
            // A management group stands for many, by one name.
            let mut names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            names.dedup();
            let scopes = listed(names);
            let about = if resource_ids.is_empty() {
                "names no resource".to_owned()
            } else {
                format!(
                    "is about {}",
                    listed(resource_ids.iter().map(|id| plain(id)))
                )
            };
            let text = format!("out of scope: it is for {scopes}; the event {about}");
            reason("out-of-scope", text)
        }
        Miss::NoRuleSet => reason("no-rule-set", "no rule set holds"),
        Miss::Stopped { by } => {
            let text = format!("`{by}` before it runs for the event, and stops what comes later");
            reason("stopped", text)
        }
    }
}

pub(super) fn rule_miss(rule: &Rule, miss: &RuleMiss) -> Reason {
    match miss {
        RuleMiss::Absent { reached, keys } => reason("absent", absent(rule, *reached, keys)),
        RuleMiss::Empty => reason("absent", "absent: an array without a value"),
        RuleMiss::Different => reason("different", "different"),
        RuleMiss::OtherType { expected } => reason(
            "other-type",
            format!("of another type: {expected} is expected"),
        ),
        RuleMiss::Unwanted if rule.operator == Operator::NotExists => {
            reason("unwanted", "it is there")
        }
        RuleMiss::Unwanted => reason("unwanted", "it is what must not be there"),
    }
}

fn absent(rule: &Rule, reached: usize, keys: &[String]) -> String {
    let place = rule
        .path
        .up_to(reached)
        .map_or_else(|| "the event".to_owned(), |path| format!("`{path}`"));
    match rule.path.steps().get(reached) {
        Some(Step::Key(key)) => {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let near = nearest(key, &keys);
            let help = near.map_or_else(String::new, |near| {
                format!("; did you mean `{}`?", plain(near))
            });
            format!("absent: {place} has no `{key}`{help}")
        }
        Some(Step::Index(index)) => format!("absent: {place} has no element {index}"),
        Some(Step::Each) | None => format!("absent: {place} is no array"),
    }
}

/// What an event says of itself, for a terminal: on one line, of bounded length.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let cut = text.chars().nth(LONGEST).map(|_| '…');
    text.chars().take(LONGEST).map(shown).chain(cut).collect()
}

/// The first few, and how many there are beside them.
fn listed(names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
    let first = names.iter().take(LISTED);
    let mut text = first.cloned().collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = names.len().checked_sub(LISTED) {
        text = format!("{text} and {more} more");
    }
    text
}

/// An instant, from milliseconds since the epoch.
fn shown(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Scope;

    #[test]
    fn a_management_group_is_named_once() {
        let of_group = |id: &str| Scope::parse(id).unwrap().written_as("the-group");
        let scopes = [
            of_group("/subscriptions/a"),
            of_group("/subscriptions/b"),
            Scope::parse("/subscriptions/c").unwrap(),
        ];
        let resource_ids = (0..5).map(|number| format!("/subscriptions/{number}"));
        let miss = miss(&Miss::OutOfScope {
            resource_ids: resource_ids.collect(),
            scopes: &scopes,
        });
        assert_eq!(
            miss.text,
            "out of scope: it is for the-group, /subscriptions/c; the event is about \
             /subscriptions/0, /subscriptions/1, /subscriptions/2 and 2 more"
        );
    }
}
