//! A request as a person may see it: without what is a secret, or may be one.

use super::{Delivery, request};
use crate::clock;
use crate::config::Workflow;
use crate::reason::Failure;

/// Headers that hold nothing but what stands in the event and in the names around it.
const SHOWN: [&str; 16] = [
    "content-type",
    "webhook-id",
    "webhook-timestamp",
    "x-ms-client-tracking-id",
    "ce-specversion",
    "ce-id",
    "ce-source",
    "ce-type",
    "ce-time",
    "ce-automation",
    "ce-workflow",
    "ce-attempt",
    "ce-record",
    "ce-place",
    "traceparent",
    "user-agent",
];

/// What a request looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// `POST`, as a rule.
    pub method: String,
    /// `http` or `https`: all that is shown of the URL.
    pub scheme: String,
    /// The headers; no value for one that may hold a secret.
    pub headers: Vec<(String, Option<String>)>,
    /// Bytes of the body.
    pub bytes: usize,
}

/// The request that the next attempt of a delivery would send, before it is signed.
///
/// # Errors
/// That its template cannot be rendered.
pub fn preview(workflow: &Workflow, delivery: &Delivery) -> Result<Preview, Failure> {
    let now = clock::now().as_second();
    let request = request::build(workflow, std::slice::from_ref(delivery), now)?;
    let shown = |name: &str| SHOWN.contains(&name);
    let headers = request.headers().iter().map(|(name, value)| {
        let value = value.to_str().ok().filter(|_| shown(name.as_str()));
        (name.to_string(), value.map(str::to_owned))
    });
    let body = request.body().and_then(reqwest::Body::as_bytes);
    Ok(Preview {
        method: request.method().to_string(),
        scheme: request.url().scheme().to_owned(),
        headers: headers.collect(),
        bytes: body.map_or(0, <[u8]>::len),
    })
}
