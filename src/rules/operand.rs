//! The expected value of a rule, typed once.

mod error;
mod show;

use std::cmp::Ordering;

use crate::decode::Json;
use crate::fold;
use crate::rules::operator::Family;
use crate::rules::{Number, Operator, Pattern, PropertyType, Severity, Takes};

pub use error::OperandError;

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
    /// Some of these; never empty.
    AnyOf(Vec<Self>),
    /// A regular expression.
    Pattern(Pattern),
    /// A severity, to which others are higher or lower.
    Severity(Severity),
    /// Nothing: the operator asks for presence.
    Nothing,
}

impl Operand {
    /// Types an expected value; `None` is `null`, or nothing where the operator takes nothing.
    /// Without a type it is text, or a number where the operator asks for one.
    pub fn new(
        operator: Operator,
        expected: Option<&str>,
        ty: Option<PropertyType>,
    ) -> Result<Self, OperandError> {
        match (operator.takes(), expected, ty) {
            (Takes::Nothing, None, None) => Ok(Self::Nothing),
            (Takes::Nothing, ..) => Err(OperandError::NothingTaken { operator }),
            (Takes::List, ..) => Err(OperandError::ListTaken { operator }),
            (Takes::One, ..) => Self::one(operator, expected, ty),
        }
    }

    /// Types the items of a list, for an operator that takes one; `None` is `null`.
    pub fn any_of(
        operator: Operator,
        expected: &[Option<&str>],
        ty: Option<PropertyType>,
    ) -> Result<Self, OperandError> {
        match operator.takes() {
            Takes::Nothing => Err(OperandError::NothingTaken { operator }),
            Takes::One => Err(OperandError::OneTaken { operator }),
            Takes::List if expected.is_empty() => Err(OperandError::EmptyList { operator }),
            Takes::List => expected
                .iter()
                .map(|item| Self::one(operator, *item, ty))
                .collect::<Result<_, _>>()
                .map(Self::AnyOf),
        }
    }

    fn one(
        operator: Operator,
        expected: Option<&str>,
        ty: Option<PropertyType>,
    ) -> Result<Self, OperandError> {
        let family = operator.family();
        let ty = ty.unwrap_or(match family {
            Family::Order => PropertyType::Number,
            Family::Equality
            | Family::Part
            | Family::Pattern
            | Family::Severity
            | Family::Presence => PropertyType::String,
        });
        check_type(operator, ty)?;
        let Some(value) = expected else {
            return match family {
                Family::Equality => Ok(Self::Null),
                Family::Order
                | Family::Part
                | Family::Pattern
                | Family::Severity
                | Family::Presence => Err(OperandError::Null { operator }),
            };
        };
        let wrong = |expected| OperandError::WrongValue {
            value: value.to_owned(),
            expected,
            operator,
            ty,
        };
        match family {
            Family::Part | Family::Pattern if value.is_empty() => {
                Err(OperandError::EmptyText { operator })
            }
            Family::Pattern => pattern(value),
            Family::Severity => Severity::parse(value)
                .map(Self::Severity)
                .ok_or_else(|| wrong("a severity: Informational, Low, Medium, High or Critical")),
            Family::Equality | Family::Order | Family::Part | Family::Presence => {
                Self::typed(value, ty).map_err(wrong)
            }
        }
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

    /// Whether a value of an event is this one, or one of these.
    pub(super) fn equals(&self, value: &Json<'_>) -> bool {
        match self {
            Self::Null => *value == Json::Null,
            Self::Text(folded) => text_of(value).is_some_and(|text| fold::equals(text, folded)),
            Self::Number(number) => number_of(value).as_ref() == Some(number),
            Self::Bool(yes) => boolean_of(value) == Some(*yes),
            Self::AnyOf(items) => items.iter().any(|item| item.equals(value)),
            Self::Pattern(_) | Self::Severity(_) | Self::Nothing => false,
        }
    }

    /// How a value of an event stands to this number or severity, if it is one too.
    pub(super) fn order_of(&self, value: &Json<'_>) -> Option<Ordering> {
        match self {
            Self::Number(number) => number_of(value).map(|value| value.cmp(number)),
            Self::Severity(severity) => {
                let found = value.as_text().and_then(Severity::parse);
                found.map(|found| found.cmp(severity))
            }
            Self::Null
            | Self::Text(_)
            | Self::Bool(_)
            | Self::AnyOf(_)
            | Self::Pattern(_)
            | Self::Nothing => None,
        }
    }

    /// Whether a value of an event and this one are texts between which `holds` is true.
    pub(super) fn holds_part(&self, value: &Json<'_>, holds: fn(&str, &str) -> bool) -> bool {
        let Self::Text(folded) = self else {
            return false;
        };
        text_of(value).is_some_and(|text| holds(text, folded))
    }

    /// Whether this is a regular expression that finds something in a value of an event.
    pub(super) fn finds_in(&self, value: &Json<'_>) -> bool {
        let Self::Pattern(pattern) = self else {
            return false;
        };
        text_of(value).is_some_and(|text| pattern.finds(text))
    }
}

fn pattern(value: &str) -> Result<Operand, OperandError> {
    Pattern::parse(value)
        .map(Operand::Pattern)
        .map_err(|reason| OperandError::WrongPattern {
            value: value.to_owned(),
            reason,
        })
}

fn check_type(operator: Operator, ty: PropertyType) -> Result<(), OperandError> {
    let numeric = matches!(ty, PropertyType::Integer | PropertyType::Number);
    match operator.family() {
        Family::Order if !numeric => Err(OperandError::WrongType {
            operator,
            ty,
            takes: "Integer or Number",
        }),
        Family::Part | Family::Pattern | Family::Severity if ty != PropertyType::String => {
            Err(OperandError::WrongType {
                operator,
                ty,
                takes: "String",
            })
        }
        Family::Equality
        | Family::Order
        | Family::Part
        | Family::Pattern
        | Family::Severity
        | Family::Presence => Ok(()),
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
