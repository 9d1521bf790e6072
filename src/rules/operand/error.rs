//! What is wrong with an expected value.

use thiserror::Error;

use crate::rules::{Operator, PropertyType};

/// Why a rule's expected value, operator and type do not go together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OperandError {
    /// `null` with an operator that compares numbers or texts.
    #[error(
        "{operator} has nothing to compare with: only Equals, NotEquals, In and NotIn take null"
    )]
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
    /// A value or a type for an operator that asks for presence alone.
    #[error("{operator} takes neither a value nor a type: it asks whether there is a value")]
    NothingTaken {
        /// The operator.
        operator: Operator,
    },
    /// One value where a list is expected.
    #[error("{operator} takes a list of values, such as `[High, Medium]`")]
    ListTaken {
        /// The operator.
        operator: Operator,
    },
    /// A list where one value is expected.
    #[error("{operator} takes one value, not a list: In and NotIn take a list")]
    OneTaken {
        /// The operator.
        operator: Operator,
    },
    /// A list without an item.
    #[error("{operator} needs one value at least")]
    EmptyList {
        /// The operator.
        operator: Operator,
    },
    /// No regular expression.
    #[error("`{value}` is not a regular expression: {reason}")]
    WrongPattern {
        /// The expected value as written.
        value: String,
        /// What is wrong with it.
        reason: String,
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
