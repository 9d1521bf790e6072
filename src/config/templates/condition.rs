//! When a rule set or a rule of a template is there: `when` and `unless`.

use std::collections::BTreeMap;

use super::parameter::{Parameter, Type, named};
use crate::document::{Field, Node, Section, Value};

/// Whether something is there: all checks of `when` hold, and none of `unless`.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    when: Vec<Check>,
    unless: Vec<Check>,
}

#[derive(Debug, Clone)]
enum Check {
    /// The text or the list is empty.
    Empty(String),
    /// The list has so many items.
    Count(String, usize),
}

impl Condition {
    /// Reads `when` and `unless`.
    pub(super) fn read(section: &mut Section<'_>, parameters: &[Parameter]) -> Self {
        let when = checks(section.field("when"), parameters);
        let unless = checks(section.field("unless"), parameters);
        Self { when, unless }
    }

    pub(super) fn holds(&self, values: &BTreeMap<String, Node>) -> bool {
        let holds = |check: &Check| check.holds(values);
        self.when.iter().all(holds) && !self.unless.iter().any(holds)
    }
}

impl Check {
    fn holds(&self, values: &BTreeMap<String, Node>) -> bool {
        match self {
            Self::Empty(name) => length(values.get(name)) == Some(0),
            Self::Count(name, count) => length(values.get(name)) == Some(*count),
        }
    }
}

fn length(value: Option<&Node>) -> Option<usize> {
    match &value?.value {
        Value::List(items) => Some(items.len()),
        Value::Text(text) => Some(text.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) | Value::Unresolved => None,
    }
}

fn checks(field: Field<'_>, parameters: &[Parameter]) -> Vec<Check> {
    let Some(mut section) = field.optional().and_then(|field| field.section()) else {
        return Vec::new();
    };
    let empty = section.field("empty").optional();
    let count = section.field("count").optional();
    section.finish();
    let empty = empty.and_then(|field| {
        let parameter = named(&field, parameters)?;
        match parameter.ty {
            Type::String | Type::Array => Some(Check::Empty(parameter.name.clone())),
            Type::Integer | Type::Number | Type::Boolean => field.mismatch(
                "a parameter of type string or array: no other is ever empty",
                None,
            ),
        }
    });
    let counts = count.and_then(|field| field.section());
    let counts = counts.into_iter().flat_map(Section::named);
    let counts = counts.filter_map(|(name, field)| counted(name, &field, parameters));
    empty.into_iter().chain(counts).collect()
}

fn counted(name: &str, field: &Field<'_>, parameters: &[Parameter]) -> Option<Check> {
    let arrays = parameters.iter().filter(|one| one.ty == Type::Array);
    let arrays: Vec<&str> = arrays.map(|one| one.name.as_str()).collect();
    if !arrays.contains(&name) {
        field.unknown("parameter of type array", name, &arrays);
        return None;
    }
    let count = field.integer(0..=10_000)?;
    Some(Check::Count(name.to_owned(), count))
}
