//! The unit of work: one event, one automation, one workflow.

use std::sync::Arc;

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
    /// The same on every attempt, after every crash and redrive, and on another cluster with the
    /// same events.
    pub id: String,
    /// The event's own id: the same for all automations and workflows.
    pub event_id: String,
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
    /// Since when no process that had it knew its automation and its workflow, in milliseconds
    /// since the epoch.
    pub unknown_since: Option<i64>,
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
