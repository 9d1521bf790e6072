//! One comparison, and a set of them.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use crate::decode::{Json, walk};
use crate::fold;
use crate::path::Path;
use crate::rules::{Operand, Operator};

/// A comparison of a property with an expected value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The property.
    pub path: Path,
    /// How it is compared.
    pub operator: Operator,
    /// The expected value; made by [`Operand::new`] for the same operator.
    pub operand: Operand,
}

/// Rules that must all hold. Without a rule, it holds for every event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleSet {
    /// The rules.
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// Whether every rule holds.
    #[must_use]
    pub fn holds(&self, fields: &Json<'_>) -> bool {
        self.rules.iter().all(|rule| rule.holds(fields))
    }
}

impl Rule {
    /// A rule of these parts.
    #[must_use]
    pub const fn new(path: Path, operator: Operator, operand: Operand) -> Self {
        Self {
            path,
            operator,
            operand,
        }
    }

    /// Whether it holds for an event of which the path was read.
    #[must_use]
    pub fn holds(&self, fields: &Json<'_>) -> bool {
        let accepted = |operator| self.any(fields, |value| self.accepts(operator, value));
        match self.operator.negates() {
            Some(Operator::Exists) => !accepted(Operator::Exists),
            // What is not there is neither equal nor different.
            Some(positive) => accepted(Operator::Exists) && !accepted(positive),
            None => accepted(self.operator),
        }
    }

    /// Whether one value alone decides: it satisfies the operator, or what the operator negates.
    pub(super) fn is_met_by(&self, value: &Json<'_>) -> bool {
        self.accepts(self.operator.negates().unwrap_or(self.operator), value)
    }

    fn any(&self, fields: &Json<'_>, holds: impl Fn(&Json<'_>) -> bool) -> bool {
        walk(fields, self.path.steps(), &mut |value| {
            if holds(value) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .is_break()
    }

    /// Whether one value satisfies an operator that negates nothing.
    fn accepts(&self, operator: Operator, value: &Json<'_>) -> bool {
        let operand = &self.operand;
        let order = || operand.order_of(value);
        match operator {
            Operator::Exists => true,
            Operator::Equals | Operator::In => operand.equals(value),
            Operator::GreaterThan => order().is_some_and(Ordering::is_gt),
            Operator::GreaterThanOrEqualTo | Operator::AtLeast => {
                order().is_some_and(Ordering::is_ge)
            }
            Operator::LesserThan => order().is_some_and(Ordering::is_lt),
            Operator::LesserThanOrEqualTo | Operator::AtMost => {
                order().is_some_and(Ordering::is_le)
            }
            Operator::Contains => operand.holds_part(value, fold::contains),
            Operator::StartsWith => operand.holds_part(value, fold::starts_with),
            Operator::EndsWith => operand.holds_part(value, fold::ends_with),
            Operator::Matches => operand.finds_in(value),
            Operator::NotEquals
            | Operator::NotIn
            | Operator::NotContains
            | Operator::NotStartsWith
            | Operator::NotEndsWith
            | Operator::NotExists => false,
        }
    }
}

#[cfg(test)]
mod tests;
