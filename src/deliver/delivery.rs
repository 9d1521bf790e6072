//! The unit of work: one event, one automation, one workflow.

use std::fmt::Write as _;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;

use crate::consume::Record;
use crate::event::{Coordinates, EventKind};
use crate::reason::Failure;

/// One event on its way to one workflow, for one automation.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The record it came in, as it was first read from its source.
    pub origin: Origin,
    /// The automation that matched.
    pub automation: Arc<str>,
    /// The workflow to run.
    pub workflow: Arc<str>,
    /// The same on every attempt, after every crash and redrive.
    pub id: String,
    /// What happened to it so far.
    pub progress: Progress,
    /// The event's own bytes: the request's body.
    pub body: Bytes,
    /// What is parked or dead-lettered: the record's whole value when the event is all it holds,
    /// else the event's own bytes.
    pub value: Bytes,
    /// The event's own time, as it says it.
    pub event_time: Option<String>,
    /// The record that carries it now: key, value and headers go on with it.
    pub carrier: Arc<Record>,
}

/// Where an event came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The record's place in its source.
    pub coordinates: Coordinates,
    /// The record's time, in milliseconds since the epoch.
    pub timestamp: Option<i64>,
    /// The event's place in the record's envelope, from 0.
    pub place: usize,
    /// What the event is.
    pub kind: EventKind,
}

/// What happened to a delivery so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Requests sent.
    pub attempts: u32,
    /// Tiers passed with an attempt spent.
    pub rounds: u32,
    /// When it was first handled, in milliseconds since the epoch; its age counts from here.
    pub since: i64,
    /// When the first request was sent, in milliseconds since the epoch.
    pub first_attempt: Option<i64>,
    /// When the last request was sent, in milliseconds since the epoch.
    pub last_attempt: Option<i64>,
    /// How often it was put back from the dead-letter topic.
    pub redriven: u32,
    /// Why it is not delivered yet.
    pub failure: Option<Failure>,
}

impl Progress {
    /// Counts a request that was sent at `at`, in milliseconds since the epoch.
    pub fn attempted(&mut self, at: i64) {
        self.attempts = self.attempts.saturating_add(1);
        self.first_attempt.get_or_insert(at);
        self.last_attempt = Some(at);
    }
}

/// The id of a delivery: 128 bits of the SHA-256 of where the event stands and where it goes.
///
/// Do not change: receivers deduplicate by it, and parked deliveries carry it.
#[must_use]
pub fn delivery_id(at: &Coordinates, place: usize, automation: &str, workflow: &str) -> String {
    let mut hash = Context::new(&SHA256);
    for part in [at.topic.as_ref(), automation, workflow] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(&at.partition.to_be_bytes());
    hash.update(&at.offset.to_be_bytes());
    hash.update(&(place as u64).to_be_bytes());
    shown(hash)
}

/// The id of a request for these deliveries: the delivery's own where it is one, else of the set
/// of their ids. So the same ones together have the same id again.
///
/// Do not change: receivers deduplicate by it.
pub(super) fn id_of_many<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut ids: Vec<&str> = ids.collect();
    if let [only] = ids.as_slice() {
        return (*only).to_owned();
    }
    ids.sort_unstable();
    let mut hash = Context::new(&SHA256);
    for id in ids {
        hash.update(&(id.len() as u64).to_be_bytes());
        hash.update(id.as_bytes());
    }
    shown(hash)
}

fn shown(hash: Context) -> String {
    let mut id = String::from("msg_");
    for byte in hash.finish().as_ref().iter().take(16) {
        // Writing into a `String` cannot fail.
        let _written = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: i64) -> Coordinates {
        Coordinates {
            topic: "alerts".into(),
            partition: 3,
            offset,
        }
    }

    #[test]
    fn the_id_never_changes() {
        insta::assert_snapshot!(delivery_id(&at(42), 0, "page", "on-call"), @"msg_43e30830e607f88fe8841c8adc394ff0");
    }

    #[test]
    fn the_id_of_several_is_that_of_the_set_of_them() {
        assert_eq!(id_of_many(["msg_a"].into_iter()), "msg_a");
        let both = id_of_many(["msg_a", "msg_b"].into_iter());
        assert_eq!(both, id_of_many(["msg_b", "msg_a"].into_iter()));
        insta::assert_snapshot!(both, @"
        msg_8155c637437bdfe6463f7b6cb0407280
        ");
    }

    #[test]
    fn the_id_tells_every_part_apart() {
        let ids = [
            delivery_id(&at(42), 0, "page", "on-call"),
            delivery_id(&at(43), 0, "page", "on-call"),
            delivery_id(&at(42), 1, "page", "on-call"),
            delivery_id(&at(42), 0, "pageo", "n-call"),
            delivery_id(&at(42), 0, "page", "off-call"),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
