//! What an event is, by its own properties.

use std::ops::ControlFlow;

use crate::config::SourceKind;
use crate::decode::{DecodeError, Json, walk};
use crate::event::EventKind;
use crate::fold;
use crate::path::Step;

const TYPE: Step = Step::key("type");
const ALERT_ID: Step = Step::key("SystemAlertId");
const ALERT_TYPE: Step = Step::key("AlertType");
const ATTACK_PATH: Step = Step::key("attackPath");
const SNAPSHOT: Step = Step::key("isSnapshot");
const ACTION: Step = Step::key("action");
const ASSESSMENT: Step = Step::key("assessmentEventDataEnrichment");
const SECURITY: Step = Step::key("securityEventDataEnrichment");
const SUB_ASSESSMENT: Step = Step::key("subAssessmentEventDataEnrichment");

static SNAPSHOTS: &[&[Step]] = &[
    &[ASSESSMENT, SNAPSHOT],
    &[SECURITY, SNAPSHOT],
    &[SUB_ASSESSMENT, SNAPSHOT],
];
static ACTIONS: &[&[Step]] = &[
    &[ASSESSMENT, ACTION],
    &[SECURITY, ACTION],
    &[SUB_ASSESSMENT, ACTION],
];

static MARKS: &[&[Step]] = &[&[TYPE], &[ALERT_ID], &[ALERT_TYPE], &[ATTACK_PATH]];

/// What must be read for the questions below.
pub(super) fn paths() -> impl Iterator<Item = &'static [Step]> {
    MARKS.iter().chain(SNAPSHOTS).chain(ACTIONS).copied()
}

/// The streamed kind that an event shows itself to be.
pub(super) fn recognise(fields: &Json<'_>) -> Option<EventKind> {
    let exists = |step| any(fields, &[step], |_| true);
    if exists(ALERT_ID) && exists(ALERT_TYPE) {
        return Some(EventKind::Alerts);
    }
    let kind = first(fields, &[TYPE], |value| value.as_text().and_then(by_type));
    kind.or_else(|| exists(ATTACK_PATH).then_some(EventKind::AttackPaths))
}

/// The kind of an event: what its source says, or else what was recognised.
pub(super) fn decide(
    fields: &Json<'_>,
    recognised: Option<EventKind>,
    source: SourceKind,
) -> Result<EventKind, DecodeError> {
    let kind = match source {
        SourceKind::Fixed(kind) => kind,
        SourceKind::Auto => recognised.ok_or(DecodeError::UnknownKind)?,
    };
    Ok(if is_snapshot(fields) {
        kind.snapshot()
    } else {
        kind
    })
}

/// Whether the event tells that its object is gone.
pub(super) fn is_deleted(fields: &Json<'_>) -> bool {
    let delete = |value: &Json<'_>| {
        value
            .as_text()
            .is_some_and(|text| fold::equals(text, "delete"))
    };
    ACTIONS.iter().any(|steps| any(fields, steps, delete))
}

fn is_snapshot(fields: &Json<'_>) -> bool {
    let yes = |value: &Json<'_>| match value {
        Json::Bool(yes) => *yes,
        Json::Text(text) => fold::equals(text, "true"),
        Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => false,
    };
    SNAPSHOTS.iter().any(|steps| any(fields, steps, yes))
}

fn by_type(name: &str) -> Option<EventKind> {
    if fold::ends_with(name, "/alerts") {
        Some(EventKind::Alerts)
    } else if fold::equals(name, "microsoft.security/assessments/subassessments") {
        Some(EventKind::SubAssessments)
    } else if fold::equals(name, "microsoft.security/assessments") {
        Some(EventKind::Assessments)
    } else if fold::ends_with(name, "/securescorecontrols") {
        Some(EventKind::SecureScoreControls)
    } else if fold::equals(name, "microsoft.security/securescores") {
        Some(EventKind::SecureScores)
    } else if fold::contains(name, "regulatorycomplianceassessment") {
        Some(EventKind::RegulatoryComplianceAssessment)
    } else {
        None
    }
}

fn any(fields: &Json<'_>, steps: &[Step], mut holds: impl FnMut(&Json<'_>) -> bool) -> bool {
    first(fields, steps, |value| holds(value).then_some(())).is_some()
}

fn first<T>(
    fields: &Json<'_>,
    steps: &[Step],
    mut pick: impl FnMut(&Json<'_>) -> Option<T>,
) -> Option<T> {
    walk(fields, steps, &mut |value| match pick(value) {
        Some(picked) => ControlFlow::Break(picked),
        None => ControlFlow::Continue(()),
    })
    .break_value()
}
