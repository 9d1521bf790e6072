use std::fs;

use super::*;

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600_000;

#[test]
fn it_says_what_it_would_do_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = "sources: [{ topic: security.alerts, kind: alerts }, security.all]
automations: [rules.yaml]
workflows:
  page-on-call: { url: 'https://example.test:8443/SECRET?sig=SECRET', timeout: 10s, own_group: true }
  note: { url: 'http://localhost/SECRET/{{ event.x }}', template: { preset: jira, settings: { project: SECRET } }, headers: { X-Key: SECRET } }
  lake: { url: 'http://localhost/SECRET', mode: structured, batch: { max_events: 50 } }
";
    let rules = "automations:
  - { name: page, kinds: [alerts], workflows: [page-on-call, note], rule_sets: [{ rules: [] }] }
  - { name: note, enabled: false, kinds: [alerts, compliance], workflows: [note, lake] }
";
    fs::write(&file, text).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let mut out = Vec::new();
    check(
        &Sources {
            file: Some(file),
            environment: Vec::new(),
        },
        NOW,
        &mut out,
    )
    .unwrap();
    let said = String::from_utf8(out).unwrap();
    assert!(!said.contains("SECRET"), "{said}");
    insta::assert_snapshot!(said, @"
    cluster      localhost:9092
    groups       firebell, firebell.retry, firebell.page-on-call
    window       500 records, 8 MiB a partition
    sources
      security.alerts  Alerts
      security.all  auto
    retry
      firebell.retry.30s  after 30s
      firebell.retry.5m  after 5m
      firebell.retry.30m  after 30m
      firebell.retry.2h  after 2h
      for 24h or 100 attempts at most
    dead letters firebell.dead-letter
    automations  2
      page  Alerts: 1 rule set -> page-on-call, note
      note (disabled)  Alerts, RegulatoryComplianceAssessment: every event -> note, lake
    workflows    3
      lake  http://localhost/…  timeout 30s, 16 at once, queue 128, structured, 50 events a request
      note  http://localhost/…  timeout 30s, 16 at once, queue 128, by template
      page-on-call  https://example.test:8443/…  timeout 10s, 16 at once, queue 128
    listener     0.0.0.0:9464
    log          json, info
    grace        30s

    no warnings
    ");
}

#[test]
fn a_wrong_configuration_is_an_error_with_every_problem() {
    let mut out = Vec::new();
    let error = check(&Sources::default(), NOW, &mut out).unwrap_err();
    assert!(matches!(error, CheckError::Invalid(_)));
    assert!(out.is_empty());
}

#[test]
fn it_shows_what_an_assignment_became() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = "sources: [all]
automations: [rules.yaml]
workflows: { note: { url: 'http://localhost/' } }
";
    let rules = "assignments:
  - name: sql
    template: defender-alerts
    parameters: { alertName: SQL server, alertSeverities: [High, Low] }
    workflows: [note]
  - { name: everything, template: defender-compliance, workflows: [note] }
  - name: many
    template: defender-recommendations
    parameters: { recommendationNames: [a, b, c] }
    workflows: [note]
";
    fs::write(&file, text).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut out = Vec::new();
    check(&sources, NOW, &mut out).unwrap();
    let said = String::from_utf8(out).unwrap();
    let automations = said
        .lines()
        .skip_while(|line| !line.starts_with("automations"));
    let automations = automations.take_while(|line| !line.starts_with("workflows"));
    let said: Vec<&str> = automations.collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    automations  3
      sql  Alerts: 2 rule sets -> note
        by the template defender-alerts
        - AlertDisplayName Contains "SQL server" and Severity Equals High
        - AlertDisplayName Contains "SQL server" and Severity Equals Low
      everything  RegulatoryComplianceAssessment: every event -> note
        by the template defender-compliance
      many  Assessments: 27 rule sets -> note
        by the template defender-recommendations
        - name Contains a and properties.metadata.severity Equals High and properties.status.code Contains healthy
        - name Contains a and properties.metadata.severity Equals High and properties.status.code Contains unhealthy
        - name Contains a and properties.metadata.severity Equals High and properties.status.code Contains notapplicable
        - name Contains a and properties.metadata.severity Equals Medium and properties.status.code Contains healthy
        - name Contains a and properties.metadata.severity Equals Medium and properties.status.code Contains unhealthy
        - name Contains a and properties.metadata.severity Equals Medium and properties.status.code Contains notapplicable
        - name Contains a and properties.metadata.severity Equals Low and properties.status.code Contains healthy
        - name Contains a and properties.metadata.severity Equals Low and properties.status.code Contains unhealthy
        - name Contains a and properties.metadata.severity Equals Low and properties.status.code Contains notapplicable
        - name Contains b and properties.metadata.severity Equals High and properties.status.code Contains healthy
        and 17 more
    "#);
}

#[test]
fn it_says_how_workflows_know_us_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let entra = "type: entra, tenant: t, client_id: us, client_secret: HUSH";
    let secrets =
        "[whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI, whsec_SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNI]";
    let text = format!(
        "sources: [all]
workflows:
  bearer: {{ url: 'http://localhost/', auth: {{ type: bearer, token: HUSH }} }}
  logic-app: {{ url: 'https://localhost/?sig=HUSH', auth: {{ {entra} }} }}
  signed: {{ url: 'http://localhost/', signing: {{ secrets: {secrets} }} }}
"
    );
    fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut out = Vec::new();
    check(&sources, NOW, &mut out).unwrap();
    let said = String::from_utf8(out).unwrap();
    assert!(!said.contains("HUSH") && !said.contains("SFVT"), "{said}");
    let about = said
        .lines()
        .filter_map(|line| line.split_once(", queue 128"));
    let about: Vec<&str> = about.map(|(_, access)| access).collect();
    assert_eq!(
        about,
        [", auth bearer", ", auth entra", ", signed v1 (2 secrets)"]
    );
}
