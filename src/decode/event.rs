//! One security event of a record.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::decode::{Json, kind, walk};
use crate::event::EventKind;
use crate::path::Step;

const PROPERTIES: Step = Step::key("properties");
const RESOURCE_ID: Step = Step::key("AzureResourceId");
const EXTENDED: Step = Step::key("ExtendedProperties");
const IDENTIFIERS: Step = Step::key("ResourceIdentifiers");
const DETAILS: Step = Step::key("resourceDetails");
const ID: Step = Step::key("id");

pub(super) static SUBSCRIPTION: &[Step] = &[EXTENDED, Step::key("EffectiveSubscriptionId")];
static ALERT_IDS: &[&[Step]] = &[
    &[RESOURCE_ID],
    &[EXTENDED, Step::key("EffectiveAzureResourceId")],
    &[IDENTIFIERS, RESOURCE_ID],
    &[PROPERTIES, IDENTIFIERS, RESOURCE_ID],
    &[ID],
];
static ASSESSMENT_IDS: &[&[Step]] = &[&[PROPERTIES, DETAILS, ID], &[ID]];
static OTHER_IDS: &[&[Step]] = &[&[ID]];
pub(super) static TIMES: &[&[Step]] = &[
    &[Step::key("TimeGenerated")],
    &[PROPERTIES, Step::key("timeGeneratedUtc")],
    &[
        PROPERTIES,
        Step::key("status"),
        Step::key("statusChangeDate"),
    ],
    &[PROPERTIES, Step::key("timeGenerated")],
    &[Step::key("StartTimeUtc")],
];

/// What must be read for the questions below, whatever the rules.
pub(super) fn paths() -> impl Iterator<Item = &'static [Step]> {
    let ids = ALERT_IDS.iter().chain(ASSESSMENT_IDS).chain(OTHER_IDS);
    ids.chain(TIMES).copied().chain([SUBSCRIPTION])
}

/// How events of a kind name the resources they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    Alert,
    Assessment,
    Other,
}

impl Naming {
    /// Where the ids stand.
    pub(super) const fn paths(self) -> &'static [&'static [Step]] {
        match self {
            Self::Alert => ALERT_IDS,
            Self::Assessment => ASSESSMENT_IDS,
            Self::Other => OTHER_IDS,
        }
    }

    pub(super) const fn of(kind: EventKind) -> Self {
        match kind {
            EventKind::Alerts => Self::Alert,
            EventKind::Assessments
            | EventKind::AssessmentsSnapshot
            | EventKind::SubAssessments
            | EventKind::SubAssessmentsSnapshot => Self::Assessment,
            EventKind::SecureScores
            | EventKind::SecureScoresSnapshot
            | EventKind::SecureScoreControls
            | EventKind::SecureScoreControlsSnapshot
            | EventKind::RegulatoryComplianceAssessment
            | EventKind::RegulatoryComplianceAssessmentSnapshot
            | EventKind::AttackPaths
            | EventKind::AttackPathsSnapshot => Self::Other,
        }
    }
}

/// One security event, borrowed from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// Its place in the envelope, from 0.
    pub place: usize,
    /// Its own bytes, exactly as they stand in the record.
    pub text: &'a str,
    /// What it is.
    pub kind: EventKind,
    /// The properties that somebody needs.
    pub fields: Json<'a>,
}

impl Event<'_> {
    /// Whether it tells that its object is gone: the enrichment's action is `Delete`.
    #[must_use]
    pub fn deleted(&self) -> bool {
        kind::is_deleted(&self.fields)
    }

    /// When it happened, by its own word and in its own words.
    #[must_use]
    pub fn time(&self) -> Option<&str> {
        TIMES
            .iter()
            .find_map(|steps| self.texts(steps).into_iter().next())
    }

    /// The resources it is about: a scope covers the event when it covers one of them.
    #[must_use]
    pub fn resource_ids(&self) -> Vec<Cow<'_, str>> {
        let ids = Naming::of(self.kind)
            .paths()
            .iter()
            .flat_map(|steps| self.texts(steps))
            .map(Cow::Borrowed);
        ids.chain(self.subscriptions()).collect()
    }

    fn subscriptions(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let named = if self.kind == EventKind::Alerts {
            self.texts(SUBSCRIPTION)
        } else {
            vec![]
        };
        named
            .into_iter()
            .map(|id| Cow::Owned(format!("/subscriptions/{id}")))
    }

    fn texts(&self, steps: &[Step]) -> Vec<&str> {
        let mut texts = Vec::new();
        let _continues: ControlFlow<()> = walk(&self.fields, steps, &mut |value| {
            texts.extend(value.as_text().filter(|text| !text.is_empty()));
            ControlFlow::Continue(())
        });
        texts
    }
}
