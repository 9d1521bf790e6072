//! A workflow's URL: all of it is a secret.

use reqwest::Url;

use crate::config::{Egress, Secret};
use crate::document::Field;

/// The parser's words name no part of the URL, and neither do ours.
pub(super) fn url(field: &Field<'_>, egress: Option<&Egress>) -> Option<Secret<Url>> {
    let expected = "expected a URL, `https://…` or `http://…`; it is a secret and not shown";
    match Url::parse(field.text()?) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            let host = url.host_str().unwrap_or_default();
            if let Some(Err(refusal)) = egress.map(|egress| egress.rules.host(host)) {
                field.wrong(&refusal.to_string());
            }
            Some(Secret::new(url))
        }
        Ok(_) => {
            field.wrong(expected);
            None
        }
        Err(error) => {
            field.wrong(&format!("{expected}: {error}"));
            None
        }
    }
}
