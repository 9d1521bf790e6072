//! What a `CloudEvent` says of a delivery.

use crate::config::Requests;
use crate::deliver::Delivery;

/// Where it came from: the deployment and the topic, both free of what a URI may not hold.
pub(super) fn source(requests: &Requests, delivery: &Delivery) -> String {
    let topic = &delivery.origin.coordinates.topic;
    format!("/{}/{topic}", requests.deployment)
}

/// The record that it came in: topic, partition and offset.
pub(super) fn record(delivery: &Delivery) -> String {
    delivery.origin.coordinates.to_string()
}

/// What it is.
pub(super) fn kind(delivery: &Delivery) -> String {
    format!("firebell.{}", delivery.origin.kind)
}

/// The event's own time where it is a valid one, else its record's.
pub(super) fn time(delivery: &Delivery) -> Option<String> {
    let own = delivery
        .event_time
        .as_ref()
        .filter(|text| text.parse::<jiff::Timestamp>().is_ok());
    let of_record = || {
        let millis = delivery.origin.timestamp?;
        jiff::Timestamp::from_millisecond(millis)
            .ok()
            .map(|time| time.to_string())
    };
    own.cloned().or_else(of_record)
}

/// The attempt that a request is, from 1.
pub(super) const fn attempt(delivery: &Delivery) -> u32 {
    delivery.progress.attempts.saturating_add(1)
}
