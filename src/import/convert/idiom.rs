//! Rules that people write to say "everything".

use crate::event::EventKind;
use crate::import::azure::AzureRule;
use crate::path::{Path, Step};
use crate::rules::Operator;

/// Why a rule holds for every event of the kind, if it does.
///
/// - `Version Contains "3."` on alerts stands in every policy and template for "all alerts". It
///   holds in Azure; the alerts that are exported have no `Version` at all.
/// - `type Contains "Microsoft.Security/assessments"` holds for every assessment.
pub(super) fn holds_for_all(kind: EventKind, path: &Path, rule: &AzureRule) -> Option<String> {
    if rule.operator != Operator::Contains {
        return None;
    }
    let dropped = |why: &str| {
        let (path, value) = (&rule.path, &rule.value);
        Some(format!("dropped `{path} Contains {value}`: {why}"))
    };
    if kind == EventKind::Alerts && is(path, &["Version"]) && rule.value.trim() == "3." {
        return dropped(
            "it stands for every alert, and alerts that are exported have no `Version`",
        );
    }
    let of_assessments = matches!(
        kind,
        EventKind::Assessments
            | EventKind::AssessmentsSnapshot
            | EventKind::SubAssessments
            | EventKind::SubAssessmentsSnapshot
    );
    let all = "Microsoft.Security/assessments";
    if of_assessments && is(path, &["type"]) && rule.value.trim().eq_ignore_ascii_case(all) {
        return dropped("it holds for every event of this kind");
    }
    None
}

/// Whether a path leads by these keys, in any case.
pub(super) fn is(path: &Path, keys: &[&str]) -> bool {
    let same = |(step, key): (&Step, &&str)| match step {
        Step::Key(name) => name.eq_ignore_ascii_case(key),
        Step::Index(_) | Step::Each => false,
    };
    path.steps().len() == keys.len() && path.steps().iter().zip(keys).all(same)
}
