use super::*;
use crate::config::{Decode, SourceKind};
use crate::decode::{Decoder, Needs};
use crate::event::EventKind;
use crate::rules::{
    IncludeDeletes, IncludeSnapshots, Operand, Operator, Rule, RuleIndex, RuleSet, Scope,
};

const ALERT: &str = r#"{"SystemAlertId":"1","AlertType":"T","Severity":"High",
    "AzureResourceId":"/subscriptions/a1/resourceGroups/web"}"#;
const NOW: i64 = 1_000_000;
const ASSESSMENT: &str = r#"{"type":"Microsoft.Security/assessments","id":"/subscriptions/a1/x"}"#;

fn automation(kind: EventKind) -> Automation {
    Automation::new("all".to_owned(), vec![kind], Vec::new())
}

fn alerts() -> Automation {
    automation(EventKind::Alerts)
}

fn severity(expected: &str) -> RuleSet {
    let operand = Operand::new(Operator::Equals, Some(expected), None).unwrap();
    let rule = Rule::new(Path::parse("Severity").unwrap(), Operator::Equals, operand);
    RuleSet { rules: vec![rule] }
}

fn matches(automations: Vec<Automation>, event: &str) -> Vec<usize> {
    let scan = Scan::new(automations);
    let limits = Decode {
        max_bytes: 1 << 20,
        max_depth: 64,
    };
    let decoder = Decoder::new(Needs::with(scan.paths()), limits);
    let events = decoder
        .decode(event.as_bytes(), SourceKind::Auto)
        .unwrap()
        .events;
    let mut found = vec![99];
    scan.matches(&events[0], NOW, &mut found);
    found
}

fn runs(automation: Automation, event: &str) -> bool {
    !matches(vec![automation], event).is_empty()
}

#[test]
fn without_rule_sets_every_event_of_the_kind_matches() {
    assert!(runs(alerts(), ALERT));
    assert!(!runs(alerts(), ASSESSMENT));
    let empty = Automation {
        rule_sets: vec![RuleSet::default()],
        ..alerts()
    };
    assert!(runs(empty, ALERT));
}

#[test]
fn one_rule_set_is_enough() {
    let both = Automation {
        rule_sets: vec![severity("low"), severity("high")],
        ..alerts()
    };
    assert!(runs(both, ALERT));
    let neither = Automation {
        rule_sets: vec![severity("low"), severity("medium")],
        ..alerts()
    };
    assert!(!runs(neither, ALERT));
}

#[test]
fn the_places_rise_and_replace_what_was_found_before() {
    let low = Automation {
        rule_sets: vec![severity("low")],
        ..alerts()
    };
    assert_eq!(matches(vec![alerts(), low, alerts()], ALERT), [0, 2]);
    assert_eq!(matches(Vec::new(), ALERT), [0; 0]);
}

#[test]
fn one_scope_is_enough() {
    let scope = |text| Scope::parse(text).unwrap();
    let within = vec![
        scope("/subscriptions/b"),
        scope("/subscriptions/A1/resourcegroups/WEB"),
    ];
    assert!(runs(
        Automation {
            scopes: within,
            ..alerts()
        },
        ALERT
    ));
    let outside = vec![scope("/subscriptions/b"), scope("/subscriptions/a")];
    assert!(!runs(
        Automation {
            scopes: outside,
            ..alerts()
        },
        ALERT
    ));
}

#[test]
fn a_disabled_automation_runs_nothing() {
    assert!(!runs(
        Automation {
            enabled: false,
            ..alerts()
        },
        ALERT
    ));
}

#[test]
fn snapshots_run_only_what_asks_for_them() {
    let snapshot = r#"{"type":"Microsoft.Security/assessments",
        "assessmentEventDataEnrichment":{"isSnapshot":true}}"#;
    let streamed = || automation(EventKind::Assessments);
    let named = || automation(EventKind::AssessmentsSnapshot);
    let included = || Automation {
        include_snapshots: IncludeSnapshots::Yes,
        ..streamed()
    };
    assert_eq!(
        matches(vec![streamed(), named(), included()], snapshot),
        [1, 2]
    );
    assert_eq!(
        matches(vec![streamed(), named(), included()], ASSESSMENT),
        [0, 2]
    );
}

#[test]
fn deletes_run_only_what_asks_for_them() {
    let deleted = r#"{"type":"Microsoft.Security/assessments",
        "SecurityEventDataEnrichment":{"Action":"DELETE"}}"#;
    let without = || automation(EventKind::Assessments);
    let with = || Automation {
        include_deletes: IncludeDeletes::Yes,
        ..without()
    };
    assert_eq!(matches(vec![without(), with()], deleted), [1]);
    assert_eq!(matches(vec![without(), with()], ASSESSMENT), [0, 1]);
}

#[test]
fn a_scan_and_an_index_tell_what_is_in_them() {
    let two = Automation {
        rule_sets: vec![severity("low"), severity("high")],
        ..alerts()
    };
    let index = RuleIndex::new(vec![alerts(), two.clone()]);
    assert_eq!(
        (index.len(), index.is_empty(), index.rule_set_count()),
        (2, false, 2)
    );
    assert!(index.names(&two.name) && !index.names("another"));
    let scan = Scan::new(vec![alerts(), two]);
    let paths: Vec<String> = scan.paths().map(ToString::to_string).collect();
    assert_eq!(paths, ["Severity", "Severity"]);
    assert!(scan.automation(1).is_some());
    assert!(scan.automation(2).is_none());
}

#[test]
fn a_scan_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Scan>();
    shared::<Decoder>();
    shared::<Event<'_>>();
}

#[test]
fn an_expired_automation_runs_nothing_from_its_instant_on() {
    for (expires, expected) in [(NOW + 1, true), (NOW, false), (0, false)] {
        let automation = Automation {
            expires: Some(expires),
            ..alerts()
        };
        assert_eq!(runs(automation, ALERT), expected, "{expires}");
    }
}

#[test]
fn nothing_comes_after_an_automation_that_stops() {
    let stops = || Automation {
        stop: Stop::Yes,
        ..alerts()
    };
    assert_eq!(matches(vec![alerts(), stops(), alerts()], ALERT), [0, 1]);
    let disabled = Automation {
        enabled: false,
        ..stops()
    };
    let low = Automation {
        rule_sets: vec![severity("Low")],
        ..stops()
    };
    assert_eq!(matches(vec![disabled, low, alerts()], ALERT), [2]);
}
