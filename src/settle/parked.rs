//! A delivery as it is read back from a record's headers.

use std::ops::Range;
use std::sync::Arc;

use crate::consume::Record;
use crate::deliver::{Delivery, Identity, Origin, Progress};

/// A delivery as it waits in a retry topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Where the event came from.
    pub origin: Origin,
    /// The automation's name.
    pub automation: String,
    /// The workflow's name.
    pub workflow: String,
    /// The delivery's id.
    pub id: String,
    /// The event's id; `None` in what was parked before there was one.
    pub event_id: Option<String>,
    /// What happened to it so far.
    pub progress: Progress,
    /// The event's own bytes within the record's value.
    pub body: Range<usize>,
    /// The event's own time, as it says it.
    pub event_time: Option<String>,
    /// Not to be tried before, in milliseconds since the epoch.
    pub due: i64,
}

impl Parked {
    /// The delivery, carried by the record that it was read from.
    #[must_use]
    pub fn delivery(&self, carrier: &Arc<Record>) -> Delivery {
        let value = carrier.value.clone().unwrap_or_default();
        // The codec has looked that it is within the value.
        let end = self.body.end.min(value.len());
        let body = value.slice(self.body.start.min(end)..end);
        let event_id = self.event_id.clone();
        Delivery {
            event_id: event_id.unwrap_or_else(|| self.identity(&body).event_id()),
            origin: self.origin.clone(),
            automation: self.automation.as_str().into(),
            workflow: self.workflow.as_str().into(),
            id: self.id.clone(),
            progress: self.progress.clone(),
            body,
            value,
            event_time: self.event_time.clone(),
            carrier: Arc::clone(carrier),
        }
    }

    /// What an event with these bytes is known by, if it is the one that is parked.
    #[must_use]
    pub fn identity(&self, event: &[u8]) -> Identity {
        Identity::new(event, self.origin.timestamp, self.origin.place)
    }
}
