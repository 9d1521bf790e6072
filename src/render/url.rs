//! A URL with values in its path and its query.

use std::fmt;

use super::context::{Input, Settings, Shape};
use super::scan::{Kind, tags};
use super::template::{Language, Template};
use super::{Mistake, RenderError};

/// What stands for a value where a URL without values is wanted.
const STAND_IN: &str = "_";

/// A URL whose values stand after its host alone. What it is made of is a secret: nothing of it is
/// in a message.
#[derive(Clone)]
pub struct UrlTemplate {
    template: Template,
    /// With a stand-in for each value.
    plain: String,
}

/// Without the URL.
impl fmt::Debug for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UrlTemplate")
    }
}

impl UrlTemplate {
    /// Whether a URL has values.
    #[must_use]
    pub fn has_values(url: &str) -> bool {
        !tags(url).is_empty()
    }

    /// The URL with a stand-in for each value: a URL of the same scheme and host.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Compiles a URL.
    ///
    /// # Errors
    /// What is wrong, in words that show nothing of the URL.
    pub fn compile(url: &str, shape: Shape, settings: &[&str]) -> Result<Self, Vec<Mistake>> {
        let wrong = |message: &str| vec![Mistake::at(url, 0, message)];
        let mut plain = String::new();
        let mut end = 0;
        for tag in tags(url) {
            if tag.kind != Kind::Value {
                return Err(wrong("a URL takes values alone, `{{ … }}`"));
            }
            plain.push_str(url.get(end..tag.start).unwrap_or_default());
            if !is_past_the_host(&plain) {
                return Err(wrong(
                    "`{{ … }}` may stand after the host alone, in the path or the query",
                ));
            }
            plain.push_str(STAND_IN);
            end = tag.end;
        }
        plain.push_str(url.get(end..).unwrap_or_default());
        if plain.contains(['\\', '\t', '\n', '\r']) {
            return Err(wrong(
                "a URL with values takes no `\\` and no line break: a parser reads them as other steps",
            ));
        }
        if plain.contains('#') {
            return Err(wrong("a URL with values takes no fragment, `#…`"));
        }
        let template = Template::compile(url, Language::Url, shape, settings);
        let template =
            template.map_err(|mistakes| mistakes.into_iter().map(hidden).collect::<Vec<_>>())?;
        let template = template.unshown();
        Ok(Self { template, plain })
    }

    /// The URL of these deliveries.
    ///
    /// # Errors
    /// That a value is missing, is no single one, or would change the steps of the path.
    pub fn render(&self, inputs: &[Input<'_>], settings: &Settings) -> Result<String, RenderError> {
        let failed = |error: RenderError| RenderError::whole(format!("of the URL: {error}"));
        let url = self.template.render(inputs, settings).map_err(failed)?;
        if steps(&url).map(kind).eq(steps(&self.plain).map(kind)) {
            return Ok(url);
        }
        Err(RenderError::whole(
            "of the URL: a value that is empty, `.` or `..` in the path",
        ))
    }
}

/// A mistake in words that are not of the URL: names alone are shown.
fn hidden(mistake: Mistake) -> Mistake {
    if mistake.message.starts_with("unknown ") {
        return mistake;
    }
    let message = "its values cannot be read: each is one of `{{ … }}`".to_owned();
    Mistake { message, ..mistake }
}

/// Whether what follows `url` can no longer be of its scheme or its host.
fn is_past_the_host(url: &str) -> bool {
    let rest = url.split_once("://").map(|(_, rest)| rest);
    rest.is_some_and(|rest| !rest.starts_with(['/', '?', '\\']) && rest.contains(['/', '?']))
}

/// The steps of a URL's path.
fn steps(url: &str) -> impl Iterator<Item = &str> {
    url.split('?').next().unwrap_or_default().split('/')
}

/// What a parser makes of a step of a path.
#[derive(PartialEq, Eq)]
enum Step {
    Empty,
    Here,
    Up,
    Name,
}

fn kind(step: &str) -> Step {
    match step.to_ascii_lowercase().replace("%2e", ".").as_str() {
        "" => Step::Empty,
        "." => Step::Here,
        ".." => Step::Up,
        _ => Step::Name,
    }
}

#[cfg(test)]
#[path = "url/tests.rs"]
mod tests;
