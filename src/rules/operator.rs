//! The operators and property types: Defender's by its names, and ours.

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
    /// Some value is one of the expected ones.
    In,
    /// There is a value, and none is one of the expected ones.
    NotIn,
    /// There is a value, and none has the text in it.
    NotContains,
    /// There is a value, and none starts with the text.
    NotStartsWith,
    /// There is a value, and none ends with the text.
    NotEndsWith,
    /// There is a value.
    Exists,
    /// There is no value.
    NotExists,
    /// In some value the regular expression finds something.
    Matches,
    /// Some value is the severity or a higher one.
    AtLeast,
    /// Some value is the severity or a lower one.
    AtMost,
}

impl Operator {
    /// Every operator: Defender's nine in the order of its specification, then ours.
    pub const ALL: [Self; 19] = [
        Self::Equals,
        Self::NotEquals,
        Self::GreaterThan,
        Self::GreaterThanOrEqualTo,
        Self::LesserThan,
        Self::LesserThanOrEqualTo,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::In,
        Self::NotIn,
        Self::NotContains,
        Self::NotStartsWith,
        Self::NotEndsWith,
        Self::Exists,
        Self::NotExists,
        Self::Matches,
        Self::AtLeast,
        Self::AtMost,
    ];

    /// The name; for the first nine, Defender's.
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
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::NotContains => "NotContains",
            Self::NotStartsWith => "NotStartsWith",
            Self::NotEndsWith => "NotEndsWith",
            Self::Exists => "Exists",
            Self::NotExists => "NotExists",
            Self::Matches => "Matches",
            Self::AtLeast => "AtLeast",
            Self::AtMost => "AtMost",
        }
    }

    /// Reads a name in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.name().eq_ignore_ascii_case(text))
    }

    /// What no value may satisfy for this operator to hold; `None` for an operator that asks for
    /// a value that does.
    #[must_use]
    pub const fn negates(self) -> Option<Self> {
        match self {
            Self::NotEquals => Some(Self::Equals),
            Self::NotIn => Some(Self::In),
            Self::NotContains => Some(Self::Contains),
            Self::NotStartsWith => Some(Self::StartsWith),
            Self::NotEndsWith => Some(Self::EndsWith),
            Self::NotExists => Some(Self::Exists),
            Self::Equals
            | Self::GreaterThan
            | Self::GreaterThanOrEqualTo
            | Self::LesserThan
            | Self::LesserThanOrEqualTo
            | Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::In
            | Self::Exists
            | Self::Matches
            | Self::AtLeast
            | Self::AtMost => None,
        }
    }

    /// What the operator compares.
    pub(super) const fn family(self) -> Family {
        match self {
            Self::Equals | Self::NotEquals | Self::In | Self::NotIn => Family::Equality,
            Self::GreaterThan
            | Self::GreaterThanOrEqualTo
            | Self::LesserThan
            | Self::LesserThanOrEqualTo => Family::Order,
            Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::NotContains
            | Self::NotStartsWith
            | Self::NotEndsWith => Family::Part,
            Self::Matches => Family::Pattern,
            Self::AtLeast | Self::AtMost => Family::Severity,
            Self::Exists | Self::NotExists => Family::Presence,
        }
    }

    /// How many expected values it takes.
    #[must_use]
    pub const fn takes(self) -> Takes {
        match self.family() {
            Family::Presence => Takes::Nothing,
            Family::Equality if matches!(self, Self::In | Self::NotIn) => Takes::List,
            Family::Equality
            | Family::Order
            | Family::Part
            | Family::Pattern
            | Family::Severity => Takes::One,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How many expected values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// None, and no type.
    Nothing,
    /// One.
    One,
    /// A list of one at least.
    List,
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
    /// Texts with a regular expression.
    Pattern,
    /// Severities.
    Severity,
    /// Nothing: whether there is a value.
    Presence,
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
        for name in ["LessThan", "", "Equal", "Equals ", "Regex"] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
        assert_eq!(PropertyType::parse("float"), None);
    }
}
