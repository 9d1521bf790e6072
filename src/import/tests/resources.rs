//! Resources as they stand, in each of their wrappings.

use super::kit::{LIST, deployed, file, imported, loaded, options, shown, told};
use crate::import::{InputFile, import};

const BODY: &str = r#"{"properties": {"scopes": [{"scopePath": "/subscriptions/1"}],
    "sources": [{"eventSource": "Assessments"}],
    "actions": [{"actionType": "logicapp", "logicAppResourceId": "/x/workflows/f", "uri": "https://x/SECRET"}]}}"#;

#[test]
#[expect(clippy::too_many_lines, reason = "it shows a whole file")]
fn a_list_is_imported_without_its_secrets() {
    let imported = imported(LIST, &[]);
    let yaml = imported.yaml().unwrap();
    assert!(!yaml.contains("SECRET") && !told(&imported).contains("SECRET"));
    assert_eq!(loaded(&imported).automations.len(), 6);
    insta::assert_snapshot!(yaml, @r#"
    # Imported from Azure by `firebell import`:
    #   a.json
    #
    # These workflows belong in the configuration. Azure never shows a callback URL again, so each is
    # a secret that you supply.
    #
    # workflows:
    #   Page-On-Call:   # Logic App /subscriptions/0b0b0b0b-1111-2222-3333-444444444444/resourceGroups/flows/providers/Microsoft.Logic/workflows/Page-On-Call
    #     url: ${env:PAGE_ON_CALL_URL}
    #   security:   # Event Hub /subscriptions/0b0b0b0b-1111-2222-3333-444444444444/resourceGroups/soc/providers/Microsoft.EventHub/namespaces/bus/eventhubs/security: needs a webhook that stands for it
    #     url: ${env:SECURITY_URL}
    #   siem:   # Log Analytics workspace /subscriptions/0b0b0b0b-1111-2222-3333-444444444444/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/siem: needs a webhook that stands for it
    #     url: ${env:SIEM_URL}
    #   page-2:   # an automation without actions: needs a webhook that stands for it
    #     url: ${env:PAGE_2_URL}
    #   other:   # Logic App /subscriptions/0b0b0b0b-1111-2222-3333-444444444444/resourceGroups/flows/providers/Microsoft.Logic/workflows/other
    #     url: ${env:OTHER_URL}

    automations:
      - name: page
        description: Somebody must look at once.
        kinds: [Alerts]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444
        rule_sets:
          - rules:
              - {property: Severity, operator: Equals, value: high}
          - rules:
              - {property: AlertDisplayName, operator: Contains, value: "ransomware: \"x\""}
        workflows: [Page-On-Call]
      - name: everything
        kinds: [Alerts, Assessments]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444
        workflows: [Page-On-Call, security, siem]
      - name: everything-2
        kinds: [SecureScoreControls]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444
        rule_sets:
          - rules:
              - {property: properties.score.percentage, operator: LesserThan, value: "0.5"}
        workflows: [Page-On-Call, security, siem]
      - name: page-2
        enabled: false
        kinds: [RegulatoryComplianceAssessment]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444/resourceGroups/shop
        rule_sets:
          - rules:
              - {property: properties.state, operator: Equals, value: Failed}
        workflows: [page-2]
      - name: traps
        kinds: [Alerts]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444
        rule_sets:
          - rules:
              - {property: properties.metadata.severity, operator: Equals, value: High}
          - rules:
              - {property: Severity, operator: Equals, value: High}
              - {property: Severity, operator: Equals, value: Low}
        workflows: [other]
      - name: traps-2
        kinds: [Assessments]
        scopes:
          - /subscriptions/0b0b0b0b-1111-2222-3333-444444444444
        rule_sets:
          - rules:
              - {property: $.Entity.AssessmentType, operator: Equals, value: customAssessment}
              - {property: properties.status.code, operator: Contains, value: healthy}
        workflows: [other]
    "#);
}

#[test]
fn all_that_a_list_gives_to_tell_is_told() {
    insta::assert_snapshot!(told(&imported(LIST, &[])), @r"
    changed  value[1].properties.sources[0].ruleSets[0].rules[0]: dropped `Version Contains 3.`: it stands for every alert, and alerts that are exported have no `Version`
    changed  value[1].properties.sources[1].ruleSets[0].rules[0]: dropped `type Contains Microsoft.Security/assessments`: it holds for every event of this kind
    changed  value[1]: `everything` has sources with different rules, so it becomes 2 automations: `everything` for Alerts, Assessments; `everything-2` for SecureScoreControls
    changed  value[1].properties.actions[0]: a secret for workflow `Page-On-Call` was left out
    changed  value[2]: called `page-2`, since another one is called `page`
    changed  value[3]: `traps` has sources with different rules, so it becomes 2 automations: `traps` for Alerts; `traps-2` for Assessments
    warning  value[2].properties.scopes[0].scopePath: RegulatoryComplianceAssessment events are of a whole subscription: a resource group never covers one
    warning  value[3].properties.sources[0].ruleSets[0].rules[0]: `properties.metadata.severity` never matches, here as in Azure's exports: alerts have their severity at `Severity`
    warning  value[3].properties.sources[0].ruleSets[1]: `Severity` cannot equal two values at once: this rule set never matches
    warning  value[3].properties.sources[1].ruleSets[0].rules[0]: `$.Entity.AssessmentType` never matches, here as in Azure's exports: recommendations have it at `properties.metadata.assessmentType`
    warning  value[3].properties.sources[1].ruleSets[0].rules[1]: `Contains healthy` also holds for Unhealthy, as in Azure: `Equals Healthy` is what was probably meant
    missing  value[0].properties.actions[0]: Azure never shows the callback URL of workflow `Page-On-Call`: supply it as PAGE_ON_CALL_URL
    missing  value[1].properties.actions[1]: workflow `security` was an Event Hub: let its consumers read the source topic, or supply a webhook that produces to the hub as SECURITY_URL
    missing  value[1].properties.actions[2]: workflow `siem` was a Log Analytics workspace, which has no equivalent here: supply a webhook that writes to it as SIEM_URL
    missing  value[2]: it has no actions, so it runs nothing in Azure: the workflow `page-2` stands for what it should run
    missing  value[3].properties.actions[0]: Azure never shows the callback URL of workflow `other`: supply it as OTHER_URL
    ");
}

#[test]
fn every_wrapping_of_a_body_is_read() {
    for (text, name) in [
        (BODY.to_owned(), "a"),
        (format!(r#"{{"value": [{BODY}]}}"#), "a"),
        (format!("[{BODY}]"), "a"),
        (
            format!(
                r#"{{"parameters": {{"automationName": "n", "automation": {BODY}}}, "responses": {{"200": {{"body": {BODY}}}}}}}"#
            ),
            "n",
        ),
        (
            format!(r#"{{"responses": {{"200": {{"body": {{"value": [{BODY}]}}}}}}}}"#),
            "a",
        ),
    ] {
        let imported = imported(&text, &[]);
        let config = loaded(&imported);
        assert_eq!(config.automations[0].name, name, "{text}");
        assert!(!shown(&imported).contains("SECRET"));
    }
}

#[test]
fn an_older_type_and_any_case_are_read() {
    let text = r#"{"Name": "a", "Type": "microsoft.security/securityautomations", "PROPERTIES": {
        "ISENABLED": "True", "Scopes": [{"ScopePath": "/subscriptions/1"}],
        "Sources": [{"EventSource": "ALERTS", "RuleSets": [{"Rules": [
            {"PropertyJPath": "Severity", "PropertyType": "STRING", "ExpectedValue": "high", "Operator": "EQUALS"}]}]}],
        "Actions": null, "unheardOf": {"x": 1}}}"#;
    let azure = deployed(text, &[]).unwrap();
    assert!(azure.enabled);
    assert_eq!(azure.sources[0].rule_sets[0].rules[0].value, "high");
}

#[test]
fn what_azures_tools_print_flat_is_read() {
    let text = r#"[{"Name": "a", "Type": "Microsoft.Security/automations", "IsEnabled": false,
        "Scopes": [{"ScopePath": "/subscriptions/1"}], "Sources": [{"EventSource": "Alerts", "RuleSets": []}],
        "Actions": [{"LogicAppResourceId": "/x/workflows/f", "Uri": null}]}]"#;
    let imported = imported(text, &[]);
    let config = loaded(&imported);
    assert!(!config.automations[0].enabled);
    assert_eq!(config.automations[0].workflows, ["f"]);
}

#[test]
fn every_encoding_is_read() {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(BODY.encode_utf16().flat_map(u16::to_le_bytes));
    let files = [InputFile {
        name: "a.json".to_owned(),
        bytes: utf16,
    }];
    assert_eq!(import(&files, &options(&[])).len(), 1);
}

#[test]
fn files_share_names_and_workflows() {
    let files = [file("x/a.json", BODY), file("y/a.json", BODY)];
    let imported = import(&files, &options(&[]));
    let config = loaded(&imported);
    let names: Vec<&str> = config.automations.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["a", "a-2"]);
    assert_eq!(config.workflows.len(), 1);
}

#[test]
fn what_is_wrong_is_said_all_at_once_and_the_rest_is_imported() {
    let text = r#"{"value": [
        {"name": "good", "properties": {"scopes": [{"scopePath": "/subscriptions/1"}],
            "sources": [{"eventSource": "Alerts"}], "actions": []}},
        {"name": "bad", "type": "Microsoft.Security/automations", "properties": {"isEnabled": 7, "scopes": [],
            "sources": [{"eventSource": "Alert", "ruleSets": [{"rules": [
                {"propertyJPath": "a", "propertyType": "Text", "expectedValue": "x", "operator": "LessThan"},
                {"propertyJPath": "a", "propertyType": "String", "operator": "Equals"}]}]}],
            "actions": [{"actionType": "Webhook"}, {}]}},
        {"name": "patch", "properties": {"isEnabled": false, "actions": []}},
        {"name": "rules", "properties": {"scopes": [{"scopePath": "/tenants/x"}], "actions": [],
            "sources": [{"eventSource": "Alerts", "ruleSets": [{"rules": [
                {"propertyJPath": "$..a", "propertyType": "String", "expectedValue": "x", "operator": "Equals"},
                {"propertyJPath": "a", "propertyType": "Integer", "expectedValue": "x", "operator": "Equals"},
                {"propertyJPath": "a", "propertyType": "String", "expectedValue": "x", "operator": "GreaterThan"}]}]}]}}
        ]}"#;
    let imported = imported(text, &[]);
    assert_eq!(imported.len(), 1);
    insta::assert_snapshot!(told(&imported), @r"
    missing  value[0]: it has no actions, so it runs nothing in Azure: the workflow `good` stands for what it should run
    problem  value[1].properties.isEnabled: expected `true` or `false`, found a number
    problem  value[1].properties: it has no scopes, so it applies to nothing in Azure; without scopes it would apply everywhere here (and in 1 more place)
    problem  value[1].properties.sources[0].eventSource: unknown event source `Alert`; did you mean `Alerts`?
    problem  value[1].properties.sources[0].ruleSets[0].rules[0].propertyType: unknown property type `Text`
    problem  value[1].properties.sources[0].ruleSets[0].rules[0].operator: unknown operator `LessThan`; did you mean `LesserThan`?
    problem  value[1].properties.sources[0].ruleSets[0].rules[1]: `expectedValue` is missing
    problem  value[1].properties.actions[0].actionType: unknown action type `Webhook`
    problem  value[1].properties.actions[1]: `actionType` is missing
    problem  value[2].properties: it has no sources, so it listens to nothing; the body of an update may leave them out, and cannot be imported alone
    problem  value[3].properties.scopes[0].scopePath: `/tenants/x` does not start with `/subscriptions/<id>`
    problem  value[3].properties.sources[0].ruleSets[0].rules[0].propertyJPath: the path `$..a` cannot be read here: found `.` at character 3, expected a property such as `properties` or `['Client IP address']`
    problem  value[3].properties.sources[0].ruleSets[0].rules[1]: `x` is not a whole number of 64 bits, as Equals with the type Integer needs
    problem  value[3].properties.sources[0].ruleSets[0].rules[2]: GreaterThan compares numbers, not String, and `x` is none
    ");
}

#[test]
fn types_that_do_not_go_with_an_operator_are_mended() {
    let text = r#"{"name": "a", "properties": {"scopes": [{"scopePath": "/subscriptions/1"}],
        "sources": [{"eventSource": "SecureScores", "ruleSets": [{"rules": [
            {"propertyJPath": "a", "propertyType": "String", "expectedValue": "0.5", "operator": "LesserThan"},
            {"propertyJPath": "b", "propertyType": "Integer", "expectedValue": "7", "operator": "Contains"},
            {"propertyJPath": "c", "propertyType": "Integer", "expectedValue": 7, "operator": "GreaterThan"},
            {"propertyJPath": "d", "propertyType": "Boolean", "expectedValue": true, "operator": "Equals"},
            {"propertyJPath": "e", "propertyType": "String", "expectedValue": "", "operator": "Contains"},
            {"propertyJPath": "f['g h']", "expectedValue": "true", "operator": "NotEquals"}]}]}],
        "actions": [{"actionType": "LogicApp", "logicAppResourceId": "/x/workflows/f"}]}}"#;
    let imported = imported(text, &[]);
    loaded(&imported);
    insta::assert_snapshot!(shown(&imported), @r#"
    automations:
      - name: a
        kinds: [SecureScores]
        scopes:
          - /subscriptions/1
        rule_sets:
          - rules:
              - {property: a, operator: LesserThan, value: "0.5"}
              - {property: b, operator: Contains, value: "7"}
              - {property: c, operator: GreaterThan, value: "7", type: Integer}
              - {property: d, operator: Equals, value: "true", type: Boolean}
              - {property: e, operator: NotEquals, value: null}
              - {property: "f['g h']", operator: NotEquals, value: "true"}
        workflows: [f]
    changed  properties.sources[0].ruleSets[0].rules[0]: LesserThan compares numbers: String becomes Number
    changed  properties.sources[0].ruleSets[0].rules[1]: Contains compares texts: its type Integer is left out
    changed  properties.sources[0].ruleSets[0].rules[4]: Contains with an empty text holds wherever there is a value: written as `NotEquals` null
    missing  properties.actions[0]: Azure never shows the callback URL of workflow `f`: supply it as F_URL
    "#);
}

#[test]
fn what_holds_no_automation_is_a_problem() {
    let mut said = String::new();
    for text in [
        "{",
        "{\"a\": 1}",
        "7",
        "{\"isValid\": true}",
        "{\"parameters\": {\"a\": {\"value\": 1}}}",
        "{\"$schema\": \"x/deploymentTemplate.json#\", \"resources\": []}",
        "{\"properties\": {\"policyRule\": {\"then\": {\"effect\": \"audit\"}}}}",
    ] {
        let imported = imported(text, &[]);
        assert!(imported.is_empty());
        said += &told(&imported);
    }
    insta::assert_snapshot!(said, @r"
    problem  not JSON: EOF while parsing an object at line 1 column 1
    problem  holds no automation: expected a Microsoft.Security/automations resource or a list of them, a deployment template, a policy that deploys one, or parameters
    problem  holds no automation: expected a Microsoft.Security/automations resource or a list of them, a deployment template, a policy that deploys one, or parameters
    problem  an answer to a validation: there is nothing in it to import
    problem  values of parameters: name their template beside it
    problem  has no resource of the type Microsoft.Security/automations
    problem  properties.policyRule.then: this policy deploys no template: only policies with the effect deployIfNotExists can be imported
    ");
}
