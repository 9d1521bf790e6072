//! A workflow's template: inline, from a file, or one that is shipped.

use std::path::Path;

use reqwest::header::HeaderValue;

use super::Beside;
use super::presets::{self, Preset};
use crate::config::Body;
use crate::config::load::read_text;
use crate::document::{Field, Place, Problem, Report, Section};
use crate::render::{Language, Mistake, Settings, Shape, Template};

/// What a body is without a word about it.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Bytes of a setting.
const MAX_SETTING: usize = 4096;

/// A template with its settings; neither where none is written.
#[derive(Default)]
pub(super) struct Compiled {
    pub(super) body: Option<Body>,
    pub(super) settings: Settings,
}

/// The template of a field: its text, or a section that says where it is.
pub(super) fn template(field: &Field<'_>, shape: Shape, beside: Beside<'_>) -> Option<Compiled> {
    if field.is_single() {
        let text = Source::inline(field, beside.report)?;
        return compiled(&text, JSON, (shape, Settings::new()), beside.report);
    }
    let mut section = field.section()?;
    let sources = ["text", "file", "preset"].map(|name| section.field(name));
    let [text, file, preset] = sources.map(Field::optional);
    let (settings, content_type) = (section.field("settings"), section.field("content_type"));
    section.finish();
    match (text, file, preset) {
        (Some(text), None, None) => {
            let (settings, content_type) = (any(&settings), typed(content_type));
            let text = Source::inline(&text, beside.report)?;
            compiled(&text, content_type?, (shape, settings?), beside.report)
        }
        (None, Some(file), None) => {
            let (settings, content_type) = (any(&settings), typed(content_type));
            let text = Source::file(&file, beside)?;
            compiled(&text, content_type?, (shape, settings?), beside.report)
        }
        (None, None, Some(name)) => {
            if let Some(given) = content_type.optional() {
                given.wrong("a preset says itself what its body is");
            }
            shipped(&name, &settings, shape, beside.report)
        }
        (None, None, None) | (Some(_), _, _) | (None, Some(_), Some(_)) => {
            field.wrong("expected one of `text`, `file` and `preset`");
            None
        }
    }
}

fn shipped(
    name: &Field<'_>,
    settings: &Field<'_>,
    shape: Shape,
    report: &Report,
) -> Option<Compiled> {
    let preset: Preset = presets::named(name, report)?;
    if shape == Shape::Many {
        name.wrong("a preset writes one event a request: `batch.max_events` must be 1");
        return None;
    }
    let settings = preset.settings(settings)?;
    compiled(&preset.text, JSON, (shape, settings), report)
}

/// A template's text, and where it stands.
pub(super) struct Source {
    pub(super) text: String,
    pub(super) key: String,
    pub(super) place: Shown,
}

/// Where the lines of a text are counted.
pub(super) enum Shown {
    /// In what may be shown, by this name.
    By(String),
    /// Nowhere: a secret may be in it.
    Hidden(Place),
}

impl Source {
    fn inline(field: &Field<'_>, report: &Report) -> Option<Self> {
        let text = field.text()?.to_owned();
        let place = if field.node().is_some_and(|node| node.hidden) {
            Shown::Hidden(field.place().clone())
        } else {
            // Its lines are counted from its own first one: YAML has many ways to begin it.
            let origin = format!("{} (template)", field.place());
            report.may_show(&origin, &text);
            Shown::By(origin)
        };
        Some(Self {
            text,
            key: field.key().to_owned(),
            place,
        })
    }

    fn file(field: &Field<'_>, beside: Beside<'_>) -> Option<Self> {
        let path = beside.folder.join(Path::new(field.text()?));
        let text = read_text(&path);
        let text =
            field.valid(text.map_err(|error| format!("failed to read the file: {error}")))?;
        let origin = path.display().to_string();
        beside.report.may_show(&origin, &text);
        Some(Self {
            text,
            key: field.key().to_owned(),
            place: Shown::By(origin),
        })
    }

    fn problem(&self, mistake: Mistake) -> Problem {
        let key = self.key.clone();
        match &self.place {
            Shown::By(origin) => Problem {
                place: Place {
                    line: Some(mistake.line),
                    column: mistake.column,
                    ..Place::whole(origin)
                },
                key,
                message: mistake.message,
                help: mistake.help,
            },
            Shown::Hidden(place) => Problem {
                place: place.clone(),
                key,
                message: format!(
                    "a mistake in line {}, column {} of the template; it holds a reference, so \
                     nothing of it is shown",
                    mistake.line, mistake.column
                ),
                help: Some("give what is secret by `settings`".to_owned()),
            },
        }
    }
}

fn compiled(
    text: &Source,
    content_type: HeaderValue,
    (shape, settings): (Shape, Settings),
    report: &Report,
) -> Option<Compiled> {
    let is_json = content_type.to_str().is_ok_and(is_json);
    let language = if is_json {
        Language::Json
    } else {
        Language::Plain
    };
    let names: Vec<&str> = settings.iter().map(|(name, _)| name.as_str()).collect();
    let template = match Template::compile(&text.text, language, shape, &names) {
        Ok(template) if matches!(text.place, Shown::Hidden(_)) => template.unshown(),
        Ok(template) => template,
        Err(mistakes) => {
            report.extend(mistakes.into_iter().map(|mistake| text.problem(mistake)));
            return None;
        }
    };
    let body = Some(Body {
        template,
        content_type,
    });
    Some(Compiled { body, settings })
}

/// Whether a media type is one of JSON.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

fn typed(field: Field<'_>) -> Option<HeaderValue> {
    let Some(field) = field.optional() else {
        return Some(JSON);
    };
    let text = field.text()?;
    let value = HeaderValue::from_str(text).ok();
    let value = value.filter(|_| text.split('/').filter(|part| !part.is_empty()).count() == 2);
    value.or_else(|| field.mismatch("a media type such as `application/json`", None))
}

/// Settings of any names; every value is a secret.
fn any(field: &Field<'_>) -> Option<Settings> {
    let Some(field) = field.clone().optional() else {
        return Some(Settings::new());
    };
    let named = field.section().map(Section::named)?;
    let read: Vec<Option<_>> = named
        .into_iter()
        .map(|(name, field)| Some((name.to_owned(), setting(&field.secret())?)))
        .collect();
    read.into_iter().collect()
}

/// The text of a setting.
pub(super) fn setting(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    if text.len() > MAX_SETTING {
        field.wrong("more than 4096 bytes");
        return None;
    }
    Some(text.to_owned())
}
