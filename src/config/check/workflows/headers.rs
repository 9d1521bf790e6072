//! Headers of the configuration's own.

use reqwest::header::{HeaderName, HeaderValue};

use crate::config::Rotating;
use crate::document::{Field, Section};

/// Headers of a workflow.
const MAX_HEADERS: usize = 32;

/// Bytes of a header's value.
const MAX_VALUE: usize = 4096;

/// Names, or how they begin, and why each is refused.
const REFUSED: [(&str, &str); 19] = [
    ("authorization", "use `auth`"),
    ("ce-*", "it says what the event is"),
    ("connection", HTTP),
    ("content-encoding", HTTP),
    ("content-length", HTTP),
    ("content-type", "use `template.content_type`"),
    ("expect", HTTP),
    ("firebell-*", "it is kept for Firebell's own"),
    ("host", "it follows from the URL"),
    ("keep-alive", HTTP),
    ("proxy-*", HTTP),
    ("te", HTTP),
    ("traceparent", "it is the record's own"),
    ("tracestate", "it is the record's own"),
    ("trailer", HTTP),
    ("transfer-encoding", HTTP),
    ("upgrade", HTTP),
    ("webhook-*", "a receiver knows a delivery by it"),
    ("x-ms-client-tracking-id", "it is the delivery's id"),
];

const HTTP: &str = "it belongs to the connection";

/// The headers of a map; their values are secrets.
pub(super) fn headers(field: &Field<'_>) -> Option<Vec<(HeaderName, Rotating<HeaderValue>)>> {
    let named = field.section().map(Section::named)?;
    if named.len() > MAX_HEADERS {
        field.wrong(&format!("more than {MAX_HEADERS} headers"));
    }
    let read: Vec<Option<_>> = named
        .into_iter()
        .map(|(name, field)| header(name, &field.secret()))
        .collect();
    let headers: Option<Vec<(HeaderName, Rotating<HeaderValue>)>> = read.into_iter().collect();
    let mut all: Vec<&str> = headers
        .iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    all.sort_unstable();
    if all.windows(2).any(|pair| pair.first() == pair.last()) {
        field.wrong("a header stands twice: their names have no case");
        return None;
    }
    headers
}

fn header(name: &str, field: &Field<'_>) -> Option<(HeaderName, Rotating<HeaderValue>)> {
    let Ok(known) = HeaderName::from_bytes(name.as_bytes()) else {
        field.wrong("not a header's name: letters, digits and `-`");
        return None;
    };
    if let Some(reason) = refused(known.as_str()) {
        field.wrong(&format!("cannot be set: {reason}"));
        return None;
    }
    Some((known, Rotating::of(field, Box::new(value))?))
}

fn value(text: &str) -> Result<HeaderValue, String> {
    match HeaderValue::from_str(text) {
        Ok(mut value) if text.len() <= MAX_VALUE => {
            value.set_sensitive(true);
            Ok(value)
        }
        Ok(_) | Err(_) => {
            Err("not a header's value: one line of visible ASCII, 4096 bytes at most".to_owned())
        }
    }
}

/// Why a header may not be set; its name is in small letters.
fn refused(name: &str) -> Option<&'static str> {
    let is = |refused: &str| match refused.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == refused,
    };
    let found = REFUSED.iter().find(|(refused, _)| is(refused));
    found.map(|(_, reason)| *reason)
}
