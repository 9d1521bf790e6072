//! What a security event is to us: its kind, its place, and where its record stood.

use std::fmt;
use std::sync::Arc;

/// What an event is: the event sources of `Microsoft.Security/automations` (API version
/// 2023-12-01-preview). A `…Snapshot` kind is the weekly full copy, never the streamed change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A security alert.
    Alerts,
    /// A recommendation's state for one resource.
    Assessments,
    /// The weekly copy of [`EventKind::Assessments`].
    AssessmentsSnapshot,
    /// A finding below a recommendation.
    SubAssessments,
    /// The weekly copy of [`EventKind::SubAssessments`].
    SubAssessmentsSnapshot,
    /// The secure score of a subscription.
    SecureScores,
    /// The weekly copy of [`EventKind::SecureScores`].
    SecureScoresSnapshot,
    /// The secure score of one control.
    SecureScoreControls,
    /// The weekly copy of [`EventKind::SecureScoreControls`].
    SecureScoreControlsSnapshot,
    /// A regulatory-compliance assessment.
    RegulatoryComplianceAssessment,
    /// The weekly copy of [`EventKind::RegulatoryComplianceAssessment`].
    RegulatoryComplianceAssessmentSnapshot,
    /// An attack path.
    AttackPaths,
    /// The weekly copy of [`EventKind::AttackPaths`].
    AttackPathsSnapshot,
}

impl EventKind {
    /// Every kind, in the order of the specification.
    pub const ALL: [Self; 13] = [
        Self::Alerts,
        Self::Assessments,
        Self::AssessmentsSnapshot,
        Self::SubAssessments,
        Self::SubAssessmentsSnapshot,
        Self::SecureScores,
        Self::SecureScoresSnapshot,
        Self::SecureScoreControls,
        Self::SecureScoreControlsSnapshot,
        Self::RegulatoryComplianceAssessment,
        Self::RegulatoryComplianceAssessmentSnapshot,
        Self::AttackPaths,
        Self::AttackPathsSnapshot,
    ];

    /// Defender's name of the kind; also the metric's label and the header's value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alerts => "Alerts",
            Self::Assessments => "Assessments",
            Self::AssessmentsSnapshot => "AssessmentsSnapshot",
            Self::SubAssessments => "SubAssessments",
            Self::SubAssessmentsSnapshot => "SubAssessmentsSnapshot",
            Self::SecureScores => "SecureScores",
            Self::SecureScoresSnapshot => "SecureScoresSnapshot",
            Self::SecureScoreControls => "SecureScoreControls",
            Self::SecureScoreControlsSnapshot => "SecureScoreControlsSnapshot",
            Self::RegulatoryComplianceAssessment => "RegulatoryComplianceAssessment",
            Self::RegulatoryComplianceAssessmentSnapshot => {
                "RegulatoryComplianceAssessmentSnapshot"
            }
            Self::AttackPaths => "AttackPaths",
            Self::AttackPathsSnapshot => "AttackPathsSnapshot",
        }
    }

    /// Reads a kind's name in any case, or one of the short names `alerts`, `recommendations`
    /// and `compliance`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("recommendations") {
            return Some(Self::Assessments);
        }
        if text.eq_ignore_ascii_case("compliance") {
            return Some(Self::RegulatoryComplianceAssessment);
        }
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(text))
    }

    /// The snapshot form of a kind; a snapshot is its own. Alerts have none.
    #[must_use]
    pub const fn snapshot(self) -> Self {
        match self {
            Self::Alerts => Self::Alerts,
            Self::Assessments | Self::AssessmentsSnapshot => Self::AssessmentsSnapshot,
            Self::SubAssessments | Self::SubAssessmentsSnapshot => Self::SubAssessmentsSnapshot,
            Self::SecureScores | Self::SecureScoresSnapshot => Self::SecureScoresSnapshot,
            Self::SecureScoreControls | Self::SecureScoreControlsSnapshot => {
                Self::SecureScoreControlsSnapshot
            }
            Self::RegulatoryComplianceAssessment | Self::RegulatoryComplianceAssessmentSnapshot => {
                Self::RegulatoryComplianceAssessmentSnapshot
            }
            Self::AttackPaths | Self::AttackPathsSnapshot => Self::AttackPathsSnapshot,
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a record stands on Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Coordinates {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The partition's number.
    pub partition: i32,
    /// The record's offset.
    pub offset: i64,
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.topic, self.partition, self.offset)
    }
}
