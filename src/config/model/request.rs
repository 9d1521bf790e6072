//! What a workflow's requests are made of.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

use crate::config::{Rotating, Secret, Watched};
use crate::render::{Settings, Shape, Template, UrlTemplate};

/// The requests of a workflow, but for where they go.
#[derive(Debug, Clone)]
pub struct Requests {
    /// What the deployment is called in `ce-source`: `delivery.deployment`.
    pub deployment: Arc<str>,
    /// The body, and what goes with it.
    pub mode: Mode,
    /// `POST`, `PUT` or `PATCH`.
    pub method: Method,
    /// Headers of the configuration's own; none that we set ourselves. A value may be a credential.
    pub headers: Vec<(HeaderName, Rotating<HeaderValue>)>,
    /// The URL, where it has values in it.
    pub url: Option<Rotating<UrlTemplate>>,
    /// How many events a request holds.
    pub batch: Batch,
    /// What templates read as `settings`; a text may be a credential.
    pub settings: Arc<Secret<Settings>>,
}

impl Requests {
    /// The looks at its files.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let headers = self.headers.iter().filter_map(|(_, value)| value.watched());
        let url = self.url.as_ref().and_then(Rotating::watched);
        headers.chain(url).collect()
    }
}

/// What the body of a request is.
#[derive(Debug, Clone)]
pub enum Mode {
    /// The event's own bytes; `CloudEvents` in binary mode.
    Binary,
    /// `CloudEvents` in structured mode.
    Structured,
    /// What a template makes of it.
    Template(Arc<Body>),
}

/// A body by template.
#[derive(Debug)]
pub struct Body {
    /// The template.
    pub template: Template,
    /// The header `content-type`.
    pub content_type: HeaderValue,
}

/// What of a workflow's events goes into one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Events of a request; 1 to 1,000. With 1 a request is not a batch.
    pub max_events: usize,
    /// How long an event waits for others.
    pub max_wait: Duration,
    /// Bytes of the events of a request; a longer event goes alone.
    pub max_bytes: usize,
}

impl Batch {
    /// What a template is given.
    #[must_use]
    pub const fn shape(self) -> Shape {
        if self.max_events == 1 {
            Shape::One
        } else {
            Shape::Many
        }
    }
}
