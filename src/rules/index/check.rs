//! Conditions that are tried for candidates alone.

use crate::decode::Slot;
use crate::rules::index::atoms::Atom;
use crate::rules::{Number, Operator, Pattern};

/// How a number must stand to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    Above,
    From,
    Below,
    UpTo,
}

impl Bound {
    pub(super) const ALL: [Self; 4] = [Self::Above, Self::From, Self::Below, Self::UpTo];

    /// That of an operator that compares.
    pub(super) fn of(operator: Operator) -> Option<Self> {
        Some(match operator {
            Operator::GreaterThan => Self::Above,
            Operator::GreaterThanOrEqualTo | Operator::AtLeast => Self::From,
            Operator::LesserThan => Self::Below,
            Operator::LesserThanOrEqualTo | Operator::AtMost => Self::UpTo,
            Operator::Equals
            | Operator::NotEquals
            | Operator::Contains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::In
            | Operator::NotIn
            | Operator::NotContains
            | Operator::NotStartsWith
            | Operator::NotEndsWith
            | Operator::Exists
            | Operator::NotExists
            | Operator::Matches => return None,
        })
    }

    /// Whether a value that stands so to the limit is beyond it.
    pub(super) fn holds<T: Ord>(self, value: &T, limit: &T) -> bool {
        match self {
            Self::Above => value > limit,
            Self::From => value >= limit,
            Self::Below => value < limit,
            Self::UpTo => value <= limit,
        }
    }
}

/// A condition on atoms, or one that no lookup decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Check {
    /// One of these holds.
    Any(Vec<Atom>),
    /// The slot has a value, and none of these holds.
    None(Slot, Vec<Atom>),
    /// The slot has no value.
    Absent(Slot),
    /// A number of the slot is beyond a limit.
    Beyond(Slot, Bound, Number),
    /// The expression finds something in a value of the slot.
    Finds(Slot, Pattern),
}

impl Check {
    /// The dearer, the later it is tried.
    pub(super) const fn cost(&self) -> u8 {
        match self {
            Self::Absent(_) => 0,
            Self::Beyond(..) => 1,
            Self::Any(_) | Self::None(..) => 2,
            Self::Finds(..) => 3,
        }
    }
}
