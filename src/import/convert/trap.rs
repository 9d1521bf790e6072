//! What is imported as it is, and probably does not do what was meant.

use super::idiom::is;
use super::sources::Part;
use super::{ConvertedRule, ConvertedSet, Expected};
use crate::event::EventKind;
use crate::fold;
use crate::import::azure::AzureScope;
use crate::import::note::Notes;
use crate::path::Path;
use crate::rules::Operator;

/// Paths that lead nowhere in exported events, and what was meant.
const NOWHERE: &[(EventKind, &[&str], &str)] = &[
    (
        EventKind::Alerts,
        &["properties", "metadata", "severity"],
        "alerts have their severity at `Severity`",
    ),
    (
        EventKind::Alerts,
        &["Version"],
        "alerts that are exported have no `Version`",
    ),
    (
        EventKind::Alerts,
        &["ProductComponentName"],
        "exported alerts have it at `ExtendedProperties.ProductComponentName`, if at all",
    ),
    (
        EventKind::Assessments,
        &["Entity", "AssessmentType"],
        "recommendations have it at `properties.metadata.assessmentType`",
    ),
    (
        EventKind::Assessments,
        &["Severity"],
        "recommendations have their severity at `properties.metadata.severity`",
    ),
    (
        EventKind::AssessmentsSnapshot,
        &["Entity", "AssessmentType"],
        "recommendations have it at `properties.metadata.assessmentType`",
    ),
];

/// Warns of the traps in what was converted.
pub(super) fn look_at(parts: &[Part], scopes: &[AzureScope], notes: &Notes) {
    for part in parts {
        for set in &part.rule_sets {
            for rule in &set.rules {
                nowhere(&part.kinds, rule, notes);
                healthy(&part.kinds, rule, notes);
            }
            contradiction(set, notes);
        }
        informational(part, notes);
        narrow_scopes(part, scopes, notes);
    }
}

fn nowhere(kinds: &[EventKind], rule: &ConvertedRule, notes: &Notes) {
    let Ok(path) = Path::parse(&rule.property) else {
        return;
    };
    let wrong = NOWHERE
        .iter()
        .find(|(kind, keys, _)| kinds.contains(kind) && is(&path, keys));
    if let Some((_, _, meant)) = wrong {
        let property = &rule.property;
        let message = format!("`{property}` never matches, here as in Azure's exports: {meant}");
        notes.warning(&rule.at, message);
    }
}

fn healthy(kinds: &[EventKind], rule: &ConvertedRule, notes: &Notes) {
    let is_status =
        Path::parse(&rule.property).is_ok_and(|path| is(&path, &["properties", "status", "code"]));
    let of_status = kinds.iter().any(|kind| {
        matches!(
            kind,
            EventKind::Assessments
                | EventKind::AssessmentsSnapshot
                | EventKind::SubAssessments
                | EventKind::SubAssessmentsSnapshot
        )
    });
    let value = matches!(&rule.value, Expected::Text(text) if fold::equals(text, "healthy"));
    if of_status && is_status && value && rule.operator == Operator::Contains {
        let message = "`Contains healthy` also holds for Unhealthy, as in Azure: `Equals Healthy` \
                       is what was probably meant";
        notes.warning(&rule.at, message);
    }
}

/// One value cannot equal two texts.
fn contradiction(set: &ConvertedSet, notes: &Notes) {
    let equals = |rule: &&ConvertedRule| rule.operator == Operator::Equals;
    let equals: Vec<&ConvertedRule> = set.rules.iter().filter(equals).collect();
    for (place, rule) in equals.iter().enumerate() {
        let other = equals
            .iter()
            .take(place)
            .find(|other| other.property.eq_ignore_ascii_case(&rule.property));
        if let Some(other) = other
            && !same_value(&other.value, &rule.value)
        {
            let message = format!(
                "`{}` cannot equal two values at once: this rule set never matches",
                rule.property
            );
            notes.warning(&set.at, message);
            return;
        }
    }
}

fn same_value(left: &Expected, right: &Expected) -> bool {
    match (left, right) {
        (Expected::Text(left), Expected::Text(right)) => fold::same(left, right),
        (Expected::Null, Expected::Null) => true,
        (Expected::Null | Expected::Text(_), _) => false,
    }
}

/// Azure's policies know three severities of alerts; there are four.
fn informational(part: &Part, notes: &Notes) {
    let Some(first) = part.rule_sets.first() else {
        return;
    };
    let severity = |set: &ConvertedSet| {
        let mut rules = set.rules.iter();
        let rule = rules.find(|rule| {
            rule.operator == Operator::Equals
                && Path::parse(&rule.property).is_ok_and(|path| is(&path, &["Severity"]))
        })?;
        match &rule.value {
            Expected::Text(text) => Some(text.to_lowercase()),
            Expected::Null => None,
        }
    };
    let severities: Option<Vec<String>> = part.rule_sets.iter().map(severity).collect();
    let Some(severities) = severities else { return };
    let has = |name: &str| severities.iter().any(|one| one == name);
    let three = ["high", "medium", "low"].into_iter().all(has);
    if part.kinds.contains(&EventKind::Alerts) && three && !has("informational") {
        let message = "High, Medium and Low, but not Informational: such alerts run nothing, as \
                       in Azure";
        notes.warning(&first.at, message);
    }
}

/// Some kinds stand for a whole subscription.
fn narrow_scopes(part: &Part, scopes: &[AzureScope], notes: &Notes) {
    let whole = part.kinds.iter().find(|kind| {
        matches!(
            kind,
            EventKind::RegulatoryComplianceAssessment
                | EventKind::RegulatoryComplianceAssessmentSnapshot
                | EventKind::SecureScores
                | EventKind::SecureScoresSnapshot
                | EventKind::SecureScoreControls
                | EventKind::SecureScoreControlsSnapshot
        )
    });
    let Some(kind) = whole else { return };
    for scope in scopes {
        let below = scope.path.trim_matches('/').split('/').count() > 2;
        if below {
            let message = format!(
                "{kind} events are of a whole subscription: a resource group never covers one"
            );
            notes.warning(&scope.at, message);
        }
    }
}
