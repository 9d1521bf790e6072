//! What a workflow's requests are made of.

use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

use super::Beside;
use super::batch::batch;
use super::headers::headers;
use super::template::{Compiled, template};
use crate::config::{Batch, Mode, Requests, Rotating, Secret};
use crate::document::Section;
use crate::render::{Settings, UrlTemplate};

/// The names of the modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config::check) enum Named {
    Binary,
    Structured,
    Template,
}

/// The modes by name.
pub(in crate::config::check) const MODES: [(&str, Named); 3] = [
    ("binary", Named::Binary),
    ("structured", Named::Structured),
    ("template", Named::Template),
];

/// The methods that carry a body.
pub(in crate::config::check) const METHODS: [&str; 3] = ["POST", "PUT", "PATCH"];

/// What is written of a workflow's requests, without its URL.
pub(super) struct Written {
    deployment: Arc<str>,
    mode: Mode,
    method: Method,
    headers: Vec<(HeaderName, Rotating<HeaderValue>)>,
    pub(super) batch: Batch,
    pub(super) settings: Settings,
}

impl Written {
    /// Reads it; what is wrong is in the report.
    pub(super) fn of(section: &mut Section<'_>, beside: Beside<'_>) -> Option<Self> {
        let batch = batch(section);
        let headers = headers(&section.field("headers"));
        let method = method(section);
        let (mode, body) = (section.field("mode"), section.field("template"));
        let named = match mode.optional() {
            Some(mode) => Some(mode.choice(&MODES)),
            None => None,
        };
        let compiled = match body.clone().optional() {
            Some(body) => batch.and_then(|batch| template(&body, batch.shape(), beside)),
            None => Some(Compiled::default()),
        }?;
        let mode = match (named, compiled.body) {
            (Some(None), _) => return None,
            (Some(Some(Named::Template)), None) => {
                body.wrong("missing: `mode: template` needs one");
                return None;
            }
            (Some(Some(Named::Template)) | None, Some(body)) => Mode::Template(Arc::new(body)),
            (Some(Some(Named::Structured)), _) => Mode::Structured,
            (Some(Some(Named::Binary)), _) | (None, None) => Mode::Binary,
        };
        Some(Self {
            deployment: beside.deployment.into(),
            mode,
            method: method?,
            headers: headers?,
            batch: batch?,
            settings: compiled.settings,
        })
    }

    /// The requests, with the URL's values where it has some.
    pub(super) fn requests(self, url: Option<Rotating<UrlTemplate>>) -> Requests {
        Requests {
            deployment: self.deployment,
            mode: self.mode,
            method: self.method,
            headers: self.headers,
            url,
            batch: self.batch,
            settings: Arc::new(Secret::new(self.settings)),
        }
    }
}

fn method(section: &mut Section<'_>) -> Option<Method> {
    let methods = METHODS.map(|name| (name, name));
    let name = section.field("method").choice(&methods)?;
    Method::from_bytes(name.as_bytes()).ok()
}
