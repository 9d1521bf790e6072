//! What events of all kinds have in common, as texts: `summary.title` and the like.

use std::borrow::Cow;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::context::named;
use super::filters::follow;
use super::formatter::text_of;
use crate::path::Step;

/// The values of `summary`. Each is there for every event, empty where the event says nothing.
pub const NAMES: [&str; 8] = [
    "description",
    "label",
    "link",
    "remediation",
    "resource",
    "severity",
    "status",
    "title",
];

/// Where they stand; the first that is there counts. Sources: what Defender for Cloud exports to
/// an event hub, and what its REST API answers.
const PATHS: [(&str, &[&str]); 7] = [
    (
        "description",
        &[
            "Description",
            "properties.description",
            "properties.status.description",
            "properties.metadata.description",
        ],
    ),
    (
        "link",
        &[
            "AlertUri",
            "properties.alertUri",
            "properties.links.azurePortal",
        ],
    ),
    (
        "remediation",
        &[
            "RemediationSteps",
            "properties.remediationSteps",
            "properties.remediation",
            "properties.metadata.remediationDescription",
        ],
    ),
    (
        "resource",
        &[
            "AzureResourceId",
            "properties.resourceDetails.id",
            "properties.resourceDetails.nativeResourceId",
            "properties.resourceIdentifiers.0.azureResourceId",
            "ResourceIdentifiers.0.AzureResourceId",
            "CompromisedEntity",
            "id",
        ],
    ),
    (
        "severity",
        &[
            "Severity",
            "properties.severity",
            "properties.metadata.severity",
            "properties.status.severity",
        ],
    ),
    (
        "status",
        &[
            "properties.status.code",
            "properties.state",
            "properties.status",
            "Status",
        ],
    ),
    (
        "title",
        &[
            "AlertDisplayName",
            "properties.alertDisplayName",
            "properties.displayName",
            "properties.metadata.displayName",
            "properties.description",
            "name",
        ],
    ),
];

/// The summary of an event of a kind.
pub(super) fn of(event: &Value, kind: &str) -> Value {
    let label = label(kind);
    let texts = PATHS.iter().map(|(name, paths)| {
        let found = paths.iter().filter_map(|path| follow(event, &steps(path)));
        let mut texts = found.filter_map(|value| text(&value));
        let text = texts.find(|text| !text.trim().is_empty());
        let or_label = || if *name == "title" { label } else { "" }.to_owned();
        let text = text.unwrap_or_else(or_label);
        (
            *name,
            Value::from(if *name == "link" { link(text) } else { text }),
        )
    });
    named(texts.chain([("label", Value::from(label))]))
}

/// Recommendations link to the portal without a scheme.
fn link(text: String) -> String {
    if text.is_empty() || text.contains("://") {
        text
    } else {
        format!("https://{text}")
    }
}

/// A single word for a kind of events.
fn label(kind: &str) -> &str {
    match kind.trim_end_matches("Snapshot") {
        "Alerts" => "Alert",
        "Assessments" => "Recommendation",
        "SubAssessments" => "Finding",
        "SecureScores" | "SecureScoreControls" => "Secure score",
        "RegulatoryComplianceAssessment" => "Compliance",
        "AttackPaths" => "Attack path",
        _ => kind,
    }
}

fn steps(path: &'static str) -> Vec<Step> {
    let step = |part: &'static str| {
        part.parse()
            .map_or_else(|_| Step::Key(Cow::Borrowed(part)), Step::Index)
    };
    path.split('.').map(step).collect()
}

/// A text as it is, the items of a list a line each; of an object nothing.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library adds kinds")]
fn text(value: &Value) -> Option<String> {
    match value.kind() {
        ValueKind::Seq => {
            let items: Option<Vec<String>> =
                value.try_iter().ok()?.map(|item| text(&item)).collect();
            Some(items?.join("\n"))
        }
        ValueKind::String | ValueKind::Number | ValueKind::Bool => text_of(value).ok(),
        _ => None,
    }
}
