//! `CloudEvents` 1.0 in binary mode: the body is the event's own bytes, since Logic Apps playbooks
//! parse those fields. A batch is their array; its members' context stays behind, for `CloudEvents`
//! has no batch in binary mode.
//!
//! Source: `CloudEvents` HTTP protocol binding 1.0.2, section 3.1.

use std::fmt::Write as _;

use bytes::Bytes;
use reqwest::header::HeaderValue;

use super::{Load, Payload, event};
use crate::config::Requests;
use crate::deliver::Delivery;

/// The event's bytes, or an array of them.
pub(super) fn content(requests: &Requests, load: Load<'_>) -> Payload {
    let (body, headers) = match load {
        Load::One(delivery) => (delivery.body.clone(), context(requests, delivery)),
        Load::Many(deliveries) => {
            let bodies = deliveries.iter().map(|one| one.body.as_ref());
            (array(bodies), Vec::new())
        }
    };
    Payload {
        body,
        content_type: HeaderValue::from_static("application/json"),
        headers,
    }
}

fn context(requests: &Requests, delivery: &Delivery) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("ce-specversion", "1.0".to_owned()),
        ("ce-id", encode(&delivery.event_id)),
        ("ce-source", encode(&event::source(requests, delivery))),
        ("ce-type", event::kind(delivery)),
        ("ce-automation", encode(&delivery.automation)),
        ("ce-workflow", encode(&delivery.workflow)),
        ("ce-attempt", event::attempt(delivery).to_string()),
        ("ce-record", encode(&event::record(delivery))),
        ("ce-place", delivery.origin.place.to_string()),
    ];
    headers.extend(event::time(delivery).map(|time| ("ce-time", time)));
    headers
}

/// JSON texts as an array; none of them is changed.
pub(super) fn array<'a>(items: impl Iterator<Item = &'a [u8]>) -> Bytes {
    let mut array = vec![b'['];
    for (place, item) in items.enumerate() {
        if place > 0 {
            array.push(b',');
        }
        array.extend_from_slice(item);
    }
    array.push(b']');
    array.into()
}

/// Percent-encodes what a header may not hold (`CloudEvents` HTTP binding, section 3.1.3.2).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, 0x21..=0x7e) && byte != b'"' && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_header_may_not_hold() {
        assert_eq!(encode("a b\"%ü/ok"), "a%20b%22%25%C3%BC/ok");
    }
}
