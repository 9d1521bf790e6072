use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ALERT: &str = include_str!("../../../../tests/fixtures/events/alert.json");
const RECOMMENDATION: &str = include_str!("../../../../tests/fixtures/events/recommendation.json");
const COMPLIANCE: &str = include_str!("../../../../tests/fixtures/events/compliance.json");

/// Each preset with what it must be given.
const PRESETS: [(&str, &str); 7] = [
    ("jira", "project: SEC"),
    ("jira", "project: SEC, api: 3"),
    ("logic-app", ""),
    ("pagerduty", "routing_key: hush"),
    ("servicenow", "assignment_group: soc"),
    ("slack", ""),
    ("teams", "heading: Tower"),
];

fn preset(name: &str, settings: &str) -> Workflow {
    workflow(&format!(
        "template: {{preset: {name}, settings: {{{settings}}}}}"
    ))
}

fn made(workflow: &Workflow, event: &str, kind: EventKind) -> Value {
    let request = build(workflow, &[delivery(event, kind, 42)], 0);
    let request = request.unwrap_or_else(|failure| panic!("{}: {event}", failure.text));
    serde_json::from_str(&body(&request)).unwrap()
}

/// What a preset makes of an event of each kind.
fn all(name: &str, settings: &str) -> String {
    let workflow = preset(name, settings);
    let events = [
        (ALERT, EventKind::Alerts),
        (RECOMMENDATION, EventKind::Assessments),
        (COMPLIANCE, EventKind::RegulatoryComplianceAssessment),
    ];
    let made = events.map(|(event, kind)| made(&workflow, event, kind).to_string());
    made.join("\n")
}

#[test]
fn teams_gets_a_card() {
    insta::assert_snapshot!(all("teams", "heading: Tower"), @r#"
    {"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","actions":[{"title":"Open","type":"Action.OpenUrl","url":"https://portal.example.test/alert"}],"body":[{"inlines":[{"isSubtle":true,"size":"Small","text":"Tower: Alert","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"color":"Default","size":"Large","text":"A new Admission Webhook was found","type":"TextRun","weight":"Bolder"}],"spacing":"None","type":"RichTextBlock"},{"inlines":[{"text":"Severity: ","type":"TextRun","weight":"Bolder"},{"text":"Informational","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Status: ","type":"TextRun","weight":"Bolder"},{"text":"New","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Resource: ","type":"TextRun","weight":"Bolder"},{"text":"/SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Time: ","type":"TextRun","weight":"Bolder"},{"text":"2025-10-09T08:53:20Z","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Somebody added one.","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"isSubtle":true,"size":"Small","text":"wake üp, msg_42","type":"TextRun"}],"type":"RichTextBlock"}],"msteams":{"width":"Full"},"type":"AdaptiveCard","version":"1.4"},"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null}],"type":"message"}
    {"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","actions":[{"title":"Open","type":"Action.OpenUrl","url":"https://portal.example.test/#blade"}],"body":[{"inlines":[{"isSubtle":true,"size":"Small","text":"Tower: Recommendation","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"color":"Default","size":"Large","text":"Disks should be encrypted","type":"TextRun","weight":"Bolder"}],"spacing":"None","type":"RichTextBlock"},{"inlines":[{"text":"Severity: ","type":"TextRun","weight":"Bolder"},{"text":"Low","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Status: ","type":"TextRun","weight":"Bolder"},{"text":"NotApplicable","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Resource: ","type":"TextRun","weight":"Bolder"},{"text":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Time: ","type":"TextRun","weight":"Bolder"},{"text":"2025-10-09T08:53:20Z","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"isSubtle":true,"size":"Small","text":"wake üp, msg_42","type":"TextRun"}],"type":"RichTextBlock"}],"msteams":{"width":"Full"},"type":"AdaptiveCard","version":"1.4"},"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null}],"type":"message"}
    {"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","body":[{"inlines":[{"isSubtle":true,"size":"Small","text":"Tower: Compliance","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"color":"Default","size":"Large","text":"Disks should be encrypted","type":"TextRun","weight":"Bolder"}],"spacing":"None","type":"RichTextBlock"},{"inlines":[{"text":"Status: ","type":"TextRun","weight":"Bolder"},{"text":"Failed","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Resource: ","type":"TextRun","weight":"Bolder"},{"text":"/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Time: ","type":"TextRun","weight":"Bolder"},{"text":"2025-10-09T08:53:20Z","type":"TextRun"}],"spacing":"Small","type":"RichTextBlock"},{"inlines":[{"text":"Disks should be encrypted","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"isSubtle":true,"size":"Small","text":"wake üp, msg_42","type":"TextRun"}],"type":"RichTextBlock"}],"msteams":{"width":"Full"},"type":"AdaptiveCard","version":"1.4"},"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null}],"type":"message"}
    "#);
}

#[test]
fn slack_gets_blocks() {
    insta::assert_snapshot!(all("slack", ""), @r#"
    {"blocks":[{"text":{"emoji":false,"text":"A new Admission Webhook was found","type":"plain_text"},"type":"header"},{"fields":[{"text":"*Kind*\nAlert","type":"mrkdwn"},{"text":"*Severity*\nInformational","type":"mrkdwn"},{"text":"*Status*\nNew","type":"mrkdwn"},{"text":"*Time*\n2025-10-09T08:53:20Z","type":"mrkdwn"},{"text":"*Resource*\n/SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","type":"mrkdwn"}],"type":"section"},{"text":{"emoji":false,"text":"Somebody added one.","type":"plain_text"},"type":"section"},{"elements":[{"text":{"text":"Open","type":"plain_text"},"type":"button","url":"https://portal.example.test/alert"}],"type":"actions"},{"elements":[{"emoji":false,"text":"Firebell: wake üp, msg_42","type":"plain_text"}],"type":"context"}],"text":"Informational Alert: A new Admission Webhook was found"}
    {"blocks":[{"text":{"emoji":false,"text":"Disks should be encrypted","type":"plain_text"},"type":"header"},{"fields":[{"text":"*Kind*\nRecommendation","type":"mrkdwn"},{"text":"*Severity*\nLow","type":"mrkdwn"},{"text":"*Status*\nNotApplicable","type":"mrkdwn"},{"text":"*Time*\n2025-10-09T08:53:20Z","type":"mrkdwn"},{"text":"*Resource*\n/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","type":"mrkdwn"}],"type":"section"},{"elements":[{"text":{"text":"Open","type":"plain_text"},"type":"button","url":"https://portal.example.test/#blade"}],"type":"actions"},{"elements":[{"emoji":false,"text":"Firebell: wake üp, msg_42","type":"plain_text"}],"type":"context"}],"text":"Low Recommendation: Disks should be encrypted"}
    {"blocks":[{"text":{"emoji":false,"text":"Disks should be encrypted","type":"plain_text"},"type":"header"},{"fields":[{"text":"*Kind*\nCompliance","type":"mrkdwn"},{"text":"*Status*\nFailed","type":"mrkdwn"},{"text":"*Time*\n2025-10-09T08:53:20Z","type":"mrkdwn"},{"text":"*Resource*\n/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","type":"mrkdwn"}],"type":"section"},{"text":{"emoji":false,"text":"Disks should be encrypted","type":"plain_text"},"type":"section"},{"elements":[{"emoji":false,"text":"Firebell: wake üp, msg_42","type":"plain_text"}],"type":"context"}],"text":" Compliance: Disks should be encrypted"}
    "#);
}

#[test]
fn pagerduty_gets_an_event() {
    insta::assert_snapshot!(all("pagerduty", "routing_key: hush"), @r#"
    {"client":"Firebell","dedup_key":"2518000000000000000_11112222-3333-4444-5555-666677778888","event_action":"trigger","links":[{"href":"https://portal.example.test/alert","text":"Open"}],"payload":{"class":"Alert","custom_details":{"automation":"wake üp","delivery":"msg_42","description":"Somebody added one.","remediation":"Look at it.","status":"New"},"severity":"info","source":"/SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","summary":"Alert: A new Admission Webhook was found","timestamp":"2025-10-09T08:53:20Z"},"routing_key":"hush"}
    {"client":"Firebell","dedup_key":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web/providers/Microsoft.Security/assessments/aaaabbbb-cccc-4ddd-8eee-ffff00001111","event_action":"trigger","links":[{"href":"https://portal.example.test/#blade","text":"Open"}],"payload":{"class":"Recommendation","custom_details":{"automation":"wake üp","delivery":"msg_42","description":"","remediation":"","status":"NotApplicable"},"severity":"warning","source":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","summary":"Recommendation: Disks should be encrypted","timestamp":"2025-10-09T08:53:20Z"},"routing_key":"hush"}
    {"client":"Firebell","dedup_key":"/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","event_action":"trigger","payload":{"class":"Compliance","custom_details":{"automation":"wake üp","delivery":"msg_42","description":"Disks should be encrypted","remediation":"","status":"Failed"},"severity":"warning","source":"/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","summary":"Compliance: Disks should be encrypted","timestamp":"2025-10-09T08:53:20Z"},"routing_key":"hush"}
    "#);
}

#[test]
fn pagerduty_tells_findings_with_long_ids_apart() {
    let workflow = preset("pagerduty", "routing_key: hush");
    let key = |finding: char| {
        let start = "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups";
        let id = format!("{start}/{}/subassessments/{finding}", "ü".repeat(240));
        let event = format!(r#"{{"id": "{id}"}}"#);
        let made = made(&workflow, &event, EventKind::SubAssessments);
        made["dedup_key"].as_str().unwrap().to_owned()
    };
    let (one, other) = (key('1'), key('2'));
    assert_ne!(one, other);
    assert_eq!(one.chars().count(), 255);
    assert!(one.starts_with("/subscriptions/00000000-0000-4000-8000-000000000000/"));
    assert!(one.ends_with("/subassessments/1"));
}

#[test]
fn jira_gets_an_issue() {
    insta::assert_snapshot!(all("jira", "project: SEC"), @r#"
    {"fields":{"description":"{noformat}\nSomebody added one.\n\nSeverity: Informational\nStatus: New\nResource: /SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web\nTime: 2025-10-09T08:53:20Z\nLink: https://portal.example.test/alert\nRemediation: Look at it.\nAutomation: wake üp\nDelivery: msg_42\n{noformat}","issuetype":{"name":"Task"},"labels":["firebell"],"project":{"key":"SEC"},"summary":"Alert: A new Admission Webhook was found"}}
    {"fields":{"description":"{noformat}\n\n\nSeverity: Low\nStatus: NotApplicable\nResource: /subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web\nTime: 2025-10-09T08:53:20Z\nLink: https://portal.example.test/#blade\nRemediation: \nAutomation: wake üp\nDelivery: msg_42\n{noformat}","issuetype":{"name":"Task"},"labels":["firebell"],"project":{"key":"SEC"},"summary":"Recommendation: Disks should be encrypted"}}
    {"fields":{"description":"{noformat}\nDisks should be encrypted\n\nSeverity: \nStatus: Failed\nResource: /subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000\nTime: 2025-10-09T08:53:20Z\nLink: \nRemediation: \nAutomation: wake üp\nDelivery: msg_42\n{noformat}","issuetype":{"name":"Task"},"labels":["firebell"],"project":{"key":"SEC"},"summary":"Compliance: Disks should be encrypted"}}
    "#);
    let document = preset("jira", "project: SEC, api: 3");
    let made = made(&document, ALERT, EventKind::Alerts);
    insta::assert_snapshot!(made["fields"]["description"], @r#"
    {"content":[{"content":[{"text":"Somebody added one.","type":"text"}],"type":"paragraph"},{"content":[{"text":"Severity: Informational","type":"text"}],"type":"paragraph"},{"content":[{"text":"Status: New","type":"text"}],"type":"paragraph"},{"content":[{"text":"Resource: /SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","type":"text"}],"type":"paragraph"},{"content":[{"text":"Time: 2025-10-09T08:53:20Z","type":"text"}],"type":"paragraph"},{"content":[{"text":"Link: https://portal.example.test/alert","type":"text"}],"type":"paragraph"},{"content":[{"text":"Remediation: Look at it.","type":"text"}],"type":"paragraph"},{"content":[{"text":"Automation: wake üp","type":"text"}],"type":"paragraph"},{"content":[{"text":"Delivery: msg_42","type":"text"}],"type":"paragraph"}],"type":"doc","version":1}
    "#);
}

#[test]
fn servicenow_gets_an_incident() {
    insta::assert_snapshot!(all("servicenow", "assignment_group: soc"), @r#"
    {"assignment_group":"soc","caller_id":"firebell","category":"security","correlation_display":"Firebell","correlation_id":"msg_42","description":"Somebody added one.\n\nStatus: New\nResource: /SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web\nTime: 2025-10-09T08:53:20Z\nLink: https://portal.example.test/alert\nRemediation: Look at it.\nAutomation: wake üp","impact":"3","short_description":"Alert: A new Admission Webhook was found","urgency":"3"}
    {"assignment_group":"soc","caller_id":"firebell","category":"security","correlation_display":"Firebell","correlation_id":"msg_42","description":"\n\nStatus: NotApplicable\nResource: /subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web\nTime: 2025-10-09T08:53:20Z\nLink: https://portal.example.test/#blade\nRemediation: \nAutomation: wake üp","impact":"3","short_description":"Recommendation: Disks should be encrypted","urgency":"3"}
    {"assignment_group":"soc","caller_id":"firebell","category":"security","correlation_display":"Firebell","correlation_id":"msg_42","description":"Disks should be encrypted\n\nStatus: Failed\nResource: /subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000\nTime: 2025-10-09T08:53:20Z\nLink: \nRemediation: \nAutomation: wake üp","impact":"3","short_description":"Compliance: Disks should be encrypted","urgency":"3"}
    "#);
}

#[test]
fn a_logic_app_gets_a_summary_and_the_event() {
    insta::assert_snapshot!(all("logic-app", ""), @r#"
    {"attempt":1,"automation":"wake üp","deliveryId":"msg_42","description":"Somebody added one.","event":{"AgentId":"","AlertDisplayName":"A new Admission Webhook was found","AlertType":"K8S_AdmissionChange","AlertUri":"https://portal.example.test/alert","AzureResourceId":"/SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","CompromisedEntity":"web","ConfidenceLevel":null,"ConfidenceReasons":null,"ConfidenceScore":0.0,"CorrelationKey":null,"Description":"Somebody added one.","EndTimeUtc":"2026-02-03T08:30:00.1234567Z","Entities":[{"$id":"4","DnsDomain":"","Type":"host"},{"$id":"5","Host":{"$ref":"4"},"Type":"K8s-cluster"},{"$ref":"5"}],"ExtendedLinks":null,"ExtendedProperties":{"Client IP address":"192.0.2.7","ProductComponentName":"Containers","Resource type":"Cluster","resourceType":"Kubernetes Service"},"Intent":"Persistence, CredentialAccess","IsIncident":false,"ProcessingEndTime":"2026-02-03T08:45:01Z","ProductName":"Microsoft Defender for Cloud","ProviderAlertStatus":null,"RemediationSteps":["Look at it."],"ResourceIdentifiers":[{"$id":"2","AzureResourceId":"/subscriptions/5b/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/web","Type":"AzureResource"},{"$id":"3","AadTenantId":"99998888-7777-6666-5555-444433332222","Type":"AAD"}],"Severity":"Informational","StartTimeUtc":"2026-02-03T08:30:00.1234567Z","Status":"New","SystemAlertId":"2518000000000000000_11112222-3333-4444-5555-666677778888","TimeGenerated":"2026-02-03T08:45:00.123Z","VendorName":"Microsoft","WorkspaceId":null,"WorkspaceResourceGroup":"","WorkspaceSubscriptionId":null},"kind":"Alerts","link":"https://portal.example.test/alert","record":{"offset":42,"partition":3,"place":1,"topic":"alerts"},"remediation":"Look at it.","resource":"/SUBSCRIPTIONS/5B/RESOURCEGROUPS/SHOP/providers/Microsoft.ContainerService/managedClusters/web","severity":"Informational","status":"New","time":"2025-10-09T08:53:20Z","title":"A new Admission Webhook was found","workflow":"chat"}
    {"attempt":1,"automation":"wake üp","deliveryId":"msg_42","description":"","event":{"assessmentEventDataEnrichment":{"action":"Insert","apiVersion":"2019-01-01","isSnapshot":false},"id":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web/providers/Microsoft.Security/assessments/aaaabbbb-cccc-4ddd-8eee-ffff00001111","kind":null,"location":null,"name":"aaaabbbb-cccc-4ddd-8eee-ffff00001111","properties":{"additionalData":{},"displayName":"Disks should be encrypted","links":{"azurePortal":"portal.example.test/#blade"},"metadata":{"assessmentType":"BuiltIn","categories":["Compute"],"displayName":"Disks should be encrypted","severity":"Low","threats":["DataExfiltration"]},"resourceDetails":{"id":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","nativeResourceId":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","resourceName":"web","resourceProvider":"Microsoft.Compute","resourceType":"virtualMachines","source":"Azure"},"status":{"cause":"Exempt","code":"NotApplicable","firstEvaluationDate":"2026-02-01T10:51:36.3376828Z","statusChangeDate":"2026-02-03T10:51:36.3376828Z"}},"securityEventDataEnrichment":{"action":"Insert","apiVersion":"2019-01-01","isSnapshot":false},"tags":null,"tenantId":"99998888-7777-6666-5555-444433332222","type":"Microsoft.Security/assessments"},"kind":"Assessments","link":"https://portal.example.test/#blade","record":{"offset":42,"partition":3,"place":1,"topic":"alerts"},"remediation":"","resource":"/subscriptions/5b/resourcegroups/shop/providers/Microsoft.Compute/virtualMachines/web","severity":"Low","status":"NotApplicable","time":"2025-10-09T08:53:20Z","title":"Disks should be encrypted","workflow":"chat"}
    {"attempt":1,"automation":"wake üp","deliveryId":"msg_42","description":"Disks should be encrypted","event":{"id":"/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","name":"33334444-5555-4666-8777-888899990000","properties":{"assessmentType":"AssessmentResult","description":"Disks should be encrypted","failedResources":1,"passedResources":1,"scope":"Subscription","skippedResources":0,"state":"Failed"},"securityEventDataEnrichment":{"action":"Write","apiVersion":"2019-01-01-preview","interval":"00:00:00","isSnapshot":false},"type":"Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments"},"kind":"RegulatoryComplianceAssessment","link":"","record":{"offset":42,"partition":3,"place":1,"topic":"alerts"},"remediation":"","resource":"/subscriptions/5b/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-4/regulatoryComplianceControls/1.2/regulatoryComplianceAssessments/33334444-5555-4666-8777-888899990000","severity":"","status":"Failed","time":"2025-10-09T08:53:20Z","title":"Disks should be encrypted","workflow":"chat"}
    "#);
}

#[test]
fn every_preset_that_is_shipped_is_shown_here() {
    let mut shown = PRESETS.map(|(name, _)| name).to_vec();
    shown.dedup();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/presets");
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.map(|name| name.replace(".yaml", "")).collect();
    names.sort();
    assert_eq!(names, shown);
}

/// Events in which everything can be missing, or be of another type.
fn any_event() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!(1.5)),
        Just(json!(["a", null, {"b": 1}])),
        Just(json!({})),
        Just(json!("https://portal.example/<x|y>&\"")),
        any::<String>().prop_map(Value::from),
    ];
    let names = prop_oneof![
        Just("Severity"),
        Just("AlertDisplayName"),
        Just("Description"),
        Just("AlertUri"),
        Just("RemediationSteps"),
        Just("properties"),
        Just("status"),
        Just("id"),
        Just("SystemAlertId"),
        Just("ResourceIdentifiers"),
    ];
    let map = |value| {
        proptest::collection::btree_map(names.clone().prop_map(str::to_owned), value, 0..6)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    };
    let inner = prop_oneof![leaf.clone(), map(leaf.boxed())];
    map(inner.boxed())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_event_is_a_dead_letter_of_a_preset(event in any_event(), kind in 0..EventKind::ALL.len()) {
        thread_local! {
            static WORKFLOWS: Vec<Workflow> = PRESETS.iter().map(|(name, settings)| preset(name, settings)).collect();
        }
        WORKFLOWS.with(|workflows| {
            for workflow in workflows {
                made(workflow, &event.to_string(), EventKind::ALL[kind]);
            }
        });
    }
}

#[test]
fn no_text_of_an_event_is_slacks_markup() {
    let event = json!({"AlertDisplayName": "<!channel> <https://evil.example|x> & *b*", "Severity": "<High>", "Description": "<@U1>"});
    let made = made(&preset("slack", ""), &event.to_string(), EventKind::Alerts);
    let text = made.to_string();
    for part in text.split("\"text\":\"").skip(1) {
        let part = part.split('"').next().unwrap();
        let plain = text.contains(&format!("\"text\":\"{part}\",\"type\":\"plain_text\""));
        assert!(plain || !part.contains(['<', '>']), "{part}");
    }
}
