//! The functions that depend on their arguments alone. What asks for a parameter, a loop or
//! Azure itself is in [`crate::import::template`].

mod list;
mod logic;
mod number;
mod text;

use super::value::{TooLarge, Value};

/// Bytes of a text that a function makes, and items of a list.
const MAX_MADE: usize = 1 << 20;

/// What a function gives, or what is wrong with its arguments.
pub(super) type Answer = Result<Value, String>;

/// A function of Azure's template language.
pub(super) struct Function {
    /// Azure's spelling; a call may use any case.
    pub(super) name: &'static str,
    /// How many arguments it takes at least, and at most.
    pub(super) takes: (usize, usize),
    pub(super) run: fn(&[Value]) -> Answer,
}

/// As many as are written.
const MANY: usize = usize::MAX;

/// Finds a function by its name in any case.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// Every name, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().map(|function| function.name)
}

fn all() -> impl Iterator<Item = &'static Function> {
    [
        list::FUNCTIONS,
        logic::FUNCTIONS,
        number::FUNCTIONS,
        text::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// The text of a value, as Azure joins it to others.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Unknown(_) => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.as_ref().to_owned(),
        Value::List(_) | Value::Map(_) => json(value).to_string(),
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Unknown(_) => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(_) => value
            .as_list()
            .unwrap_or_default()
            .iter()
            .map(json)
            .collect(),
        Value::Map(_) => {
            let entries = value.as_map().unwrap_or_default().iter();
            entries
                .map(|(key, value)| (key.as_ref().to_owned(), json(value)))
                .collect()
        }
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value
        .as_text()
        .ok_or_else(|| format!("takes a text, not {}", value.kind()))
}

fn list(value: &Value) -> Result<&[Value], String> {
    value
        .as_list()
        .ok_or_else(|| format!("takes an array, not {}", value.kind()))
}

fn int(value: &Value) -> Result<i64, String> {
    if let Value::Int(number) = value {
        return Ok(*number);
    }
    Err(format!("takes a whole number, not {}", value.kind()))
}

fn count(value: &Value) -> Result<usize, String> {
    let number = int(value)?;
    usize::try_from(number).map_err(|_negative| format!("takes no negative number: {number}"))
}

fn flag(value: &Value) -> Result<bool, String> {
    if let Value::Bool(flag) = value {
        return Ok(*flag);
    }
    Err(format!("takes a boolean, not {}", value.kind()))
}

/// A text that is made piece by piece, within bounds.
#[derive(Default)]
struct Made(String);

impl Made {
    fn push(&mut self, piece: &str) -> Result<(), TooLarge> {
        if self.0.len().saturating_add(piece.len()) > MAX_MADE {
            return Err(TooLarge);
        }
        self.0.push_str(piece);
        Ok(())
    }

    fn value(self) -> Value {
        Value::text(self.0)
    }
}

impl From<TooLarge> for String {
    fn from(error: TooLarge) -> Self {
        error.to_string()
    }
}

#[cfg(test)]
mod tests;
