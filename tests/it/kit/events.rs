//! Our own events, in the shapes that Defender for Cloud exports to an event hub.

use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/5f1d0000-0000-4000-8000-00000000cafe";

/// An alert with a number, by which [`number`] knows it again.
pub(crate) fn alert(number: u64, severity: &str) -> String {
    alert_value(number, severity).to_string()
}

/// An alert, to change before it is written.
pub(crate) fn alert_value(number: u64, severity: &str) -> Value {
    let host = format!("host-{}", number % 100);
    let resource = format!(
        "{SUBSCRIPTION}/resourceGroups/bells/providers/Microsoft.Compute/virtualMachines/{host}"
    );
    json!({
        "VendorName": "Microsoft",
        "AlertType": "VM_SuspiciousBell",
        "ProductName": "Microsoft Defender for Cloud",
        "StartTimeUtc": "2025-03-01T10:00:00.1234567Z",
        "EndTimeUtc": "2025-03-01T10:00:05.1234567Z",
        "TimeGenerated": "2025-03-01T10:01:00.5Z",
        "ProcessingEndTime": "2025-03-01T10:01:00.5000001Z",
        "Severity": severity,
        "Status": "New",
        "ProviderAlertStatus": null,
        "ConfidenceScore": 0.0,
        "IsIncident": false,
        "SystemAlertId": id(number),
        "CorrelationKey": null,
        "Intent": "Persistence, CredentialAccess",
        "AzureResourceId": resource,
        "WorkspaceId": null,
        "CompromisedEntity": host,
        "AlertDisplayName": format!("A bell rang without a hand ({number})"),
        "Description": "Somebody rings \u{1f514} bells.\nNobody was seen.",
        "Entities": [
            {"$id": "4", "HostName": host, "Asset": true, "Type": "host"},
            {"$id": "5", "Address": "192.0.2.7", "Asset": false, "Type": "ip"},
            {"$ref": "4"},
        ],
        "ExtendedLinks": null,
        "RemediationSteps": ["Look for the hand.", "Muffle the bell."],
        "ExtendedProperties": {
            "Number of rings": "17",
            "resourceType": "Virtual Machine",
            "EffectiveAzureResourceId": resource,
        },
        "ResourceIdentifiers": [
            {"$id": "2", "AzureResourceId": resource, "Type": "AzureResource"},
        ],
        "AlertUri": format!("https://portal.azure.com/#blade/AlertBlade/alertId/{}", id(number)),
    })
}

/// A recommendation with a number; `status` is `Healthy`, `Unhealthy` or `NotApplicable`.
pub(crate) fn assessment(number: u64, status: &str, severity: &str) -> String {
    assessment_value(number, status, severity).to_string()
}

/// A recommendation, to change before it is written.
pub(crate) fn assessment_value(number: u64, status: &str, severity: &str) -> Value {
    let name = id(number);
    let resource = format!(
        "{SUBSCRIPTION}/resourceGroups/bells/providers/Microsoft.Storage/storageAccounts/rope"
    );
    json!({
        "assessmentEventDataEnrichment": enrichment("Insert"),
        "securityEventDataEnrichment": enrichment("Insert"),
        "tenantId": "5f1d0000-0000-4000-8000-0000000000aa",
        "type": "Microsoft.Security/assessments",
        "kind": null,
        "location": null,
        "id": format!("{resource}/providers/Microsoft.Security/assessments/{name}"),
        "name": name,
        "tags": null,
        "properties": {
            "resourceDetails": {
                "source": "Azure",
                "id": resource,
                "resourceName": "rope",
                "resourceType": "storageAccounts",
                "resourceProvider": "Microsoft.Storage",
            },
            "displayName": "Ropes should be out of reach",
            "status": {
                "code": status,
                "cause": "OffByPolicy",
                "description": "The rope can be reached from the street",
                "statusChangeDate": "2025-03-01T09:00:00.1234567Z",
            },
            "additionalData": {"reach": "2.1"},
            "metadata": {
                "displayName": "Ropes should be out of reach",
                "assessmentType": "BuiltIn",
                "categories": ["Data"],
                "severity": severity,
                "userImpact": "Low",
                "implementationEffort": "Moderate",
                "threats": ["DataExfiltration", "AccountBreach"],
            },
        },
    })
}

/// A regulatory-compliance event with a number; `state` is `Passed`, `Failed` or `Skipped`.
pub(crate) fn compliance(number: u64, state: &str) -> String {
    compliance_value(number, state).to_string()
}

/// A regulatory-compliance event, to change before it is written.
pub(crate) fn compliance_value(number: u64, state: &str) -> Value {
    let name = id(number);
    let place = "providers/Microsoft.Security/regulatoryComplianceStandards/Bell-benchmark/\
                 regulatoryComplianceControls/B.2/regulatoryComplianceAssessments";
    json!({
        "securityEventDataEnrichment": enrichment("Write"),
        "id": format!("{SUBSCRIPTION}/{place}/{name}"),
        "name": name,
        "type": "Microsoft.Security/regulatoryComplianceStandards/\
                 regulatoryComplianceControls/regulatoryComplianceAssessments",
        "properties": {
            "description": "Towers should have a door that locks",
            "state": state,
            "scope": "Subscription",
            "passedResources": 1,
            "failedResources": 3,
            "skippedResources": 0,
            "assessmentType": "AssessmentResult",
        },
    })
}

/// The number that an event of ours was made with, read from its own bytes.
pub(crate) fn number(event: &[u8]) -> Option<u64> {
    let event: Value = serde_json::from_slice(event).ok()?;
    let id = event
        .get("SystemAlertId")
        .or_else(|| event.get("name"))?
        .as_str()?;
    u64::from_str_radix(id.rsplit('-').next()?, 16).ok()
}

/// A name in the form of a GUID, with the number as its last twelve digits.
fn id(number: u64) -> String {
    format!("5f1d0000-0000-4000-8000-{number:012x}")
}

fn enrichment(action: &str) -> Value {
    json!({"action": action, "apiVersion": "2019-01-01", "isSnapshot": false})
}
