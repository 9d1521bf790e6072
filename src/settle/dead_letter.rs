//! What cannot be delivered: the whole record or one delivery of it, with its reason.

use std::sync::Arc;

use bytes::Bytes;

use crate::consume::Record;
use crate::deliver::Delivery;
use crate::reason::{Failure, Stage};

/// A record, an event of it, or a delivery, on its way to the dead-letter topic.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// The record: its key and foreign headers go along.
    pub record: Arc<Record>,
    /// The value: the record's own, or the event's.
    pub value: Option<Bytes>,
    /// The event's place in the envelope, when one event alone is meant.
    pub place: Option<usize>,
    /// The delivery that ended here, when there was one.
    pub delivery: Option<Box<Delivery>>,
    /// The stage that could not go on.
    pub stage: Stage,
    /// Why.
    pub failure: Failure,
}

impl DeadLetter {
    /// A whole record that cannot be used.
    #[must_use]
    pub fn of_record(record: &Arc<Record>, stage: Stage, failure: Failure) -> Self {
        Self {
            record: Arc::clone(record),
            value: record.value.clone(),
            place: None,
            delivery: None,
            stage,
            failure,
        }
    }

    /// One event of a record.
    #[must_use]
    pub fn of_event(
        record: &Arc<Record>,
        (place, value): (usize, Bytes),
        stage: Stage,
        failure: Failure,
    ) -> Self {
        let value = Some(value);
        Self {
            value,
            place: Some(place),
            ..Self::of_record(record, stage, failure)
        }
    }

    /// A delivery that will not be tried again.
    #[must_use]
    pub fn of_delivery(delivery: Delivery, stage: Stage, failure: Failure) -> Self {
        Self {
            record: Arc::clone(&delivery.carrier),
            value: Some(delivery.value.clone()),
            place: Some(delivery.origin.place),
            delivery: Some(Box::new(delivery)),
            stage,
            failure,
        }
    }
}
