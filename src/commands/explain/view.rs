//! What is said of an event: the one form that becomes text and JSON.

use serde::Serialize;

use super::words::{self, Reason};
use crate::config::{Origin, RuleBook};
use crate::decode::{DecodeError, Decoded, Event};
use crate::rules::{Automation, Explained, ExplainedRule, explain};

/// A record.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) events: Vec<EventView>,
    pub(super) bad: Vec<BadView>,
}

/// What should be an event and is none.
#[derive(Debug, Serialize)]
pub(super) struct BadView {
    /// Its place in the record; none for the whole record.
    pub(super) place: Option<usize>,
    #[serde(flatten)]
    pub(super) why: Reason,
}

/// An event.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    pub(super) place: usize,
    pub(super) kind: &'static str,
    pub(super) deleted: bool,
    pub(super) time: Option<String>,
    /// In the order in which they are asked.
    pub(crate) automations: Vec<AutomationView>,
    pub(super) fires: Vec<String>,
    pub(super) runs: Vec<Run>,
}

/// A workflow that an automation runs.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    pub(super) automation: String,
    pub(super) workflow: String,
}

/// An automation.
#[derive(Debug, Serialize)]
pub(crate) struct AutomationView {
    pub(crate) name: String,
    /// Where it is written.
    pub(super) at: String,
    pub(super) fires: bool,
    pub(super) reasons: Vec<Reason>,
    pub(super) rule_sets: Vec<SetView>,
}

/// A rule set.
#[derive(Debug, Serialize)]
pub(super) struct SetView {
    pub(super) holds: bool,
    pub(super) rules: Vec<RuleView>,
}

/// A rule.
#[derive(Debug, Serialize)]
pub(super) struct RuleView {
    pub(super) property: String,
    pub(super) operator: &'static str,
    /// The expected value; texts are folded.
    pub(super) value: String,
    pub(super) holds: bool,
    /// The first values found, as JSON, cut short.
    pub(super) found: Vec<String>,
    /// How many more there are.
    pub(super) more: usize,
    pub(super) reason: Option<Reason>,
    /// Keys that an exact one hides.
    pub(super) hidden: Vec<String>,
}

impl View {
    pub(super) fn new(
        book: &RuleBook,
        (decoded, verdicts): (&Decoded<'_>, &[Vec<usize>]),
        (now, only): (i64, Option<&str>),
    ) -> Self {
        let events = decoded.events.iter().zip(verdicts);
        let events = events.map(|(event, found)| {
            let mut view = EventView::new(book, (event, found), now);
            view.automations
                .retain(|one| only.is_none_or(|only| one.name == only));
            view
        });
        let bad = decoded.bad.iter().map(|bad| BadView {
            place: Some(bad.place),
            why: words::unreadable(&bad.error),
        });
        Self {
            events: events.collect(),
            bad: bad.collect(),
        }
    }

    pub(super) fn unreadable(error: &DecodeError) -> Self {
        let bad = BadView {
            place: None,
            why: words::unreadable(error),
        };
        Self {
            events: Vec::new(),
            bad: vec![bad],
        }
    }

    pub(super) const fn is_readable(&self) -> bool {
        self.bad.is_empty()
    }
}

impl EventView {
    /// Explains one event, which is read whole, and what the index found for it.
    pub(crate) fn new(book: &RuleBook, (event, found): (&Event<'_>, &[usize]), now: i64) -> Self {
        let explained = explain(&book.automations, event, found, now);
        let automations = book.automations.iter().zip(&book.origins).zip(&explained);
        let firing = || {
            let automations = book.automations.iter().zip(&explained);
            automations.filter(|(_, one)| one.fires).map(|(one, _)| one)
        };
        Self {
            place: event.place,
            kind: event.kind.name(),
            deleted: event.deleted(),
            time: event.time().map(str::to_owned),
            fires: firing().map(|one| one.name.clone()).collect(),
            runs: firing().flat_map(runs).collect(),
            automations: automations
                .map(|((automation, origin), one)| AutomationView::new(automation, origin, one))
                .collect(),
        }
    }
}

fn runs(automation: &Automation) -> impl Iterator<Item = Run> {
    automation.workflows.iter().map(|workflow| Run {
        automation: automation.name.clone(),
        workflow: workflow.clone(),
    })
}

impl AutomationView {
    fn new(automation: &Automation, origin: &Origin, explained: &Explained<'_>) -> Self {
        let sets = explained.rule_sets.iter().map(|set| SetView {
            holds: set.holds,
            rules: set.rules.iter().map(RuleView::new).collect(),
        });
        Self {
            name: automation.name.clone(),
            at: origin.name.to_string(),
            fires: explained.fires,
            reasons: explained.misses.iter().map(words::miss).collect(),
            rule_sets: sets.collect(),
        }
    }
}

impl RuleView {
    fn new(explained: &ExplainedRule<'_>) -> Self {
        let rule = explained.rule;
        Self {
            property: rule.path.to_string(),
            operator: rule.operator.name(),
            value: rule.operand.to_string(),
            holds: explained.holds,
            found: explained.found.clone(),
            more: explained.more,
            reason: explained
                .miss
                .as_ref()
                .map(|miss| words::rule_miss(rule, miss)),
            hidden: explained.hidden.clone(),
        }
    }
}
