//! From a payload to its deliveries and dead letters.

use std::sync::Arc;

use bytes::Bytes;

use super::{Job, Pipeline, Scratch, Share};
use crate::clock;
use crate::config::SourceKind;
use crate::consume::Record;
use crate::decode::{BadEvent, Facts};
use crate::deliver::{Delivery, Identity, Origin, Progress};
use crate::reason::{Failure, Reason, Stage};
use crate::settle::DeadLetter;
use crate::telemetry::Evaluated;

/// Events in one record: what a record may make of deliveries is bounded by it.
const MAX_EVENTS: usize = 10_000;
/// Bytes of an event's time: a longer one is none, and would not fit a header.
const MAX_TIME: usize = 64;
/// Events of one record that are dead-lettered one by one.
const MAX_BAD_EVENTS: usize = 16;

/// What is made of a record.
#[derive(Default)]
pub(super) struct Made {
    /// Its copy, if anything is.
    pub(super) record: Option<Arc<Record>>,
    pub(super) jobs: Vec<Job>,
    /// Whether an automation runs for one of its events, whoever makes the delivery, or one of
    /// them cannot be read.
    pub(super) matched: bool,
}

impl Pipeline {
    /// One share of the deliveries and dead letters of a payload; the record is copied at the
    /// first of them.
    pub(super) fn make(
        &self,
        (payload, kind): (&[u8], SourceKind),
        share: &Share,
        copy: &dyn Fn() -> Arc<Record>,
        scratch: &mut Scratch,
    ) -> Result<Made, (Stage, Failure)> {
        let Scratch { reading, matching } = scratch;
        let metrics = self.metrics_of(share);
        let read = self.extractor.extract(payload, kind, reading);
        let failed = |reason, text| (Stage::Decode, Failure::new(reason, text));
        let read = read.map_err(|error| failed((&error).into(), error.to_string()))?;
        if read.events().len() > MAX_EVENTS {
            let text = format!("more than {MAX_EVENTS} events in one record");
            return Err(failed(Reason::TooLarge, text));
        }
        let mut made = Made::default();
        let alone = read.events().len() == 1 && read.bad().len() == 0;
        let now = clock::now_millis();
        for facts in read.events() {
            self.rules.matches(&facts, now, matching);
            metrics.candidates.increment(matching.candidates());
            let found = matching.found();
            if found.is_empty() {
                metrics.event(facts.kind(), Evaluated::Unmatched);
                continue;
            }
            made.matched = true;
            metrics.event(facts.kind(), Evaluated::Matched);
            for index in found {
                metrics.matches(*index);
            }
            if self.any_of(share, found) {
                let record = made.record.get_or_insert_with(copy);
                let jobs = self.deliveries((record, share), (&facts, alone), payload, found);
                made.jobs.extend(jobs);
            }
        }
        if read.bad().len() > 0 && *share == Share::Common {
            let record = made.record.get_or_insert_with(copy);
            let bad: Vec<BadEvent<'_>> = read.bad().collect();
            made.matched = true;
            made.jobs.extend(self.bad_events(record, payload, &bad));
        }
        Ok(made)
    }

    /// Whether one of these automations has a delivery of this share.
    fn any_of(&self, share: &Share, found: &[usize]) -> bool {
        let automations = found
            .iter()
            .filter_map(|index| self.rules.automation(*index));
        let mut workflows = automations.flat_map(|automation| &automation.workflows);
        workflows.any(|workflow| self.takes(share, workflow))
    }

    /// A dead letter for each event that cannot be read, or one for the record where they are
    /// many: a megabyte of `[0,0,0,…` must not become half a million records.
    fn bad_events(&self, record: &Arc<Record>, payload: &[u8], bad: &[BadEvent<'_>]) -> Vec<Job> {
        let failure = |one: &BadEvent<'_>| {
            let failure = Failure::new((&one.error).into(), one.error.to_string());
            self.metrics.bad_event(failure.reason);
            failure
        };
        match bad {
            [first, rest @ ..] if rest.len() >= MAX_BAD_EVENTS => {
                let mut failure = failure(first);
                failure.text = format!(
                    "{} events; the first at {}: {}",
                    bad.len(),
                    first.place,
                    failure.text
                );
                vec![Job::DeadLetter(DeadLetter::of_record(
                    record,
                    Stage::Decode,
                    failure,
                ))]
            }
            _ => bad
                .iter()
                .map(|one| {
                    let event = (one.place, slice(record, payload, one.text));
                    let letter = DeadLetter::of_event(record, event, Stage::Decode, failure(one));
                    Job::DeadLetter(letter)
                })
                .collect(),
        }
    }

    /// A delivery for each workflow of each automation that matched; a workflow that two
    /// automations name runs for both.
    fn deliveries(
        &self,
        (record, share): (&Arc<Record>, &Share),
        (facts, alone): (&Facts<'_>, bool),
        payload: &[u8],
        found: &[usize],
    ) -> Vec<Job> {
        let body = slice(record, payload, facts.text());
        let whole = || record.value.clone().unwrap_or_default();
        let value = if alone { whole() } else { body.clone() };
        let since = clock::now_millis();
        let time = facts.time().filter(|time| time.len() <= MAX_TIME);
        let identity = Identity::new(&body, record.timestamp, facts.place());
        let event_id = identity.event_id();
        let mut jobs = Vec::new();
        for index in found {
            let Some(automation) = self.rules.automation(*index) else {
                continue;
            };
            let name: Arc<str> = automation.name.as_str().into();
            let workflows = automation.workflows.iter();
            for workflow in workflows.filter(|name| self.takes(share, name)) {
                jobs.push(Job::Deliver(Box::new(Delivery {
                    origin: Origin {
                        coordinates: record.coordinates.clone(),
                        timestamp: record.timestamp,
                        place: facts.place(),
                        kind: facts.kind(),
                    },
                    id: identity.delivery_id(&name, workflow),
                    event_id: event_id.clone(),
                    automation: Arc::clone(&name),
                    workflow: workflow.as_str().into(),
                    progress: Progress {
                        since,
                        ..Progress::default()
                    },
                    body: body.clone(),
                    value: value.clone(),
                    event_time: time.map(str::to_owned),
                    carrier: Arc::clone(record),
                })));
            }
        }
        jobs
    }
}

/// The part of the record's own copy that `text` is of `payload`, without another copy.
fn slice(record: &Record, payload: &[u8], text: &str) -> Bytes {
    let start = (text.as_ptr() as usize).checked_sub(payload.as_ptr() as usize);
    let range = start.and_then(|start| Some(start..start.checked_add(text.len())?));
    match (&record.value, range) {
        (Some(value), Some(range)) if range.end <= value.len() => value.slice(range),
        _ => Bytes::copy_from_slice(text.as_bytes()),
    }
}
