//! An expected value as people read it.

use std::fmt;

use super::{Operand, boolean_of, number_of, text_of};
use crate::decode::Json;
use crate::rules::Severity;

impl Operand {
    /// Whether a value of an event is of the type that it is compared as.
    pub(in crate::rules) fn compares(&self, value: &Json<'_>) -> bool {
        match self {
            Self::Null | Self::Nothing => true,
            Self::Text(_) | Self::Pattern(_) => text_of(value).is_some(),
            Self::Number(_) => number_of(value).is_some(),
            Self::Bool(_) => boolean_of(value).is_some(),
            Self::Severity(_) => value.as_text().and_then(Severity::parse).is_some(),
            Self::AnyOf(items) => items.iter().any(|item| item.compares(value)),
        }
    }

    /// What it is compared with.
    pub(in crate::rules) const fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Text(_) | Self::Pattern(_) => "a text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Severity(_) => "a severity",
            Self::AnyOf(items) => match items.as_slice() {
                [first, ..] => first.noun(),
                [] => "a value",
            },
            Self::Nothing => "a value",
        }
    }
}

/// Texts are folded: their case does not matter.
impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(yes) => write!(f, "{yes}"),
            Self::Pattern(pattern) => write!(f, "/{}/", pattern.as_str()),
            Self::Severity(severity) => write!(f, "{severity}"),
            Self::AnyOf(items) => {
                for (place, item) in items.iter().enumerate() {
                    f.write_str(if place == 0 { "[" } else { ", " })?;
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Self::Nothing => Ok(()),
        }
    }
}
