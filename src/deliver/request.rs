//! The request of a delivery, or of several in one: its headers and its body, by mode.
//!
//! Every mode has the headers of Standard Webhooks. Sources: Standard Webhooks 1.0.0, W3C Trace
//! Context (`traceparent` passed on). A URL is a credential: it is read here alone.

mod binary;
mod event;
mod structured;
mod template;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Url};

use super::Delivery;
use super::identity::id_of_many;
use crate::config::{Mode, Workflow};
use crate::reason::{Failure, Reason};
use crate::render::Shape;

/// What goes into a request: one event, or an array.
#[derive(Debug, Clone, Copy)]
enum Load<'a> {
    One(&'a Delivery),
    Many(&'a [Delivery]),
}

impl<'a> Load<'a> {
    fn of(workflow: &Workflow, deliveries: &'a [Delivery]) -> Self {
        match (workflow.requests.batch.shape(), deliveries) {
            (Shape::One, [delivery]) => Self::One(delivery),
            (Shape::One | Shape::Many, deliveries) => Self::Many(deliveries),
        }
    }

    fn deliveries(self) -> &'a [Delivery] {
        match self {
            Self::One(delivery) => std::slice::from_ref(delivery),
            Self::Many(deliveries) => deliveries,
        }
    }
}

/// A body, its type, and the headers that say what is in it.
struct Payload {
    body: Bytes,
    content_type: HeaderValue,
    headers: Vec<(&'static str, String)>,
}

/// The request for one attempt of these deliveries, sent at `now` (seconds since the epoch).
///
/// # Errors
/// That a template cannot be rendered.
pub(super) fn build(
    workflow: &Workflow,
    deliveries: &[Delivery],
    now: i64,
) -> Result<Request, Failure> {
    let load = Load::of(workflow, deliveries);
    let content = match &workflow.requests.mode {
        Mode::Binary => binary::content(&workflow.requests, load),
        Mode::Structured => structured::content(&workflow.requests, load),
        Mode::Template(body) => template::content(body, &workflow.requests, load)?,
    };
    let url = url(workflow, load)?;
    let mut request = Request::new(workflow.requests.method.clone(), url);
    *request.headers_mut() = headers(workflow, load, &content, now);
    *request.body_mut() = Some(content.body.into());
    Ok(request)
}

fn url(workflow: &Workflow, load: Load<'_>) -> Result<Url, Failure> {
    let Some(values) = &workflow.requests.url else {
        return Ok(Url::clone(&workflow.url.expose()));
    };
    // Not `workflow.url`: where the URL rotates, that one may be the next already, or the last yet.
    let values = values.expose();
    let url = template::rendered(&workflow.requests, load, |inputs, settings| {
        values.render(inputs, settings)
    })?;
    // The parser's words may show the URL.
    let url = Url::parse(&url).ok().zip(Url::parse(values.plain()).ok());
    // Values stand behind the host: the base has the same one.
    let url = url.filter(|(url, base)| url.origin() == base.origin());
    let url = url.map(|(url, _)| url);
    url.ok_or_else(|| Failure::new(Reason::RenderFailed, "the URL is none with these values"))
}

fn headers(workflow: &Workflow, load: Load<'_>, content: &Payload, now: i64) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(16);
    headers.insert(CONTENT_TYPE, content.content_type.clone());
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    let id = id_of_many(load.deliveries().iter().map(|one| one.id.as_str()));
    set("webhook-id", &id);
    set("webhook-timestamp", &now.to_string());
    set("x-ms-client-tracking-id", &id);
    for (name, value) in &content.headers {
        set(name, value);
    }
    if let [only] = load.deliveries()
        && let Some(parent) = only
            .carrier
            .header("traceparent")
            .filter(|it| is_parent(it))
    {
        set("traceparent", parent);
    }
    for (name, value) in &workflow.requests.headers {
        headers.insert(name.clone(), HeaderValue::clone(&value.expose()));
    }
    headers
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
mod tests;
