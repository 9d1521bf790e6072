//! The one event that is meant, read and matched as the daemon does it.

use std::sync::Arc;

use bytes::Bytes;

use super::source::Source;
use crate::commands::Failure;
use crate::config::Config;
use crate::decode::{Extractor, Facts, Reading};
use crate::deliver::{Delivery, Identity, Origin, Progress};
use crate::event::EventKind;
use crate::rules::{Matching, RuleIndex};

/// The automation of a workflow that was triggered for none.
const MANUAL: &str = "manual";

/// An event.
pub(super) struct Event {
    place: usize,
    kind: EventKind,
    time: Option<String>,
    body: Bytes,
    /// The automations that match it.
    pub(super) matched: Vec<String>,
}

impl Event {
    /// The event at a place; without one, the only event there is. Matched as of an instant, in
    /// milliseconds since the epoch.
    pub(super) fn of(
        source: &Source,
        config: &Config,
        (place, now): (Option<usize>, i64),
    ) -> Result<Self, Failure> {
        let rules = RuleIndex::new(config.automations.clone());
        let extractor = Extractor::new(Arc::clone(rules.slots()), config.decode);
        let (mut reading, mut matching) = (Reading::default(), Matching::default());
        let read = extractor.extract(&source.payload, source.kind, &mut reading);
        let read = read.map_err(|error| wrong(&error.to_string()))?;
        let all = read.events().len() + read.bad().len();
        let place = match place {
            Some(place) => place,
            None if all == 1 => 0,
            None if all == 0 => return Err(wrong("it holds none")),
            None => {
                let last = all - 1;
                let text = format!("it holds {all}: say which with --place, from 0 to {last}");
                return Err(wrong(&text));
            }
        };
        if let Some(bad) = read.bad().find(|one| one.place == place) {
            return Err(wrong(&bad.error.to_string()));
        }
        let facts = read.events().find(|one| one.place() == place);
        let facts = facts.ok_or_else(|| wrong(&format!("it holds {all}: none at {place}")))?;
        rules.matches(&facts, now, &mut matching);
        let found = matching.found().iter();
        let names = found.filter_map(|index| rules.automation(*index));
        let matched = names.map(|one| one.name.clone()).collect();
        Ok(Self::from_facts(&facts, matched))
    }

    fn from_facts(facts: &Facts<'_>, matched: Vec<String>) -> Self {
        Self {
            place: facts.place(),
            kind: facts.kind(),
            time: facts.time().map(str::to_owned),
            body: Bytes::copy_from_slice(facts.text().as_bytes()),
            matched,
        }
    }

    /// The delivery of the event to a workflow. From a record it has the id that the daemon's own
    /// has; from a file, one that was never there before: whoever runs it again means it.
    pub(super) fn delivery(
        &self,
        source: &Source,
        automation: Option<&str>,
        workflow: &str,
    ) -> Delivery {
        let parked = source.parked.as_ref();
        let of_parked = parked.map(|one| one.automation.as_str());
        let automation = automation.or(of_parked).unwrap_or(MANUAL);
        let origin = match parked {
            Some(parked) => parked.origin.clone(),
            None => Origin {
                coordinates: source.record.coordinates.clone(),
                timestamp: source.record.timestamp,
                place: self.place,
                kind: self.kind,
            },
        };
        let identity = Identity::new(&self.body, origin.timestamp, origin.place);
        let carried =
            parked.filter(|one| (&*one.automation, &*one.workflow) == (automation, workflow));
        let id = match carried {
            Some(parked) => parked.id.clone(),
            None if source.on_kafka => identity.delivery_id(automation, workflow),
            None => format!("msg_{:032x}", fastrand::u128(..)),
        };
        let of_parked = parked.and_then(|one| one.event_id.clone());
        Delivery {
            origin,
            automation: automation.into(),
            workflow: workflow.into(),
            id,
            event_id: of_parked.unwrap_or_else(|| identity.event_id()),
            progress: Progress::default(),
            body: self.body.clone(),
            value: self.body.clone(),
            event_time: self.time.clone(),
            carrier: Arc::clone(&source.record),
        }
    }
}

fn wrong(why: &str) -> Failure {
    Failure::Wrong(format!("failed to read the event: {why}"))
}
