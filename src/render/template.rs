//! A template: compiled once, rendered for each attempt.

use std::fmt;
use std::sync::Arc;

use minijinja::Environment;

use super::context::{self, Input, Settings, Shape};
use super::environment::environment;
use super::sink::{Sink, Writer};
use super::{Mistake, RenderError, checks, formatter};

/// Bytes of a template.
pub(super) const MAX_SOURCE: usize = 64 * 1024;

/// The one template of an environment.
const NAME: &str = "template";

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// By their place in the JSON; the output must be JSON.
    Json,
    /// As they are.
    Plain,
    /// Percent-encoded.
    Url,
}

/// A template that has compiled.
#[derive(Clone)]
pub struct Template {
    environment: Environment<'static>,
    language: Language,
    /// The text, where messages may show it.
    shown: Option<Arc<str>>,
}

/// Without the text, which may hold a secret.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.language)
    }
}

impl Template {
    /// Compiles a template that is given so many events, and settings of these names.
    ///
    /// # Errors
    /// All that can be known to be wrong, in the order of the text.
    pub fn compile(
        source: &str,
        language: Language,
        shape: Shape,
        settings: &[&str],
    ) -> Result<Self, Vec<Mistake>> {
        if source.len() > MAX_SOURCE {
            return Err(vec![Mistake::at(source, 0, "more than 64 KiB")]);
        }
        let mut environment = environment();
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        match language {
            Language::Json => environment.set_formatter(formatter::json),
            Language::Plain => environment.set_formatter(formatter::plain),
            Language::Url => environment.set_formatter(formatter::url),
        }
        let added = environment.add_template_owned(NAME, source.to_owned());
        added.map_err(|error| vec![checks::unreadable(source, &error)])?;
        let mistakes = match environment.get_template(NAME) {
            Ok(template) => checks::mistakes(source, &template, shape, settings),
            Err(error) => vec![checks::unreadable(source, &error)],
        };
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self {
            environment,
            language,
            shown: Some(source.into()),
        })
    }

    /// The same template, whose text no message shows: a secret may stand in it.
    #[must_use]
    pub fn unshown(self) -> Self {
        Self {
            shown: None,
            ..self
        }
    }

    /// The text of these deliveries: one, where it was compiled for one.
    ///
    /// # Errors
    /// The line and the words of the template that could not be rendered.
    pub fn render(&self, inputs: &[Input<'_>], settings: &Settings) -> Result<String, RenderError> {
        let failed = |error| RenderError::of(&error, self.shown.as_deref());
        let sink = Arc::new(Sink::default());
        let values = context::values(inputs, settings, &sink);
        let template = self.environment.get_template(NAME).map_err(failed)?;
        template
            .render_captured_to(values, Writer(Arc::clone(&sink)))
            .map_err(failed)?;
        let text = sink.take();
        if self.language == Language::Json {
            let read: Result<serde::de::IgnoredAny, _> = serde_json::from_str(&text);
            read.map_err(|error| not_json(&error))?;
        }
        Ok(text)
    }
}

fn not_json(error: &serde_json::Error) -> RenderError {
    // The library's words may quote the output.
    let (line, column) = (error.line(), error.column());
    RenderError::whole(format!(
        "its output is not JSON at line {line}, column {column}"
    ))
}
