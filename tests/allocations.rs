//! That reading and matching allocate nothing once they have seen what comes. A binary of its
//! own: it counts every allocation of its process.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use firebell::config::{Decode, SourceKind};
use firebell::decode::{Extractor, Reading};
use firebell::event::EventKind;
use firebell::path::Path;
use firebell::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Matching, Operand, Operator, Rule, RuleIndex,
    RuleSet, Scope, Stop,
};

const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 64,
};

/// Alerts with all that costs: escapes, letters beyond ASCII, numbers, arrays, envelopes.
const RECORDS: [&str; 5] = [
    r#"{"SystemAlertId":"1","AlertType":"SQL.VM","Severity":"High","Score":0.75,
        "AlertDisplayName":"Große \"Überraschung\" \u00e4 number 7","Tags":["a",{"b":"C"}],
        "AzureResourceId":"/subscriptions/S1/resourceGroups/Web/providers/M.C/vms/vm1",
        "ExtendedProperties":{"EffectiveSubscriptionId":"S1"}}"#,
    r#"{"type":"Microsoft.Security/assessments","severity":"low","sever\u0069ty":"x",
        "alertdisplayname":"NUMBER 3","id":"/subscriptions/s2/x","other":[[[]],{}]}"#,
    r#"[{"attackPath":{}},{"attackPath":1,"Tags":[1,2,3]},7,{}]"#,
    r#"{"records":[{"attackPath":{},"Straße":"ſQL"}]}"#,
    r#"{"attackPath":"not JSON"#,
];

fn rule(path: &str, operator: Operator, value: &str) -> Rule {
    let operand = Operand::new(operator, Some(value), None).unwrap();
    Rule::new(Path::parse(path).unwrap(), operator, operand)
}

/// Forty automations, of which some match.
fn automations() -> Vec<Automation> {
    (0..40).map(automation).collect()
}

fn automation(number: usize) -> Automation {
    use Operator as O;
    let rules = [
        rule("AlertDisplayName", O::Contains, &format!("number {number}")),
        rule("Severity", O::AtLeast, "low"),
        rule("Score", O::GreaterThan, "0.5"),
        rule("AlertType", O::StartsWith, "sql"),
        rule("Tags", O::NotEquals, "z"),
        rule("Tags.b", O::Matches, "^c$"),
        rule("['strasse']", O::NotContains, "x"),
    ];
    let sets = [&rules[..1], &rules[..3], &rules[3..], &rules[4..5]];
    let scope = ["/subscriptions/s1", "/subscriptions/s1/resourceGroups/web"][number % 2];
    Automation {
        name: format!("automation {number}"),
        description: String::new(),
        enabled: true,
        expires: None,
        priority: 1_000,
        stop: Stop::No,
        kinds: EventKind::ALL.to_vec(),
        scopes: Vec::from_iter(
            number
                .is_multiple_of(4)
                .then(|| Scope::parse(scope).unwrap()),
        ),
        rule_sets: Vec::from_iter(sets.map(|rules| RuleSet {
            rules: rules.to_vec(),
        })),
        workflows: Vec::new(),
        include_snapshots: IncludeSnapshots::No,
        include_deletes: IncludeDeletes::No,
    }
}

#[test]
fn an_event_is_read_and_matched_without_an_allocation() {
    let index = RuleIndex::new(automations());
    let extractor = Extractor::new(Arc::clone(index.slots()), LIMITS);
    let (mut reading, mut matching) = (Reading::default(), Matching::default());
    let mut pass = || {
        let mut found = 0;
        for record in &RECORDS[..4] {
            let payload = record.as_bytes();
            let read = extractor
                .extract(payload, SourceKind::Auto, &mut reading)
                .unwrap();
            for facts in read.events() {
                index.matches(&facts, 0, &mut matching);
                found += matching.found().len();
            }
        }
        found
    };
    let first = allocation_counter::measure(|| assert!(pass() > 40));
    assert!(first.count_total > 0, "the counter counts");
    let again = allocation_counter::measure(|| assert!(pass() > 40));
    assert_eq!(again.count_total, 0, "{again:?}");
}

/// What is left in the memory once a record was followed by a small one.
fn kept_of(large: &str) -> allocation_counter::AllocationInfo {
    let index = RuleIndex::new(automations());
    let extractor = Extractor::new(Arc::clone(index.slots()), LIMITS);
    let (mut reading, mut matching) = (Reading::default(), Matching::default());
    allocation_counter::measure(|| {
        for record in [large, RECORDS[0]] {
            let payload = record.as_bytes();
            let read = extractor.extract(payload, SourceKind::Auto, &mut reading);
            for facts in read.unwrap().events() {
                index.matches(&facts, 0, &mut matching);
            }
        }
    })
}

#[test]
fn a_large_record_leaves_no_large_memory_behind() {
    let text = "Ä".repeat(500_000);
    let event = |members: String| format!(r#"{{"SystemAlertId":"1","AlertType":"x",{members}}}"#);
    let table = [
        (
            "values",
            event(format!(r#""Tags":[{}1]"#, r#""\u0061","#.repeat(110_000))),
        ),
        ("a text", event(format!(r#""AlertDisplayName":"{text}""#))),
        ("a key", event(format!(r#""{text}":1"#))),
        ("an id", event(format!(r#""id":"/subscriptions/{text}""#))),
        (
            "events",
            format!("[{}0]", r#"{"attackPath":1},"#.repeat(60_000)),
        ),
        ("no events", format!("[{}0]", "0,".repeat(500_000))),
    ];
    for (name, large) in table {
        let kept = kept_of(&large);
        assert!(kept.bytes_max > 1 << 20, "{name}: {kept:?}");
        assert!(kept.bytes_current < 1 << 20, "{name}: {kept:?}");
    }
}
