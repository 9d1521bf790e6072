//! The properties of Defender's events: the form of continuous export, and that of the REST API.
//!
//! What is not listed is unknown; below a `free` one anything is known.

use crate::event::EventKind;

/// Some properties, by what they hold.
pub(super) struct Known {
    pub(super) text: &'static [&'static str],
    pub(super) severity: &'static [&'static str],
    pub(super) number: &'static [&'static str],
    pub(super) flag: &'static [&'static str],
    pub(super) free: &'static [&'static str],
}

/// The properties of a kind.
pub(super) fn of(kind: EventKind) -> Vec<&'static Known> {
    match kind {
        EventKind::Alerts => vec![&ALERT, &REST_ALERT],
        EventKind::Assessments | EventKind::AssessmentsSnapshot => vec![&RESOURCE, &ASSESSMENT],
        EventKind::SubAssessments | EventKind::SubAssessmentsSnapshot => {
            vec![&RESOURCE, &SUB_ASSESSMENT]
        }
        EventKind::SecureScores | EventKind::SecureScoresSnapshot => vec![&RESOURCE, &SCORE],
        EventKind::SecureScoreControls | EventKind::SecureScoreControlsSnapshot => {
            vec![&RESOURCE, &SCORE, &CONTROL]
        }
        EventKind::RegulatoryComplianceAssessment
        | EventKind::RegulatoryComplianceAssessmentSnapshot => vec![&RESOURCE, &COMPLIANCE],
        // No payload is published.
        EventKind::AttackPaths | EventKind::AttackPathsSnapshot => vec![&ANYTHING],
    }
}

const NONE: Known = Known {
    text: &[],
    severity: &[],
    number: &[],
    flag: &[],
    free: &[],
};

static ANYTHING: Known = Known {
    free: &[""],
    ..NONE
};

static ALERT: Known = Known {
    text: &[
        "VendorName",
        "AlertType",
        "ProductName",
        "StartTimeUtc",
        "EndTimeUtc",
        "TimeGenerated",
        "ProcessingEndTime",
        "Status",
        "ProviderAlertStatus",
        "SystemAlertId",
        "CorrelationKey",
        "Intent",
        "AzureResourceId",
        "AzureResourceSubscriptionId",
        "WorkspaceId",
        "WorkspaceSubscriptionId",
        "WorkspaceResourceGroup",
        "AgentId",
        "CompromisedEntity",
        "AlertDisplayName",
        "Description",
        "AlertUri",
    ],
    severity: &["Severity", "ReportedSeverity", "ConfidenceLevel"],
    number: &["ConfidenceScore"],
    flag: &["IsIncident"],
    free: &[
        "ConfidenceReasons",
        "Entities",
        "ExtendedLinks",
        "ExtendedProperties",
        "RemediationSteps",
        "ResourceIdentifiers",
        "Techniques",
        "SubTechniques",
    ],
};

static REST_ALERT: Known = Known {
    text: &[
        "id",
        "name",
        "type",
        "properties.version",
        "properties.alertType",
        "properties.systemAlertId",
        "properties.productComponentName",
        "properties.alertDisplayName",
        "properties.description",
        "properties.intent",
        "properties.startTimeUtc",
        "properties.endTimeUtc",
        "properties.vendorName",
        "properties.status",
        "properties.alertUri",
        "properties.timeGeneratedUtc",
        "properties.productName",
        "properties.processingEndTimeUtc",
        "properties.correlationKey",
        "properties.compromisedEntity",
    ],
    severity: &["properties.severity"],
    flag: &["properties.isIncident"],
    free: &[
        "properties.resourceIdentifiers",
        "properties.remediationSteps",
        "properties.extendedLinks",
        "properties.entities",
        "properties.extendedProperties",
        "properties.techniques",
        "properties.subTechniques",
        "properties.supportingEvidence",
    ],
    ..NONE
};

static RESOURCE: Known = Known {
    text: &[
        "id",
        "name",
        "type",
        "kind",
        "location",
        "tenantId",
        "etag",
        "securityEventDataEnrichment.action",
        "securityEventDataEnrichment.apiVersion",
        "securityEventDataEnrichment.interval",
        "properties.displayName",
        "properties.description",
    ],
    flag: &["securityEventDataEnrichment.isSnapshot"],
    free: &["tags", "systemData"],
    ..NONE
};

static ASSESSMENT: Known = Known {
    text: &[
        "assessmentEventDataEnrichment.action",
        "assessmentEventDataEnrichment.apiVersion",
        "properties.resourceDetails.source",
        "properties.resourceDetails.id",
        "properties.resourceDetails.resourceName",
        "properties.resourceDetails.resourceType",
        "properties.resourceDetails.resourceProvider",
        "properties.resourceDetails.nativeResourceId",
        "properties.status.code",
        "properties.status.cause",
        "properties.status.description",
        "properties.status.statusChangeDate",
        "properties.status.firstEvaluationDate",
        "properties.metadata.displayName",
        "properties.metadata.assessmentType",
        "properties.metadata.policyDefinitionId",
        "properties.metadata.description",
        "properties.metadata.remediationDescription",
        "properties.metadata.plannedDeprecationDate",
        "properties.links.azurePortal",
        "properties.links.azurePortalUri",
    ],
    severity: &[
        "properties.metadata.severity",
        "properties.metadata.userImpact",
        "properties.metadata.implementationEffort",
        "properties.risk.level",
    ],
    flag: &[
        "assessmentEventDataEnrichment.isSnapshot",
        "properties.metadata.preview",
    ],
    free: &[
        "properties.resourceDetails",
        "properties.additionalData",
        "properties.partnersData",
        "properties.risk",
        "properties.metadata.categories",
        "properties.metadata.threats",
        "properties.metadata.tactics",
        "properties.metadata.techniques",
        "properties.metadata.partnerData",
        "properties.metadata.publishDates",
    ],
    ..NONE
};

static SUB_ASSESSMENT: Known = Known {
    text: &[
        "subAssessmentEventDataEnrichment.action",
        "subAssessmentEventDataEnrichment.apiVersion",
        "properties.id",
        "properties.status.code",
        "properties.status.cause",
        "properties.status.description",
        "properties.remediation",
        "properties.impact",
        "properties.category",
        "properties.timeGenerated",
        "properties.resourceDetails.source",
        "properties.resourceDetails.id",
        "properties.additionalData.assessedResourceType",
    ],
    severity: &[
        "properties.status.severity",
        "properties.additionalData.severity",
    ],
    flag: &["subAssessmentEventDataEnrichment.isSnapshot"],
    free: &["properties.resourceDetails", "properties.additionalData"],
    ..NONE
};

static SCORE: Known = Known {
    number: &[
        "properties.score.max",
        "properties.score.current",
        "properties.score.percentage",
        "properties.weight",
    ],
    ..NONE
};

static CONTROL: Known = Known {
    number: &[
        "properties.healthyResourceCount",
        "properties.unhealthyResourceCount",
        "properties.notApplicableResourceCount",
    ],
    free: &["properties.definition"],
    ..NONE
};

static COMPLIANCE: Known = Known {
    text: &[
        "properties.state",
        "properties.assessmentType",
        "properties.assessmentDetailsLink",
    ],
    number: &[
        "properties.passedResources",
        "properties.failedResources",
        "properties.skippedResources",
        "properties.unsupportedResources",
    ],
    free: &["properties.scope"],
    ..NONE
};
