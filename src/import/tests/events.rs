//! Whole events, in the shapes that Azure exports and answers with, and what imported automations
//! do with them: what they do in Azure.

use super::kit::{
    ALERTS_POLICY, COMPLIANCE_POLICY, RECOMMENDATIONS_POLICY, file, imported, options, runs,
};
use crate::import::{Imported, Weight, import};

const ALERT: &str = include_str!("../../../tests/fixtures/events/alert.json");
const REST_ALERT: &str = include_str!("../../../tests/fixtures/events/rest-alert.json");
const RECOMMENDATION: &str = include_str!("../../../tests/fixtures/events/recommendation.json");
const REST_RECOMMENDATION: &str =
    include_str!("../../../tests/fixtures/events/rest-recommendation.json");
const COMPLIANCE: &str = include_str!("../../../tests/fixtures/events/compliance.json");

const NAMED_ALERTS: &str = include_str!("../../../tests/fixtures/import/named-alerts.json");
const NAMED_ALERTS_VALUES: &str =
    include_str!("../../../tests/fixtures/import/named-alerts.parameters.json");
const ONE_TYPE: &str = include_str!("../../../tests/fixtures/import/one-type-of-alert.json");
const RECOMMENDATIONS: &str = include_str!("../../../tests/fixtures/import/recommendations.json");

/// Another event: the same text with this in place of that, which has to be there.
fn with(event: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(event.to_owned(), |event, (old, new)| {
        assert!(event.contains(old), "{old}");
        event.replace(old, new)
    })
}

fn fires(imported: &Imported, event: &str, expected: &[&str]) {
    assert_eq!(runs(imported, event), expected, "{event}");
}

#[test]
fn a_template_with_a_parameters_file_fires_for_each_of_its_pairs() {
    for in_utf16 in [false, true] {
        let values = NAMED_ALERTS_VALUES;
        let mut files = [file("t.json", NAMED_ALERTS), file("p.json", values)];
        if in_utf16 {
            let units = values.encode_utf16().flat_map(u16::to_le_bytes);
            files[1].bytes = [0xFF, 0xFE].into_iter().chain(units).collect();
        }
        let imported = import(&files, &options(&[]));
        assert_eq!(imported.count(Weight::Problem), 0, "{:?}", imported.notes);
        let medium = [("\"Informational\"", "\"Medium\""), ("\"web\"", "\"DB-1\"")];
        let other = [("Admission Webhook", "Admission hook")];
        let elsewhere = [("/5B/", "/6B/"), ("/5b/", "/6b/")];
        fires(&imported, ALERT, &["named-alerts"]);
        let high = with(ALERT, &[("\"Informational\"", "\"High\"")]);
        fires(&imported, &high, &["named-alerts"]);
        fires(&imported, &with(ALERT, &medium), &["named-alerts"]);
        fires(&imported, &with(ALERT, &medium[..1]), &[]);
        fires(&imported, &with(ALERT, &other), &[]);
        fires(&imported, &with(ALERT, &elsewhere), &[]);
        fires(&imported, REST_ALERT, &[]);
        fires(&imported, RECOMMENDATION, &[]);
    }
}

#[test]
fn a_template_with_variables_fires_for_its_type_of_alert() {
    let imported = imported(ONE_TYPE, &[]);
    let brute = ("K8S_AdmissionChange", "SQL.DB_bruteforce_1");
    for (severity, expected) in [
        ("High", &["one-type-of-alert"][..]),
        ("Medium", &["one-type-of-alert"]),
        ("Low", &["one-type-of-alert"]),
        ("Informational", &[]),
    ] {
        let severity = format!("\"{severity}\"");
        let level = ("\"Informational\"", severity.as_str());
        fires(&imported, &with(ALERT, &[brute, level]), expected);
        fires(&imported, &with(ALERT, &[level]), &[]);
    }
    fires(&imported, REST_ALERT, &[]);
}

#[test]
fn recommendations_fire_by_scope_severity_and_whether_they_are_enabled() {
    let imported = imported(RECOMMENDATIONS, &[]);
    let (all, high) = ("all-recommendations", "high-recommendations");
    fires(&imported, RECOMMENDATION, &[all]);
    let severe = [("\"Low\"", "\"high\"")];
    fires(&imported, &with(RECOMMENDATION, &severe), &[all, high]);
    let in_warehouse = [("\"Low\"", "\"High\""), ("/shop/", "/shop-2/")];
    fires(&imported, &with(RECOMMENDATION, &in_warehouse), &[high]);
    let custom = [("\"BuiltIn\"", "\"CustomAssessment\"")];
    fires(&imported, &with(RECOMMENDATION, &custom), &[all]);
    // What the REST interface answers has no metadata, so that no severity matches.
    fires(&imported, REST_RECOMMENDATION, &[all]);
    let snapshot = [("\"isSnapshot\": false", "\"isSnapshot\": true")];
    fires(&imported, &with(RECOMMENDATION, &snapshot), &[]);
    fires(&imported, ALERT, &[]);
    fires(&imported, COMPLIANCE, &[]);
    assert!(!imported.yaml().unwrap().contains("hush"));
}

#[test]
fn the_policies_fire_for_what_azure_exports() {
    let title = |name: &str| format!("title={name}");
    let alerts = imported(ALERTS_POLICY, &[&title("alerts")]);
    fires(&alerts, ALERT, &[]);
    let high = with(ALERT, &[("\"Informational\"", "\"High\"")]);
    fires(&alerts, &high, &["alerts"]);
    fires(&alerts, REST_ALERT, &[]);
    let recommendations = imported(RECOMMENDATIONS_POLICY, &[&title("rec")]);
    fires(&recommendations, RECOMMENDATION, &["rec"]);
    fires(&recommendations, REST_RECOMMENDATION, &[]);
    let key = "keys=[\"aaaabbbb-cccc-4ddd-8eee-ffff00001111\"]";
    let of_key = imported(RECOMMENDATIONS_POLICY, &[&title("rec"), key]);
    fires(&of_key, RECOMMENDATION, &["rec"]);
    let other = [("aaaabbbb-", "bbbbbbbb-")];
    fires(&of_key, &with(RECOMMENDATION, &other), &[]);
    let norm = "norms=[\"PCI-DSS-4\"]";
    for (state, expected) in [("Failed", &["audit"][..]), ("Passed", &[])] {
        let state = format!("states=[\"{state}\"]");
        let audit = imported(COMPLIANCE_POLICY, &[&title("audit"), norm, &state]);
        fires(&audit, COMPLIANCE, expected);
    }
    fires(
        &imported(COMPLIANCE_POLICY, &[&title("audit")]),
        COMPLIANCE,
        &["audit"],
    );
}
