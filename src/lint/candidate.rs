//! `always-candidate`: rule sets that have to be tried on every event of their kinds.

use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};
use crate::rules::{Operand, Operator, Rule};

/// Bytes of a part of a text from which on it is worth searching for.
const LEAST_PART: usize = 3;

/// Warns of each rule set without a selective rule. A scope is selective as well; an automation
/// for all events of its kinds is meant to be one.
pub(super) fn always_candidate(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    if !subject.automation.scopes.is_empty() {
        return;
    }
    for (set, origin) in subject.rule_sets() {
        if set.rules.is_empty() || set.rules.iter().any(is_selective) {
            continue;
        }
        found.push(warning(
            Lint::AlwaysCandidate,
            &origin.place,
            "this rule set has to be tried on every event of its kinds".to_owned(),
            "add a rule that few events pass: not a `Not…`, not `Matches`, not a `Contains` of \
             less than three bytes; or a scope",
        ));
    }
}

fn is_selective(rule: &Rule) -> bool {
    if rule.operator == Operator::Contains {
        return matches!(&rule.operand, Operand::Text(text) if text.len() >= LEAST_PART);
    }
    rule.operator != Operator::Matches && rule.operator.negates().is_none()
}
