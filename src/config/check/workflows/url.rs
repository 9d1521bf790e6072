//! A workflow's URL: all of it is a secret.

use reqwest::Url;

use super::requests::Written;
use crate::config::Secret;
use crate::document::Field;
use crate::render::UrlTemplate;

/// The URL, with a stand-in for each of its values; and with its values, where it has some. The
/// parser's words name no part of the URL, and neither do ours.
pub(super) fn url(
    field: &Field<'_>,
    written: &Written,
) -> Option<(Secret<Url>, Option<UrlTemplate>)> {
    let text = field.text()?;
    if !UrlTemplate::has_values(text) {
        return Some((parsed(field, text)?, None));
    }
    let settings: Vec<&str> = written
        .settings
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    match UrlTemplate::compile(text, written.batch.shape(), &settings) {
        Ok(values) => Some((parsed(field, values.plain())?, Some(values))),
        Err(mistakes) => {
            for mistake in mistakes {
                field.problem(mistake.message, mistake.help);
            }
            None
        }
    }
}

fn parsed(field: &Field<'_>, text: &str) -> Option<Secret<Url>> {
    let expected = "expected a URL, `https://…` or `http://…`; it is a secret and not shown";
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
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
