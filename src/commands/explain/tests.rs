use std::fs;

use super::*;

const RULES: &str = "automations:
  - name: high
    priority: 1
    stop: true
    kinds: [alerts]
    rule_sets:
      - rules:
          - {property: Severity, operator: AtLeast, value: High}
          - {property: Status, operator: NotIn, value: [Resolved, Dismissed]}
      - rules:
          - {property: ExtendedProperties.count, operator: GreaterThan, value: 5}
      - rules: []
    workflows: [page, ticket]
  - name: elsewhere
    enabled: false
    expires: 2026-01-01T00:00:00Z
    kinds: [alerts]
    scopes: [/subscriptions/a, /subscriptions/b]
    rule_sets:
      - rules:
          - {property: 'Entities[0].Name', operator: Matches, value: '^vm'}
          - {property: SystemAlertId, operator: NotExists}
    workflows: [ticket]
  - {name: weekly, kinds: [recommendations], workflows: [ticket]}
";

const EVENT: &str = r#"{"SystemAlertId":"1","AlertType":"t","severity":"x","Severity":"High",
    "status":"New","TimeGenerated":"2026-03-01T08:15:30Z","AzureResourceId":"/subscriptions/c",
    "ExtendedProperties":{"counts":["a","b","c","d","e"]}}"#;

fn run(event: &str, change: impl FnOnce(&mut Explain)) -> (Result<Exit, Failure>, String) {
    let folder = tempfile::tempdir().unwrap();
    let (rules, file) = (
        folder.path().join("rules.yaml"),
        folder.path().join("event.json"),
    );
    fs::write(&rules, RULES).unwrap();
    fs::write(&file, event).unwrap();
    let mut asked = Explain {
        rules: vec![rules],
        event: file,
        automation: None,
        config: None,
        kind: None,
        now: Some("2026-02-01T00:00:00Z".to_owned()),
        output: Output::Text,
    };
    change(&mut asked);
    let mut out = Vec::new();
    let exit = explain(&asked, &mut out);
    let here = format!("{}/", folder.path().display());
    let text = String::from_utf8(out).unwrap();
    (exit, text.replace(&here, ""))
}

#[test]
fn every_automation_is_explained_with_its_rules() {
    let (exit, said) = run(EVENT, |_| {});
    assert!(matches!(exit, Ok(Exit::Ok)), "{exit:?}");
    insta::assert_snapshot!(said, @r#"
    event 0: Alerts, 2026-03-01T08:15:30Z
      ✓ high  (rules.yaml:2:5)
          ✓ rule set 1
              ✓ Severity AtLeast High: found "High"; `severity` is not read, since the exact key is there
              ✓ Status NotIn ["resolved", "dismissed"]: found "New"
          ✗ rule set 2
              ✗ ExtendedProperties.count GreaterThan 5: absent: `ExtendedProperties` has no `count`; did you mean `counts`?
          ✓ rule set 3: no rules, every event
      ✗ elsewhere  (rules.yaml:14:5)
          it is disabled
          it expired at 2026-01-01T00:00:00Z
          out of scope: it is for /subscriptions/a, /subscriptions/b; the event is about /subscriptions/c
          no rule set holds
          `high` before it runs for the event, and stops what comes later
          ✗ rule set 1
              ✗ Entities[0].Name Matches /^vm/: absent: the event has no `Entities`
              ✗ SystemAlertId NotExists: found "1", it is there
      ✗ weekly  (rules.yaml:24:6)
          it listens to Assessments; the event is of the kind Alerts
    fires: high
    runs:  page (for high), ticket (for high)
    "#);
}

#[test]
fn a_snapshot_and_a_delete_that_nobody_asked_for_are_told() {
    let event = r#"{"type":"Microsoft.Security/assessments",
        "assessmentEventDataEnrichment":{"isSnapshot":true,"action":"Delete"}}"#;
    let (_, said) = run(event, |asked| asked.automation = Some("weekly".to_owned()));
    insta::assert_snapshot!(said, @"
    event 0: AssessmentsSnapshot, its object is gone
      ✗ weekly  (rules.yaml:24:6)
          the event is a snapshot; `include_snapshots: true` asks for these
          the event tells that its object is gone; `include_deletes: true` asks for these
          no rule sets: every event of its kinds and scopes
    fires: nothing
    runs:  nothing
    ");
}

#[test]
fn each_event_of_an_envelope_and_each_that_is_none_is_told() {
    let event = r#"{"records":[{"SystemAlertId":"1","AlertType":"t"},7,{"x":1}]}"#;
    let (exit, said) = run(event, |asked| asked.automation = Some("high".to_owned()));
    assert!(matches!(exit, Ok(Exit::Failed)), "{exit:?}");
    insta::assert_snapshot!(said, @r#"
    event 0: Alerts
      ✓ high  (rules.yaml:2:5)
          ✗ rule set 1
              ✗ Severity AtLeast High: absent: the event has no `Severity`
              ✗ Status NotIn ["resolved", "dismissed"]: absent: the event has no `Status`
          ✗ rule set 2
              ✗ ExtendedProperties.count GreaterThan 5: absent: the event has no `ExtendedProperties`
          ✓ rule set 3: no rules, every event
    fires: high
    runs:  page (for high), ticket (for high)
    event 1: cannot be read
      a dead letter, not-an-event: found a number, expected an event: a JSON object
    event 2: cannot be read
      a dead letter, unknown-kind: found an object of no known kind, expected a known `type`, `SystemAlertId` with `AlertType`, or `attackPath`
      unless its source names a kind: try `--kind`
    "#);
}

#[test]
fn a_record_that_cannot_be_read_is_told_by_the_dead_letters_reason() {
    let (exit, said) = run("{\"a\"", |_| {});
    assert!(matches!(exit, Ok(Exit::Failed)), "{exit:?}");
    insta::assert_snapshot!(said, @"
    record: cannot be read
      a dead letter, not-json: found an early end at line 1, column 4, expected one JSON value
    ");
    let (exit, said) = run("[]", |_| {});
    assert!(matches!(exit, Ok(Exit::Ok)), "{exit:?}");
    assert_eq!(said, "the record holds no event\n");
}

#[test]
fn the_answer_for_machines_says_the_same() {
    let (_, said) = run(EVENT, |asked| asked.output = Output::Json);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    let event = &answer["events"][0];
    assert_eq!(event["fires"], serde_json::json!(["high"]));
    assert_eq!(event["runs"][1]["workflow"], "ticket");
    let second = &event["automations"][1];
    let reasons: Vec<&str> = second["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|reason| reason["reason"].as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "disabled",
            "expired",
            "out-of-scope",
            "no-rule-set",
            "stopped"
        ]
    );
    let rule = &second["rule_sets"][0]["rules"][1];
    assert_eq!(rule["reason"]["reason"], "unwanted");
    assert_eq!(rule["found"], serde_json::json!(["\"1\""]));
}

#[test]
fn a_kind_may_be_given_in_place_of_the_sources() {
    let (exit, said) = run("{}", |asked| asked.kind = Some("alerts".to_owned()));
    assert!(matches!(exit, Ok(Exit::Ok)), "{exit:?}");
    assert!(said.starts_with("event 0: Alerts\n"), "{said}");
}

#[test]
fn what_an_event_says_moves_no_cursor() {
    let event = r#"{"SystemAlertId":"1","AlertType":"t","TimeGenerated":"\u001b[2J\n",
        "Severity":"\u001b[2J","Statu\u001b":1,"Severity\u0000":1,"AzureResourceId":"\u001b[2J"}"#;
    let (exit, said) = run(event, |_| {});
    assert!(matches!(exit, Ok(Exit::Ok)), "{exit:?}");
    let unseen = |c: &char| c.is_control() && *c != '\n';
    assert_eq!(said.chars().find(unseen), None, "{said:?}");
    assert!(said.contains("did you mean `Statu\u{fffd}`?"), "{said}");
}

#[test]
fn what_is_not_there_is_wrong_and_the_nearest_is_named() {
    let wrong = |change: fn(&mut Explain)| run(EVENT, change).0.unwrap_err().to_string();
    insta::assert_snapshot!(wrong(|asked| asked.automation = Some("hihg".to_owned())), @"
    --automation: unknown automation `hihg`
        help: did you mean `high`? known here: high, elsewhere, weekly
    ");
    insta::assert_snapshot!(wrong(|asked| asked.now = Some("soon".to_owned())), @"--now: expected an instant such as `2027-01-31T00:00:00Z`, found `soon`");
    let said = wrong(|asked| asked.kind = Some("alert".to_owned()));
    assert!(said.contains("did you mean `Alerts`?"), "{said}");
    let said = wrong(|asked| asked.event = "nowhere.json".into());
    assert!(
        said.starts_with("failed to read the event nowhere.json: "),
        "{said}"
    );
}
