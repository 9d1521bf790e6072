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

pub(super) static SNAPSHOTS: &[&[Step]] = &[
    &[ASSESSMENT, SNAPSHOT],
    &[SECURITY, SNAPSHOT],
    &[SUB_ASSESSMENT, SNAPSHOT],
];
pub(super) static ACTIONS: &[&[Step]] = &[
    &[ASSESSMENT, ACTION],
    &[SECURITY, ACTION],
    &[SUB_ASSESSMENT, ACTION],
];

/// What a kind is told by: the type, an alert's two marks, an attack path.
pub(super) static MARKS: &[&[Step]] = &[&[TYPE], &[ALERT_ID], &[ALERT_TYPE], &[ATTACK_PATH]];

/// What must be read for the questions below.
pub(super) fn paths() -> impl Iterator<Item = &'static [Step]> {
    MARKS.iter().chain(SNAPSHOTS).chain(ACTIONS).copied()
}

/// What an event shows of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    pub(super) alert: AlertMarks,
    /// By the first of its types that is known.
    pub(super) named: Option<EventKind>,
    pub(super) attack_path: bool,
    pub(super) snapshot: bool,
}

/// Both make an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct AlertMarks {
    pub(super) id: bool,
    pub(super) ty: bool,
}

impl Marks {
    pub(super) fn of(fields: &Json<'_>) -> Self {
        let exists = |step| any(fields, &[step], |_| true);
        Self {
            alert: AlertMarks {
                id: exists(ALERT_ID),
                ty: exists(ALERT_TYPE),
            },
            named: first(fields, &[TYPE], |value| value.as_text().and_then(by_type)),
            attack_path: exists(ATTACK_PATH),
            snapshot: is_snapshot(fields),
        }
    }

    /// The streamed kind that an event shows itself to be.
    pub(super) fn recognise(self) -> Option<EventKind> {
        if self.alert.id && self.alert.ty {
            return Some(EventKind::Alerts);
        }
        let path = self.attack_path.then_some(EventKind::AttackPaths);
        self.named.or(path)
    }

    /// The kind of an event: what its source says, or else what it shows itself to be.
    pub(super) fn decide(self, source: SourceKind) -> Result<EventKind, DecodeError> {
        let kind = match source {
            SourceKind::Fixed(kind) => kind,
            SourceKind::Auto => self.recognise().ok_or(DecodeError::UnknownKind)?,
        };
        Ok(if self.snapshot { kind.snapshot() } else { kind })
    }
}

/// Whether the event tells that its object is gone.
pub(super) fn is_deleted(fields: &Json<'_>) -> bool {
    let delete = |value: &Json<'_>| value.as_text().is_some_and(says_delete);
    ACTIONS.iter().any(|steps| any(fields, steps, delete))
}

/// Whether an action tells that.
pub(super) fn says_delete(action: &str) -> bool {
    fold::equals(action, "delete")
}

/// Whether a text says yes to being a snapshot.
pub(super) fn says_yes(text: &str) -> bool {
    fold::equals(text, "true")
}

fn is_snapshot(fields: &Json<'_>) -> bool {
    let yes = |value: &Json<'_>| match value {
        Json::Bool(yes) => *yes,
        Json::Text(text) => says_yes(text),
        Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => false,
    };
    SNAPSHOTS.iter().any(|steps| any(fields, steps, yes))
}

/// The kind that a type names.
pub(super) fn by_type(name: &str) -> Option<EventKind> {
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
