//! A value with its place, read key by key; what is wrong is noted.

use std::rc::Rc;

use crate::document::nearest;
use crate::import::at::At;
use crate::import::function::shown;
use crate::import::note::Notes;
use crate::import::value::Value;

/// A value that is there.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) value: &'a Value,
    pub(super) at: At,
    pub(super) notes: &'a Notes,
}

impl<'a> Field<'a> {
    /// The value of a key; `null` is none.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        if matches!(value, Value::Null) {
            return None;
        }
        Some(Self {
            value,
            at: self.at.key(key),
            notes: self.notes,
        })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &str) -> Option<Self> {
        let found = self.get(key);
        if found.is_none() {
            self.notes.problem(&self.at, format!("`{key}` is missing"));
        }
        found
    }

    /// The items of the list at a key; none if there is no list.
    pub(super) fn items(&self, key: &str) -> Option<Vec<Self>> {
        let Some(list) = self.get(key) else {
            return Some(Vec::new());
        };
        let Some(items) = list.value.as_list() else {
            return list.wrong("an array");
        };
        let item = |(place, value)| Self {
            value,
            at: list.at.item(place),
            notes: self.notes,
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// A text; a number or a boolean is its JSON text.
    pub(super) fn text(&self) -> Option<String> {
        match self.value {
            Value::Text(text) => Some(text.as_ref().to_owned()),
            Value::Int(_) | Value::Float(_) => Some(shown(self.value)),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unknown(_) => {
                self.wrong("a text")
            }
        }
    }

    /// `true` or `false`, as a text too.
    pub(super) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Value::Null
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_) => self.wrong("`true` or `false`"),
        }
    }

    /// One of the named values, in any case.
    pub(super) fn choice<T: Copy>(&self, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&text));
        if chosen.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let near = nearest(&text, &names)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let text = shorten(&text);
            self.notes
                .problem(&self.at, format!("unknown {what} `{text}`{near}"));
        }
        chosen.map(|(_, value)| *value)
    }

    /// Why it is not known, if so.
    pub(super) fn unknown(&self) -> Option<&'a Rc<str>> {
        self.value.why_unknown()
    }

    fn wrong<T>(&self, expected: &str) -> Option<T> {
        let message = match self.unknown() {
            Some(reason) => reason.as_ref().to_owned(),
            None => format!("expected {expected}, found {}", self.value.kind()),
        };
        self.notes.problem(&self.at, message);
        None
    }
}

/// A text that fits into a message.
fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
