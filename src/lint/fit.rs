//! `numeric-on-text`: operators of order on what has no such order.

use crate::lint::properties::Shape;
use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};
use crate::rules::Operator;

/// Warns of comparisons of numbers with what is no number, and of severities with what is none.
pub(super) fn fit(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    for (rule, origin) in subject.rules() {
        let Some(shape) = subject.property(rule).shape else {
            continue;
        };
        let what = match shape {
            Shape::Text => "a text",
            Shape::Severity => "a severity",
            Shape::Number => "a number",
            Shape::Flag => "`true` or `false`",
            Shape::Free => continue,
        };
        let (path, operator) = (&rule.path, rule.operator);
        let (asked, help) = match (asked(operator), shape) {
            (Some(Asked::Number), Shape::Severity) => {
                ("numbers", "write `AtLeast` or `AtMost` with a severity")
            }
            (Some(Asked::Number), Shape::Text | Shape::Flag) => {
                ("numbers", "write an operator for texts, such as `Equals`")
            }
            (Some(Asked::Severity), Shape::Number) => (
                "severities",
                "write an operator for numbers, such as `GreaterThan`",
            ),
            (Some(Asked::Severity), Shape::Text | Shape::Flag) => (
                "severities",
                "write an operator for texts, such as `Equals`",
            ),
            _ => continue,
        };
        found.push(warning(
            Lint::NumericOnText,
            &origin.operator,
            format!("`{operator}` compares {asked}, and `{path}` is {what}: this never holds"),
            help,
        ));
    }
}

enum Asked {
    Number,
    Severity,
}

const fn asked(operator: Operator) -> Option<Asked> {
    if matches!(operator, Operator::AtLeast | Operator::AtMost) {
        return Some(Asked::Severity);
    }
    let is_order = matches!(
        operator,
        Operator::GreaterThan
            | Operator::GreaterThanOrEqualTo
            | Operator::LesserThan
            | Operator::LesserThanOrEqualTo
    );
    if is_order { Some(Asked::Number) } else { None }
}
