//! Which letters are meant: all that is asked must hold, any value of each.

use std::ops::RangeInclusive;

use super::Letter;
use crate::event::EventKind;

/// Statuses, such as `410` or `500-599`.
pub type Statuses = RangeInclusive<u16>;

/// What is asked of a letter. Of a list any value will do; an empty one asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Names of workflows.
    pub workflows: Vec<String>,
    /// Names of automations.
    pub automations: Vec<String>,
    /// Words of reasons.
    pub reasons: Vec<String>,
    /// Words of stages.
    pub stages: Vec<String>,
    /// Statuses of the last answer.
    pub statuses: Vec<Statuses>,
    /// What the event is.
    pub kinds: Vec<EventKind>,
    /// Ids of deliveries.
    pub ids: Vec<String>,
    /// Not before this instant, in milliseconds since the epoch.
    pub since: Option<i64>,
    /// Before this instant, in milliseconds since the epoch.
    pub until: Option<i64>,
}

impl Filter {
    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it asks for nothing but a time.
    #[must_use]
    pub fn is_about_time_alone(&self) -> bool {
        let timeless = Self {
            since: None,
            until: None,
            ..self.clone()
        };
        timeless.is_empty()
    }

    /// Whether a letter is meant.
    #[must_use]
    pub fn takes(&self, letter: &Letter) -> bool {
        let status = letter.status();
        any_is(&self.workflows, letter.own("workflow"))
            && any_is(&self.automations, letter.own("automation"))
            && any_is(&self.reasons, letter.own("reason"))
            && any_is(&self.stages, letter.own("stage"))
            && any_is(&self.ids, letter.id())
            && any(&self.kinds, |kind| letter.kind() == Some(*kind))
            && any(&self.statuses, |range| {
                status.is_some_and(|status| range.contains(&status))
            })
            && self.takes_time(letter.record.timestamp)
    }

    /// Whether a record of this time is meant, in milliseconds since the epoch.
    #[must_use]
    pub fn takes_time(&self, at: Option<i64>) -> bool {
        let after = |since| at.is_some_and(|at| at >= since);
        let before = |until| at.is_some_and(|at| at < until);
        self.since.is_none_or(after) && self.until.is_none_or(before)
    }
}

fn any_is(wanted: &[String], found: Option<&str>) -> bool {
    any(wanted, |one| found == Some(one.as_str()))
}

fn any<T>(wanted: &[T], holds: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}
