//! `CloudEvents` 1.0 in structured mode: one JSON object, whose `data` is the event's own bytes.
//!
//! Source: `CloudEvents` HTTP protocol binding 1.0.2, sections 3.2 and 3.3; JSON format 1.0.2. The
//! attributes `automation`, `workflow`, `attempt`, `record`, `place` and `deliveryid` are extensions of
//! ours.

use reqwest::header::HeaderValue;
use serde::Serialize;

use super::binary::array;
use super::{Load, Payload, event};
use crate::config::Requests;
use crate::deliver::Delivery;

/// The attributes but `data`, in the order in which they are written.
#[derive(Serialize)]
struct Attributes<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    datacontenttype: &'static str,
    automation: &'a str,
    workflow: &'a str,
    attempt: u32,
    record: String,
    place: usize,
    deliveryid: &'a str,
}

/// One event, or a batch of them.
pub(super) fn content(requests: &Requests, load: Load<'_>) -> Payload {
    let (body, content_type) = match load {
        Load::One(delivery) => (
            one(requests, delivery).into(),
            HeaderValue::from_static("application/cloudevents+json"),
        ),
        Load::Many(deliveries) => {
            let events: Vec<Vec<u8>> = deliveries.iter().map(|each| one(requests, each)).collect();
            (
                array(events.iter().map(Vec::as_slice)),
                HeaderValue::from_static("application/cloudevents-batch+json"),
            )
        }
    };
    Payload {
        body,
        content_type,
        headers: Vec::new(),
    }
}

fn one(requests: &Requests, delivery: &Delivery) -> Vec<u8> {
    let attributes = Attributes {
        specversion: "1.0",
        id: &delivery.event_id,
        source: event::source(requests, delivery),
        r#type: event::kind(delivery),
        time: event::time(delivery),
        datacontenttype: "application/json",
        automation: &delivery.automation,
        workflow: &delivery.workflow,
        attempt: event::attempt(delivery),
        record: event::record(delivery),
        place: delivery.origin.place,
        deliveryid: &delivery.id,
    };
    // Texts and numbers: writing them cannot fail.
    let mut event = serde_json::to_vec(&attributes).unwrap_or_default();
    event.pop();
    event.extend_from_slice(b",\"data\":");
    event.extend_from_slice(&delivery.body);
    event.push(b'}');
    event
}
