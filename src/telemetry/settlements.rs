//! What is counted and said when a delivery or a record ends.

use super::catalogue::{
    DEAD_LETTERS, DELIVERIES, DELIVERY_SECONDS, PARKED, PRODUCE_FAILURES, UNSPENT, WITHHELD,
};
use crate::clock;
use crate::deliver::Delivery;
use crate::reason::Reason;
use crate::settle::DeadLetter;

/// The workflow took the delivery.
pub fn delivered(delivery: &Delivery) {
    DELIVERIES
        .counter(&[&delivery.workflow, "delivered"])
        .increment(1);
    if let Some(since) = delivery.origin.timestamp {
        let took = clock::between_millis(since, clock::now_millis());
        DELIVERY_SECONDS
            .histogram(&[&delivery.workflow])
            .record(took);
    }
}

/// The broker has the delivery in a retry topic.
pub fn parked(delivery: &Delivery, topic: &str) {
    let failure = delivery.progress.failure.as_ref();
    let reason = failure.map(|failure| failure.reason);
    let workflow = label(delivery, reason);
    DELIVERIES.counter(&[workflow, "parked"]).increment(1);
    if let Some(reason) = reason.filter(|reason| reason.is_unspent()) {
        UNSPENT.counter(&[workflow, reason.label()]).increment(1);
    }
    let reason = reason.map_or("", Reason::label);
    PARKED.counter(&[topic, reason]).increment(1);
    tracing::debug!(
        id = delivery.id.as_str(),
        automation = &*delivery.automation,
        workflow = &*delivery.workflow,
        topic,
        reason,
        "parked"
    );
}

/// A delivery would be a dead letter, and stays in the retry topics, since too many are.
pub fn withheld(delivery: &Delivery, reason: Reason) {
    WITHHELD
        .counter(&[label(delivery, Some(reason)), reason.label()])
        .increment(1);
}

/// The workflow as a metric's label. A name that is not in the configuration came from a header:
/// no label may.
fn label(delivery: &Delivery, reason: Option<Reason>) -> &str {
    let unknown = delivery.progress.unknown_since.is_some();
    if unknown || reason.is_some_and(Reason::is_unknown) {
        "removed"
    } else {
        &delivery.workflow
    }
}

/// The broker has the dead letter. Somebody must look at it.
pub fn dead_lettered(letter: &DeadLetter) {
    let (stage, reason) = (letter.stage.label(), letter.failure.reason.label());
    DEAD_LETTERS.counter(&[stage, reason]).increment(1);
    let delivery = letter.delivery.as_deref();
    if let Some(delivery) = delivery {
        let workflow = label(delivery, Some(letter.failure.reason));
        DELIVERIES.counter(&[workflow, "dead_letter"]).increment(1);
    }
    let at = delivery.map_or(&letter.record.coordinates, |one| &one.origin.coordinates);
    tracing::error!(
        stage, reason, at = %at, place = letter.place,
        id = delivery.map(|one| one.id.as_str()),
        automation = delivery.map(|one| &*one.automation),
        workflow = delivery.map(|one| &*one.workflow),
        attempts = delivery.map(|one| one.progress.attempts),
        error = letter.failure.text, "dead letter"
    );
}

/// A write to Kafka failed, and is tried again.
pub fn produce_failed(topic: &str) {
    PRODUCE_FAILURES.counter(&[topic]).increment(1);
}
