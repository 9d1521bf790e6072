//! What the demo produces: events in the shapes in which they are exported, and what must come of
//! each.

use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/6b1f8b7e-0c5e-4a52-9d0e-3f1f0a6c2d11";
const ELSEWHERE: &str = "/subscriptions/c0ffee00-1111-4222-8333-444455556666";

/// What must come of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// It matches nothing.
    Nothing,
    /// So many deliveries, at once.
    Delivered(u64),
    /// One delivery, through a retry topic.
    Retried,
    /// A delivery that its workflow refuses for good.
    Refused,
    /// A dead letter as a whole.
    Poison,
}

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// What it is, in a few words.
    pub what: &'static str,
    /// The value.
    pub value: Vec<u8>,
    /// What must come of it.
    pub expected: Expected,
}

/// All records, in the order in which they are produced.
#[must_use]
pub(super) fn samples() -> Vec<Sample> {
    use Expected::{Delivered, Nothing, Poison, Refused, Retried};
    let sample = |what, value: Value, expected| Sample {
        what,
        value: value.to_string().into_bytes(),
        expected,
    };
    vec![
        sample(
            "alert, High",
            alert(1, "High", "Possible credential dumping"),
            Delivered(1),
        ),
        sample(
            "alert, Low",
            alert(2, "Low", "Sign-in from a new place"),
            Nothing,
        ),
        sample(
            "recommendation, healthy",
            assessment(3, SUBSCRIPTION, "Healthy"),
            Nothing,
        ),
        sample(
            "recommendation, unhealthy",
            assessment(4, SUBSCRIPTION, "Unhealthy"),
            Retried,
        ),
        sample(
            "recommendation, other scope",
            assessment(5, ELSEWHERE, "Unhealthy"),
            Nothing,
        ),
        Sample {
            what: "not JSON",
            value: b"{\"AlertType\": \"cut off".to_vec(),
            expected: Poison,
        },
        sample("compliance, Passed", compliance(6, "Passed"), Nothing),
        sample("compliance, Failed", compliance(7, "Failed"), Refused),
        sample(
            "envelope of three alerts",
            json!({"records": [
                alert(8, "High", "Ransomware indicators"),
                alert(9, "Medium", "Port scan"),
                alert(10, "High", "Cryptocurrency mining"),
            ]}),
            Delivered(2),
        ),
        sample(
            "recommendation, unhealthy",
            assessment(11, SUBSCRIPTION, "Unhealthy"),
            Retried,
        ),
    ]
}

fn alert(number: u32, severity: &str, name: &str) -> Value {
    json!({
        "VendorName": "Microsoft",
        "AlertType": "VM_Demo",
        "ProductName": "Microsoft Defender for Cloud",
        "TimeGenerated": "2026-03-01T08:15:30.25Z",
        "Severity": severity,
        "Status": "New",
        "IsIncident": false,
        "SystemAlertId": format!("2518000000000000000_00000000-0000-4000-8000-{number:012}"),
        "AzureResourceId": format!(
            "{SUBSCRIPTION}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm{number}"
        ),
        "CompromisedEntity": format!("vm{number}"),
        "AlertDisplayName": name,
        "ExtendedProperties": {"Client IP address": "192.0.2.7"},
    })
}

fn assessment(number: u32, subscription: &str, status: &str) -> Value {
    let resource = format!(
        "{subscription}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm{number}"
    );
    let name = format!("11111111-0000-4000-8000-{number:012}");
    json!({
        "assessmentEventDataEnrichment": {"action": "Insert", "isSnapshot": false},
        "type": "Microsoft.Security/assessments",
        "id": format!("{resource}/providers/Microsoft.Security/assessments/{name}"),
        "name": name,
        "properties": {
            "resourceDetails": {"source": "Azure", "id": resource},
            "displayName": "Disks should be encrypted",
            "status": {"code": status, "statusChangeDate": "2026-03-01T08:15:31Z"},
            "metadata": {"severity": "High", "assessmentType": "BuiltIn"},
        },
    })
}

fn compliance(number: u32, state: &str) -> Value {
    json!({
        "securityEventDataEnrichment": {"action": "Write", "isSnapshot": false},
        "id": format!(
            "{SUBSCRIPTION}/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/\
             regulatoryComplianceControls/1.{number}/regulatoryComplianceAssessments/demo"
        ),
        "type": "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/\
                 regulatoryComplianceAssessments",
        "properties": {"state": state, "failedResources": 1, "passedResources": 2},
    })
}
