//! Filters of our own.

use std::sync::Arc;

use minijinja::value::{Rest, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::formatter::text_of;
use super::sink::MAX_OUTPUT;
use crate::path::{Path, Step};

/// The first value that a path leads to: `event | at('properties.status.code', 'Status')`. What
/// is missing or `null` is passed over; without any the result is undefined, for `default`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "as the library passes arguments"
)]
pub(super) fn at(value: &Value, paths: Rest<String>) -> Result<Value, Error> {
    for text in paths.iter() {
        let path = Path::parse(text).map_err(|error| wrong("no path").with_source(error))?;
        if let Some(found) = follow(value, path.steps()) {
            return Ok(found);
        }
    }
    Ok(Value::UNDEFINED)
}

/// What a path leads to, unless it is missing or `null`.
pub(super) fn follow(value: &Value, steps: &[Step]) -> Option<Value> {
    let mut found = value.clone();
    for step in steps {
        found = match step {
            Step::Key(key) => found.get_attr(key).ok()?,
            Step::Index(index) => found.get_item_by_index(*index).ok()?,
            Step::Each => return None,
        };
    }
    (!found.is_undefined() && !found.is_none()).then_some(found)
}

/// At most so many characters; a longer text ends with `…`.
pub(super) fn truncate(value: &Value, most: usize) -> Result<String, Error> {
    let text = text_of(value)?;
    if text.chars().count() <= most {
        return Ok(text);
    }
    Ok(text
        .chars()
        .take(most.saturating_sub(1))
        .chain(['…'])
        .collect())
}

/// A text that Slack shows as it is: `&`, `<` and `>` are its control characters.
pub(super) fn slack(value: &Value) -> Result<String, Error> {
    let text = text_of(value)?;
    Ok(text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;"))
}

/// A value as text.
pub(super) fn string(value: &Value) -> Result<String, Error> {
    text_of(value)
}

/// A text with another in the place of each occurrence of a third.
pub(super) fn replace(value: &Value, from: &str, to: &str) -> Result<String, Error> {
    let text = text_of(value)?;
    let times = text.matches(from).count();
    bounded(text.len().saturating_add(times.saturating_mul(to.len())))?;
    Ok(text.replace(from, to))
}

/// The items of a list as one text.
pub(super) fn join(value: &Value, between: Option<Arc<str>>) -> Result<String, Error> {
    let between = between.unwrap_or_default();
    if value.kind() == ValueKind::String {
        return text_of(value);
    }
    let mut joined = String::new();
    for (place, item) in value.try_iter()?.enumerate() {
        let item = text_of(&item)?;
        bounded(joined.len() + between.len() + item.len())?;
        if place > 0 {
            joined.push_str(&between);
        }
        joined.push_str(&item);
    }
    Ok(joined)
}

fn bounded(length: usize) -> Result<(), Error> {
    if length > MAX_OUTPUT {
        return Err(wrong("a text of more than 1 MiB"));
    }
    Ok(())
}

fn wrong(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}
