//! The expected value of a rule, typed once.

use std::cmp::Ordering;

use thiserror::Error;

use crate::decode::Json;
use crate::fold;
use crate::rules::operator::Family;
use crate::rules::{Number, Operator, PropertyType};

/// What a property is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// `null`, which equals nothing else.
    Null,
    /// Folded text. Numbers and booleans of an event compare by their JSON text.
    Text(String),
    /// A number. A numeric string of an event counts as its number.
    Number(Number),
    /// A boolean. The strings `true` and `false` of an event count, in any case.
    Bool(bool),
}

/// Why a rule's expected value, operator and type do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OperandError {
    /// `null` with an operator that compares numbers or texts.
    #[error("{operator} has nothing to compare with: only Equals and NotEquals take null")]
    Null {
        /// The operator.
        operator: Operator,
    },
    /// An operator and a type that exclude each other.
    #[error("{operator} does not compare the type {ty}: it takes {takes}")]
    WrongType {
        /// The operator.
        operator: Operator,
        /// The type.
        ty: PropertyType,
        /// The types that go with the operator.
        takes: &'static str,
    },
    /// Every text has the empty text in it.
    #[error("{operator} needs a text that is not empty: each value would match")]
    EmptyText {
        /// The operator.
        operator: Operator,
    },
    /// Not of the rule's type.
    #[error("`{value}` is not {expected}, as {operator} with the type {ty} needs")]
    WrongValue {
        /// The expected value as written.
        value: String,
        /// What it should be.
        expected: &'static str,
        /// The operator.
        operator: Operator,
        /// The type.
        ty: PropertyType,
    },
}

impl Operand {
    /// Types an expected value; `None` is `null`. Without a type it is text, or a number where
    /// the operator asks for one.
    pub fn new(
        operator: Operator,
        expected: Option<&str>,
        ty: Option<PropertyType>,
    ) -> Result<Self, OperandError> {
        let family = operator.family();
        let ty = ty.unwrap_or(match family {
            Family::Equality | Family::Part => PropertyType::String,
            Family::Order => PropertyType::Number,
        });
        check_type(operator, ty)?;
        let Some(value) = expected else {
            let equality = family == Family::Equality;
            return if equality {
                Ok(Self::Null)
            } else {
                Err(OperandError::Null { operator })
            };
        };
        if family == Family::Part && value.is_empty() {
            return Err(OperandError::EmptyText { operator });
        }
        Self::typed(value, ty).map_err(|expected| {
            let value = value.to_owned();
            OperandError::WrongValue {
                value,
                expected,
                operator,
                ty,
            }
        })
    }

    fn typed(value: &str, ty: PropertyType) -> Result<Self, &'static str> {
        let number = || Number::parse(value.trim());
        match ty {
            PropertyType::String => Ok(Self::Text(fold::fold(value).into_owned())),
            PropertyType::Integer => number()
                .filter(|number| number.is_whole())
                .map(Self::Number)
                .ok_or("a whole number of 64 bits"),
            PropertyType::Number => number()
                .map(Self::Number)
                .ok_or("a number in the range of a double"),
            PropertyType::Boolean => boolean(value.trim()).map(Self::Bool).ok_or("true or false"),
        }
    }

    /// Whether a value of an event is this one.
    pub(super) fn equals(&self, value: &Json<'_>) -> bool {
        match self {
            Self::Null => *value == Json::Null,
            Self::Text(folded) => text_of(value).is_some_and(|text| fold::equals(text, folded)),
            Self::Number(number) => number_of(value).as_ref() == Some(number),
            Self::Bool(yes) => boolean_of(value) == Some(*yes),
        }
    }

    /// How a value of an event stands to this number, if both are numbers.
    pub(super) fn order_of(&self, value: &Json<'_>) -> Option<Ordering> {
        match self {
            Self::Number(number) => number_of(value).map(|value| value.cmp(number)),
            Self::Null | Self::Text(_) | Self::Bool(_) => None,
        }
    }

    /// Whether a value of an event and this one are texts between which `holds` is true.
    pub(super) fn holds_part(&self, value: &Json<'_>, holds: fn(&str, &str) -> bool) -> bool {
        match self {
            Self::Text(folded) => text_of(value).is_some_and(|text| holds(text, folded)),
            Self::Null | Self::Number(_) | Self::Bool(_) => false,
        }
    }
}

fn check_type(operator: Operator, ty: PropertyType) -> Result<(), OperandError> {
    let numeric = matches!(ty, PropertyType::Integer | PropertyType::Number);
    match operator.family() {
        Family::Order if !numeric => Err(OperandError::WrongType {
            operator,
            ty,
            takes: "Integer or Number",
        }),
        Family::Part if ty != PropertyType::String => Err(OperandError::WrongType {
            operator,
            ty,
            takes: "String",
        }),
        Family::Equality | Family::Order | Family::Part => Ok(()),
    }
}

fn text_of<'t>(value: &'t Json<'_>) -> Option<&'t str> {
    match value {
        Json::Text(text) => Some(text),
        Json::Number(text) => Some(text),
        Json::Bool(true) => Some("true"),
        Json::Bool(false) => Some("false"),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn number_of(value: &Json<'_>) -> Option<Number> {
    match value {
        Json::Number(text) => Number::parse(text),
        Json::Text(text) => Number::parse(text),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn boolean_of(value: &Json<'_>) -> Option<bool> {
    match value {
        Json::Bool(yes) => Some(*yes),
        Json::Text(text) => boolean(text),
        Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

#[cfg(test)]
mod tests;
