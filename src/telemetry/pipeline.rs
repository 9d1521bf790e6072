//! The metrics of the path that every record takes: handles made once.

use metrics::Counter;

use super::catalogue::{
    AUTOMATION_EXPIRES, AUTOMATIONS, BAD_EVENTS, EVENTS, MATCH_CANDIDATES, MATCHES, RECORDS,
    RULE_SETS, RULE_SETS_WITHOUT_WITNESS,
};
use crate::event::EventKind;
use crate::reason::Reason;
use crate::rules::RuleIndex;

/// Handles of the pipeline.
pub struct PipelineMetrics {
    /// Records that matched.
    pub matched: Counter,
    /// Records that matched nothing.
    pub unmatched: Counter,
    /// Records without a value.
    pub tombstones: Counter,
    /// Records dead-lettered whole.
    pub bad_record: Counter,
    /// Rule sets that were tried.
    pub candidates: Counter,
    events: Vec<(EventKind, Counter, Counter)>,
    matches: Vec<Counter>,
}

impl PipelineMetrics {
    /// The handles for these automations.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
    pub fn new(rules: &RuleIndex) -> Self {
        AUTOMATIONS.gauge(&[]).set(rules.len() as f64);
        RULE_SETS.gauge(&[]).set(rules.rule_set_count() as f64);
        RULE_SETS_WITHOUT_WITNESS
            .gauge(&[])
            .set(rules.without_witness() as f64);
        let automations = || (0..rules.len()).filter_map(|place| rules.automation(place));
        for automation in automations() {
            if let Some(millis) = automation.expires {
                let gauge = AUTOMATION_EXPIRES.gauge(&[&automation.name]);
                gauge.set(millis as f64 / 1_000.0);
            }
        }
        let by_kind = |kind: EventKind| {
            let handle = |result| EVENTS.counter(&[kind.name(), result]);
            (kind, handle("matched"), handle("unmatched"))
        };
        Self {
            matched: RECORDS.counter(&["matched"]),
            unmatched: RECORDS.counter(&["unmatched"]),
            tombstones: RECORDS.counter(&["tombstone"]),
            bad_record: RECORDS.counter(&["bad"]),
            candidates: MATCH_CANDIDATES.counter(&[]),
            events: EventKind::ALL.into_iter().map(by_kind).collect(),
            matches: automations()
                .map(|automation| MATCHES.counter(&[&automation.name]))
                .collect(),
        }
    }

    /// Handles that count nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            matched: Counter::noop(),
            unmatched: Counter::noop(),
            tombstones: Counter::noop(),
            bad_record: Counter::noop(),
            candidates: Counter::noop(),
            events: Vec::new(),
            matches: Vec::new(),
        }
    }

    /// An event was evaluated.
    pub fn event(&self, kind: EventKind, result: Evaluated) {
        if let Some((_, matched, unmatched)) = self.events.iter().find(|(of, ..)| *of == kind) {
            match result {
                Evaluated::Matched => matched.increment(1),
                Evaluated::Unmatched => unmatched.increment(1),
            }
        }
    }

    /// An automation matched, by its place among the automations.
    pub fn matches(&self, automation: usize) {
        if let Some(counter) = self.matches.get(automation) {
            counter.increment(1);
        }
    }

    /// An event was dead-lettered alone.
    pub fn bad_event(&self, reason: Reason) {
        BAD_EVENTS.counter(&[reason.label()]).increment(1);
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluated {
    /// At least one automation listens.
    Matched,
    /// None does.
    Unmatched,
}
