//! `match-all` and `contains-healthy`: idioms of exported automations that do not do what they
//! seem to.

use crate::event::EventKind;
use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};
use crate::rules::{Operand, Operator, Rule};

const HEALTHY: &str = "healthy";
const UNHEALTHY: &str = "unhealthy";

/// Warns of rules that hold for every event of the kinds.
pub(super) fn match_all(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    let kinds = &subject.automation.kinds;
    let types: Option<Vec<&str>> = kinds.iter().map(|kind| type_of(*kind)).collect();
    let Some(types) = types else { return };
    for (rule, origin) in subject.rules() {
        if subject.property(rule).keys == "type" && types.iter().all(|name| is_always(rule, name)) {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            found.push(warning(
                Lint::MatchAll,
                &origin.place,
                format!(
                    "this rule is always true: every event of {} has that `type`",
                    kinds.join(", ")
                ),
                "take the rule out; a rule set without rules holds for every event",
            ));
        }
    }
}

fn is_always(rule: &Rule, name: &str) -> bool {
    match (rule.operator, &rule.operand) {
        (Operator::Equals, Operand::Text(text)) => name == text,
        (Operator::Contains, Operand::Text(text)) => name.contains(&**text),
        (Operator::StartsWith, Operand::Text(text)) => name.starts_with(&**text),
        (Operator::EndsWith, Operand::Text(text)) => name.ends_with(&**text),
        _ => false,
    }
}

/// The folded `type` of all events of a kind, where it has one.
const fn type_of(kind: EventKind) -> Option<&'static str> {
    match kind {
        EventKind::Assessments | EventKind::AssessmentsSnapshot => {
            Some("microsoft.security/assessments")
        }
        EventKind::SubAssessments | EventKind::SubAssessmentsSnapshot => {
            Some("microsoft.security/assessments/subassessments")
        }
        EventKind::SecureScores | EventKind::SecureScoresSnapshot => {
            Some("microsoft.security/securescores")
        }
        EventKind::Alerts
        | EventKind::SecureScoreControls
        | EventKind::SecureScoreControlsSnapshot
        | EventKind::RegulatoryComplianceAssessment
        | EventKind::RegulatoryComplianceAssessmentSnapshot
        | EventKind::AttackPaths
        | EventKind::AttackPathsSnapshot => None,
    }
}

/// Warns of a part of `Healthy` that `Unhealthy` has as well. An assignment that asks for both is
/// not surprised by it.
pub(super) fn contains_healthy(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    let asks_for_both = || subject.rules().any(|(rule, _)| contains(rule, UNHEALTHY));
    if subject.origin.expanded.is_some() && asks_for_both() {
        return;
    }
    for (rule, origin) in subject.rules() {
        let Operand::Text(text) = &rule.operand else {
            continue;
        };
        let (operator, path) = (rule.operator, &rule.path);
        let positive = operator.negates().unwrap_or(operator);
        let takes_both = (positive == Operator::Contains && HEALTHY.contains(&**text))
            || (positive == Operator::EndsWith && HEALTHY.ends_with(&**text));
        if takes_both && subject.property(rule).keys == "properties.status.code" {
            let (verb, better) = match operator.negates() {
                None => ("holds", "Equals"),
                Some(_) => ("does not hold", "NotEquals"),
            };
            found.push(warning(
                Lint::ContainsHealthy,
                &origin.operator,
                format!("`{path} {operator} {text}` {verb} for `Unhealthy` as well"),
                format!("write `{better}` with `Healthy`: it compares without regard to case, too"),
            ));
        }
    }
}

fn contains(rule: &Rule, folded: &str) -> bool {
    let text = matches!(&rule.operand, Operand::Text(text) if text == folded);
    rule.operator == Operator::Contains && text
}
