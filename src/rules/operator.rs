//! The operators and property types of Defender, by its names.

use std::fmt;

/// How a property is compared with the expected value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Some value is the expected one.
    Equals,
    /// There is a value, and none is the expected one.
    NotEquals,
    /// Some value is a greater number.
    GreaterThan,
    /// Some value is the number or a greater one.
    GreaterThanOrEqualTo,
    /// Some value is a lesser number. Defender says "lesser", not "less".
    LesserThan,
    /// Some value is the number or a lesser one.
    LesserThanOrEqualTo,
    /// Some value has the text in it.
    Contains,
    /// Some value starts with the text.
    StartsWith,
    /// Some value ends with the text.
    EndsWith,
}

impl Operator {
    /// Every operator, in the order of the specification.
    pub const ALL: [Self; 9] = [
        Self::Equals,
        Self::NotEquals,
        Self::GreaterThan,
        Self::GreaterThanOrEqualTo,
        Self::LesserThan,
        Self::LesserThanOrEqualTo,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
    ];

    /// Defender's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equals => "Equals",
            Self::NotEquals => "NotEquals",
            Self::GreaterThan => "GreaterThan",
            Self::GreaterThanOrEqualTo => "GreaterThanOrEqualTo",
            Self::LesserThan => "LesserThan",
            Self::LesserThanOrEqualTo => "LesserThanOrEqualTo",
            Self::Contains => "Contains",
            Self::StartsWith => "StartsWith",
            Self::EndsWith => "EndsWith",
        }
    }

    /// Reads a name in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.name().eq_ignore_ascii_case(text))
    }

    /// What the operator compares.
    pub(super) const fn family(self) -> Family {
        match self {
            Self::Equals | Self::NotEquals => Family::Equality,
            Self::GreaterThan
            | Self::GreaterThanOrEqualTo
            | Self::LesserThan
            | Self::LesserThanOrEqualTo => Family::Order,
            Self::Contains | Self::StartsWith | Self::EndsWith => Family::Part,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Values of any type.
    Equality,
    /// Numbers.
    Order,
    /// Texts.
    Part,
}

/// What the two sides of a comparison are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyType {
    /// Text, compared without regard to case.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl PropertyType {
    /// Every type, in the order of the specification.
    pub const ALL: [Self; 4] = [Self::String, Self::Integer, Self::Number, Self::Boolean];

    /// Defender's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
        }
    }

    /// Reads a name in any case: Microsoft's own templates write `string`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|ty| ty.name().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for PropertyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case() {
        for operator in Operator::ALL {
            assert_eq!(Operator::parse(operator.name()), Some(operator));
            assert_eq!(
                Operator::parse(&operator.name().to_uppercase()),
                Some(operator)
            );
        }
        for ty in PropertyType::ALL {
            assert_eq!(PropertyType::parse(ty.name()), Some(ty));
            assert_eq!(PropertyType::parse(&ty.name().to_lowercase()), Some(ty));
        }
    }

    #[test]
    fn other_names_are_refused() {
        for name in ["LessThan", "", "Equal", "Equals ", "Matches"] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
        assert_eq!(PropertyType::parse("float"), None);
    }
}
