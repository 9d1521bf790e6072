//! The request of a delivery: `CloudEvents` 1.0 in binary mode, with Standard Webhooks headers.
//!
//! The body is the event's own bytes, since Logic Apps playbooks parse those fields. Sources:
//! `CloudEvents` HTTP protocol binding 1.0.2 section 3.1, Standard Webhooks 1.0.0, W3C Trace
//! Context (`traceparent` passed on).

use std::fmt::Write as _;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};

use super::Delivery;
use crate::config::Workflow;
use crate::event::Coordinates;

/// The request for one attempt, sent at `now` (seconds since the epoch).
pub(super) fn build(workflow: &Workflow, delivery: &Delivery, now: i64) -> Request {
    let mut request = Request::new(Method::POST, Url::clone(&workflow.url.expose()));
    *request.headers_mut() = headers(delivery, now);
    *request.body_mut() = Some(delivery.body.clone().into());
    request
}

fn headers(delivery: &Delivery, now: i64) -> HeaderMap {
    let origin = &delivery.origin;
    let mut headers = HeaderMap::with_capacity(16);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("webhook-id", &delivery.id);
    set("webhook-timestamp", &now.to_string());
    set("x-ms-client-tracking-id", &delivery.id);
    set("ce-specversion", "1.0");
    set("ce-id", &event_id(&origin.coordinates, origin.place));
    set(
        "ce-source",
        &encode(&format!("/firebell/{}", origin.coordinates.topic)),
    );
    set("ce-type", &format!("firebell.{}", origin.kind));
    if let Some(time) = event_time(delivery) {
        set("ce-time", &time);
    }
    set("ce-automation", &encode(&delivery.automation));
    set("ce-workflow", &encode(&delivery.workflow));
    set("ce-attempt", &(delivery.progress.attempts + 1).to_string());
    if let Some(parent) = delivery
        .carrier
        .header("traceparent")
        .filter(|text| is_parent(text))
    {
        set("traceparent", parent);
    }
    headers
}

/// The event's id: where it stands.
fn event_id(at: &Coordinates, place: usize) -> String {
    encode(&format!("{at}/{place}"))
}

/// The event's own time where it is a valid one, else its record's.
fn event_time(delivery: &Delivery) -> Option<String> {
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

/// `version-trace-parent-flags` in lower-case hex, neither id all zeros.
fn is_parent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let set = |part: &str| part.bytes().any(|byte| byte != b'0');
    match parts.as_slice() {
        [version, trace, parent, flags] => {
            hex(version, 2)
                && *version != "ff"
                && hex(trace, 32)
                && set(trace)
                && hex(parent, 16)
                && set(parent)
                && hex(flags, 2)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_header_may_not_hold() {
        assert_eq!(encode("a b\"%ü/ok"), "a%20b%22%25%C3%BC/ok");
    }

    #[test]
    fn a_trace_parent_is_passed_on_only_when_valid() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert!(is_parent(good));
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(!is_parent(bad), "{bad}");
        }
    }
}
