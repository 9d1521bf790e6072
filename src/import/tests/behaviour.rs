//! Imported automations do what they do in Azure.

use super::kit::{ALERTS_POLICY, COMPLIANCE_POLICY, LIST, RECOMMENDATIONS_POLICY, imported, runs};

fn alert(severity: &str, subscription: &str) -> String {
    format!(
        r#"{{"SystemAlertId": "1", "AlertType": "a", "Severity": "{severity}", "AlertDisplayName": "Odd login",
        "AzureResourceId": "/SUBSCRIPTIONS/{subscription}/resourceGroups/r"}}"#
    )
}

fn recommendation(severity: &str, code: &str) -> String {
    format!(
        r#"{{"type": "Microsoft.Security/assessments", "name": "key-1", "id": "/subscriptions/5b/x",
        "properties": {{"metadata": {{"severity": "{severity}"}}, "status": {{"code": "{code}"}}}}}}"#
    )
}

fn compliance(standard: &str, state: &str) -> String {
    format!(
        r#"{{"id": "/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/{standard}/x",
        "type": "Microsoft.Security/regulatoryComplianceAssessment", "properties": {{"state": "{state}"}}}}"#
    )
}

#[test]
fn all_alerts_means_all_but_informational_in_the_subscription() {
    let policy = imported(ALERTS_POLICY, &[]);
    for (severity, subscription, fires) in [
        ("High", "5B", true),
        ("low", "5b", true),
        ("Informational", "5b", false),
        ("High", "5c", false),
    ] {
        let ran = runs(&policy, &alert(severity, subscription));
        assert_eq!(ran.len(), usize::from(fires), "{severity} {subscription}");
    }
    let named = imported(ALERTS_POLICY, &["named=login", "levels=[\"High\"]"]);
    assert_eq!(runs(&named, &alert("High", "5b")).len(), 1);
    assert!(runs(&named, &alert("Low", "5b")).is_empty());
}

#[test]
fn a_policy_for_healthy_alone_also_fires_for_unhealthy() {
    let policy = imported(
        RECOMMENDATIONS_POLICY,
        &["states=[\"Healthy\"]", "levels=[\"High\"]"],
    );
    for (code, fires) in [
        ("Healthy", true),
        ("Unhealthy", true),
        ("NotApplicable", false),
    ] {
        let ran = runs(&policy, &recommendation("High", code));
        assert_eq!(ran.len(), usize::from(fires), "{code}");
    }
    assert!(runs(&policy, &recommendation("Low", "Healthy")).is_empty());
}

#[test]
fn a_standard_is_found_by_a_part_of_the_id() {
    let policy = imported(
        COMPLIANCE_POLICY,
        &["norms=[\"PCI-DSS-3\"]", "states=[\"Failed\"]"],
    );
    assert_eq!(
        runs(&policy, &compliance("PCI-DSS-3.2.1", "failed")).len(),
        1
    );
    assert!(runs(&policy, &compliance("PCI-DSS-3.2.1", "Passed")).is_empty());
    assert!(runs(&policy, &compliance("SOC", "Failed")).is_empty());
    let all = imported(COMPLIANCE_POLICY, &[]);
    assert_eq!(runs(&all, &compliance("SOC", "Skipped")).len(), 1);
}

#[test]
fn a_list_runs_what_it_ran() {
    let list = imported(LIST, &[]);
    let subscription = "0b0b0b0b-1111-2222-3333-444444444444";
    let ran = runs(&list, &alert("High", subscription));
    assert_eq!(ran, ["page", "everything"]);
    assert_eq!(runs(&list, &alert("Low", subscription)), ["everything"]);
    assert!(runs(&list, &alert("High", "5b")).is_empty());
}
