use std::time::Duration;

use super::kit::{Case, LEAST};
use crate::config::{DEFAULTS, GroupProtocol, LogFormat, SourceKind};
use crate::document::{Node, Value, parse};
use crate::event::EventKind;
use crate::rules::{IncludeDeletes, IncludeSnapshots};

#[test]
fn the_defaults_and_a_source_are_enough() {
    let config = Case::new(LEAST).load();
    assert_eq!(config.kafka.bootstrap_servers, ["localhost:9092"]);
    assert_eq!(config.kafka.group_protocol, GroupProtocol::Classic);
    assert_eq!(config.kafka.group_instance_id, None);
    assert_eq!(config.kafka.create_topics, None);
    assert_eq!(config.sources.len(), 1);
    assert_eq!(config.retry.tiers.len(), 4);
    assert_eq!(config.retry.max_age, Duration::from_hours(24));
    assert_eq!(config.admin.listen.to_string(), "0.0.0.0:9464");
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(config.workflows.is_empty() && config.automations.is_empty());
}

/// Every path of keys in the defaults, lists as a whole.
fn keys(node: &Node, above: &str, found: &mut Vec<String>) {
    for (name, node) in node.entries() {
        let key = if above.is_empty() {
            name.clone()
        } else {
            format!("{above}.{name}")
        };
        keys(node, &key, found);
        found.push(key);
    }
}

/// What is known at a place, as the help for an unknown key there names it.
fn known(section: &str) -> Vec<String> {
    let (mut text, mut depth) = (String::from(LEAST), 0);
    for name in section.split('.').filter(|name| !name.is_empty()) {
        text = format!("{text}{}{name}:\n", "  ".repeat(depth));
        depth += 1;
    }
    text = format!("{text}{}zzzzzzzz: 1\n", "  ".repeat(depth));
    // These two are read only when the protocol asks for them.
    let case = Case::new(&text).with_variable("FIREBELL__KAFKA__SECURITY__PROTOCOL", "sasl_tls");
    let refused = case.refused();
    let mut lines = refused
        .lines()
        .skip_while(|line| !line.contains("zzzzzzzz: unknown key"));
    let help = lines
        .nth(1)
        .unwrap_or_else(|| panic!("{section}: {refused}"));
    let (_, names) = help.split_once("known here: ").unwrap();
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_defaults_name_every_key_that_is_read_and_no_other() {
    let defaults = parse(DEFAULTS, "defaults").unwrap();
    let mut written = Vec::new();
    keys(&defaults, "", &mut written);
    // Their keys are names.
    let named = [
        "workflows",
        "kafka.properties",
        "kafka.security.sasl.parameters",
        "kafka.event_hubs.parameters",
        "management_groups",
        "workflow_defaults.headers",
        "workflow_defaults.auth.parameters",
    ];
    let is_section = |key: &str| {
        key.split('.')
            .try_fold(&defaults, |node, key| node.get(key))
            .is_some_and(|node| matches!(node.value, Value::Map(_)) && !named.contains(&key))
    };
    let mut read: Vec<String> = known("");
    for section in written.iter().filter(|key| is_section(key)) {
        read.extend(
            known(section)
                .into_iter()
                .map(|name| format!("{section}.{name}")),
        );
    }
    written.sort();
    read.sort();
    assert_eq!(written, read);
}

#[test]
fn automations_are_read_from_every_file_once_and_in_order() {
    let text = "sources: [{ topic: a, kind: alerts }]
automations: ['rules/*.yaml', rules/b.yaml]
workflows: { On-Call: { url: 'https://example.test/' } }
";
    let full = "automations:
  - name: second
    description: Pages.
    enabled: false
    kinds: [alerts, Alerts, compliance]
    scopes: [/subscriptions/a1]
    rule_sets:
      - rules:
          - { property: Severity, operator: equals, value: High, type: String }
          - { property: properties.count, operator: GreaterThan, value: 1.50 }
          - { property: properties.open, operator: Equals, value: true, type: boolean }
          - { property: properties.end, operator: NotEquals, value: null }
      - rules: []
    workflows: [On-Call]
    include_snapshots: true
    include_deletes: true
";
    let config = Case::new(text)
        .with_file("rules/b.yaml", full)
        .with_file(
            "rules/a.yaml",
            "automations: [{ name: first, kinds: [alerts], workflows: [On-Call] }]",
        )
        .load();
    let names: Vec<&str> = config
        .automations
        .iter()
        .map(|automation| &*automation.name)
        .collect();
    assert_eq!(names, ["first", "second"]);
    let (first, second) = (&config.automations[0], &config.automations[1]);
    assert!(first.enabled && first.rule_sets.is_empty() && first.scopes.is_empty());
    assert_eq!(first.include_snapshots, IncludeSnapshots::No);
    assert!(!second.enabled);
    assert_eq!(
        second.kinds,
        [EventKind::Alerts, EventKind::RegulatoryComplianceAssessment]
    );
    assert_eq!(second.rule_sets[0].rules.len(), 4);
    assert_eq!(second.include_deletes, IncludeDeletes::Yes);
    assert_eq!(config.sources[0].kind, SourceKind::Fixed(EventKind::Alerts));
}

#[test]
fn a_workflow_takes_from_the_defaults_what_it_does_not_say() {
    let text = "sources: [a]
workflow_defaults: { timeout: 20s, backoff: { min: 1s } }
workflows:
  a: { url: 'http://localhost:8080/' }
  b: { url: 'http://localhost:8080/', timeout: 10s, backoff: { max: 3s } }
";
    let workflows = Case::new(text).load().workflows;
    let (a, b) = (&workflows["a"], &workflows["b"]);
    let seconds = Duration::from_secs;
    assert_eq!(
        (a.timeout, a.backoff.min, a.backoff.max),
        (seconds(20), seconds(1), seconds(2))
    );
    assert_eq!(
        (b.timeout, b.backoff.min, b.backoff.max),
        (seconds(10), seconds(1), seconds(3))
    );
}
