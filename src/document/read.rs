//! A field that reads itself, and reports what it is not.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::field::Field;
use super::node::{Node, Value};
use super::quantity::{duration_help, parse_duration, parse_size, show_duration, show_size};
use super::section::Section;

impl<'a> Field<'a> {
    /// Text that is not empty; a number is text as it is written.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        let node = self.required()?;
        match &node.value {
            Value::Text(text) if text.is_empty() => {
                self.problem("must not be empty", None);
                None
            }
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(_) => self.mismatch("text", Some("quotes make it text".to_owned())),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unresolved => {
                self.mismatch("text", None)
            }
        }
    }

    /// Any scalar as text, an empty one too.
    #[must_use]
    pub fn scalar(&self) -> Option<&'a str> {
        let node = self.required()?;
        node.scalar()
            .or_else(|| self.mismatch("text, a number, `true` or `false`", None))
    }

    /// Whether a `null` is written.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.node.is_some_and(Node::is_null)
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match self.required()?.scalar() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) | None => self.mismatch("`true` or `false`", None),
        }
    }

    /// A whole number within bounds.
    #[must_use]
    pub fn integer<T: TryFrom<i64>>(&self, bounds: RangeInclusive<i64>) -> Option<T> {
        let (least, most) = (bounds.start(), bounds.end());
        let number = self
            .required()?
            .scalar()
            .and_then(|text| text.trim().parse().ok());
        number
            .filter(|number| bounds.contains(number))
            .and_then(|number| T::try_from(number).ok())
            .or_else(|| self.mismatch(&format!("a whole number from {least} to {most}"), None))
    }

    /// A number within bounds, with or without a fraction.
    #[must_use]
    pub fn fraction(&self, bounds: RangeInclusive<f64>) -> Option<f64> {
        let (least, most) = (bounds.start(), bounds.end());
        let number = self
            .required()?
            .scalar()
            .and_then(|text| text.trim().parse().ok());
        number
            .filter(|number| bounds.contains(number))
            .or_else(|| self.mismatch(&format!("a number from {least} to {most}"), None))
    }

    /// A length of time within bounds.
    #[must_use]
    pub fn duration(&self, bounds: RangeInclusive<Duration>) -> Option<Duration> {
        let text = self.required()?.scalar();
        let Some(duration) = text.and_then(parse_duration) else {
            let help = text.filter(|_| !self.secret).and_then(duration_help);
            return self.mismatch("a duration such as `500ms`, `30s`, `5m` or `2h`", help);
        };
        if bounds.contains(&duration) {
            return Some(duration);
        }
        let (least, most) = (show_duration(*bounds.start()), show_duration(*bounds.end()));
        self.mismatch(&format!("a duration from {least} to {most}"), None)
    }

    /// A number of bytes within bounds.
    #[must_use]
    pub fn size(&self, bounds: RangeInclusive<usize>) -> Option<usize> {
        let Some(size) = self.required()?.scalar().and_then(parse_size) else {
            return self.mismatch("a size such as `4096`, `512 KiB` or `8 MiB`", None);
        };
        if bounds.contains(&size) {
            return Some(size);
        }
        let (least, most) = (show_size(*bounds.start()), show_size(*bounds.end()));
        self.mismatch(&format!("a size from {least} to {most}"), None)
    }

    /// One of the named values; case does not matter.
    #[must_use]
    pub fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        if chosen.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.unknown("value", text, &names);
        }
        chosen.map(|(_, value)| *value)
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        match &self.required()?.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(at, node)| Field::of(node, format!("{}[{at}]", self.key), self.report))
                    .collect(),
            ),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Map(_)
            | Value::Unresolved => self.misplaced("a list"),
        }
    }

    /// The section below the key.
    #[must_use]
    pub fn section(&self) -> Option<Section<'a>> {
        let node = self.required()?;
        match &node.value {
            Value::Map(entries) => Some(Section::open(
                entries,
                self.key.clone(),
                self.place,
                self.report,
            )),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Unresolved => self.misplaced("a section of keys"),
        }
    }

    /// Whether the key is not there.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.node.is_none()
    }

    /// Whether the value is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.node
            .is_some_and(|node| matches!(node.value, Value::List(_)))
    }

    /// Whether the value is a text, a number, `true` or `false`.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.node.is_some_and(|node| node.scalar().is_some())
    }

    /// Whether the value is a single text, not a section or a list.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.node
            .is_some_and(|node| matches!(node.value, Value::Text(_)))
    }
}
