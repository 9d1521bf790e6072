use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::config::{Decode, SourceKind};
use crate::decode::{Decoder, Extractor, Needs, Reading};
use crate::path::Path;
use crate::rules::{IncludeDeletes, Matching, Operand, Operator, Rule, RuleIndex, Scan, Takes};

const NOW: i64 = 1_000;
const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 64,
};

fn rule(path: &str, operator: Operator, expected: &str) -> Rule {
    let operand = match operator.takes() {
        Takes::Nothing => Operand::new(operator, None, None),
        Takes::One => Operand::new(operator, Some(expected), None),
        Takes::List => Operand::any_of(operator, &[Some(expected), None], None),
    };
    // What is no severity or number is one here.
    let operand = operand.unwrap_or_else(|_| {
        let severity = Operand::new(operator, Some("Medium"), None);
        severity.unwrap_or_else(|_| Operand::new(operator, Some("5"), None).unwrap())
    });
    Rule::new(Path::parse(path).unwrap(), operator, operand)
}

fn alerts(rules: Vec<Rule>) -> Automation {
    Automation {
        rule_sets: vec![RuleSet { rules }],
        ..Automation::new("a".to_owned(), vec![EventKind::Alerts], Vec::new())
    }
}

/// What the index finds for the one event of a record.
fn found(automations: &[Automation], record: &[u8]) -> Vec<usize> {
    let index = RuleIndex::new(automations.to_vec());
    let extractor = Extractor::new(Arc::clone(index.slots()), LIMITS);
    let (mut reading, mut matching) = (Reading::default(), Matching::default());
    let read = extractor
        .extract(record, SourceKind::Auto, &mut reading)
        .unwrap();
    let facts = read.events().next().unwrap();
    index.matches(&facts, NOW, &mut matching);
    matching.found().to_vec()
}

/// What is said of one rule for an alert with these members.
fn explained(members: &str, path: &str, operator: Operator, expected: &str) -> String {
    let event = format!(r#"{{"SystemAlertId":"1","AlertType":"t",{members}}}"#);
    let automations = [alerts(vec![rule(path, operator, expected)])];
    let decoder = Decoder::new(Needs::everything(), LIMITS);
    let record = decoder.decode(event.as_bytes(), SourceKind::Auto).unwrap();
    let found = found(&automations, event.as_bytes());
    let explained = explain(&automations, &record.events[0], &found, NOW);
    let rule = &explained[0].rule_sets[0].rules[0];
    let miss = match &rule.miss {
        None => "holds".to_owned(),
        Some(RuleMiss::Absent { reached, keys }) => format!("absent at {reached} of {keys:?}"),
        Some(other) => format!("{other:?}"),
    };
    let hidden = if rule.hidden.is_empty() {
        String::new()
    } else {
        format!("; hidden {:?}", rule.hidden)
    };
    format!(
        "{miss}; found {} + {}{hidden}",
        rule.found.join(" "),
        rule.more
    )
}

/// Members of an alert, a rule, and what is said of it.
const REASONS: &str = r#"
"s":"High" | s Equals high | holds; found "High" + 0
"s":"Low" | s Equals high | Different; found "Low" + 0
"s":{"code":1} | s.cod Equals 1 | absent at 1 of ["code"]; found  + 0
"s":"x" | s.code Exists - | absent at 1 of []; found  + 0
"s":[] | s Equals 1 | Empty; found  + 0
"s":[{"b":[]}] | s.b Equals 1 | Empty; found  + 0
"s":[1] | s[7] Equals 1 | absent at 1 of []; found  + 0
"s":1 | s[*] Equals 1 | absent at 1 of []; found  + 0
"s":"high" | s GreaterThan 5 | OtherType { expected: "a number" }; found "high" + 0
"s":5 | s AtLeast Low | OtherType { expected: "a severity" }; found 5 + 0
"s":null | s Contains x | OtherType { expected: "a text" }; found null + 0
"s":{} | s In x | Different; found an object + 0
"s":["b","a"] | s NotEquals A | Unwanted; found "a" "b" + 0
"s":1 | s NotExists - | Unwanted; found 1 + 0
"t":1 | s NotExists - | holds; found  + 0
"s":[1,2,3,4,5] | s Equals 5 | holds; found 5 1 2 + 2
"S":"Low","s":"High" | S Equals High | Different; found "Low" + 0; hidden ["s"]
"s":"High" | S Equals High | holds; found "High" + 0
"#;

#[test]
fn each_reason_of_a_rule_is_told() {
    for line in REASONS.trim().lines() {
        let parts: Vec<&str> = line.split(" | ").collect();
        let rule: Vec<&str> = parts[1].split(' ').collect();
        let operator = Operator::parse(rule[1]).unwrap();
        let found = explained(parts[0], rule[0], operator, rule[2]);
        assert_eq!(found, parts[2], "{line}");
    }
}

#[test]
fn a_long_value_is_cut_short() {
    let said = explained(
        &format!(r#""s":"{}""#, "é".repeat(1_000)),
        "s",
        Operator::Exists,
        "",
    );
    assert!(said.contains('…') && said.chars().count() < 340, "{said}");
}

#[test]
fn the_id_of_a_compliance_event_is_shown_to_its_end() {
    let id = format!(
        "/subscriptions/{0}/providers/Microsoft.Security/regulatoryComplianceStandards/\
         Microsoft-cloud-security-benchmark/regulatoryComplianceControls/LT.2/\
         regulatoryComplianceAssessments/{0}",
        "00000000-1111-2222-3333-444444444444"
    );
    let said = explained(&format!(r#""id":"{id}""#), "id", Operator::Contains, "PCI");
    assert!(said.contains(&id), "{said}");
}

#[test]
fn each_reason_of_an_automation_is_told() {
    let event = r#"{"type":"Microsoft.Security/assessments","id":"/subscriptions/a/x/y",
        "assessmentEventDataEnrichment":{"isSnapshot":true,"action":"Delete"}}"#;
    let named = |name: &str, kind| Automation::new(name.to_owned(), vec![kind], Vec::new());
    let snapshots = |name| Automation {
        include_deletes: IncludeDeletes::Yes,
        ..named(name, EventKind::AssessmentsSnapshot)
    };
    let scope = Scope::parse("/subscriptions/b").unwrap();
    let all_wrong = Automation {
        enabled: false,
        expires: Some(NOW),
        scopes: vec![scope.clone()],
        ..alerts(vec![rule("s", Operator::Exists, "")])
    };
    let last = Automation {
        stop: Stop::Yes,
        ..snapshots("last")
    };
    let automations = [
        all_wrong,
        named("streamed", EventKind::Assessments),
        last,
        snapshots("never"),
    ];
    let decoder = Decoder::new(Needs::everything(), LIMITS);
    let record = decoder.decode(event.as_bytes(), SourceKind::Auto).unwrap();
    let found = found(&automations, event.as_bytes());
    let explained = explain(&automations, &record.events[0], &found, NOW);
    let fires: Vec<bool> = explained.iter().map(|one| one.fires).collect();
    assert_eq!(fires, [false, false, true, false]);
    let kind = Miss::OtherKind {
        event: EventKind::AssessmentsSnapshot,
        named: &[EventKind::Alerts],
    };
    let out_of_scope = Miss::OutOfScope {
        resource_ids: vec!["/subscriptions/a/x/y".to_owned()],
        scopes: &[scope],
    };
    let expired = Miss::Expired { since: NOW };
    assert_eq!(
        explained[0].misses,
        [
            Miss::Disabled,
            expired,
            kind,
            Miss::Delete,
            out_of_scope,
            Miss::NoRuleSet
        ]
    );
    assert_eq!(explained[1].misses, [Miss::Snapshot, Miss::Delete]);
    assert_eq!(explained[2].misses, []);
    assert_eq!(explained[3].misses, [Miss::Stopped { by: "last" }]);
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let paths = select(vec![
        "a",
        "A",
        "b.a",
        "b[0]",
        "b[*].a",
        "properties.a",
        "missing",
    ]);
    let expected = select(vec!["x", "High", "5", "true"]);
    (paths, select(Operator::ALL.to_vec()), expected)
        .prop_map(|(path, operator, expected)| rule(path, operator, expected))
}

prop_compose! {
    fn some_automation()(
        (enabled, stop, snapshots, deletes) in any::<(bool, bool, bool, bool)>(),
        expires in select(vec![None, None, None, Some(NOW), Some(NOW + 1)]),
        kinds in subsequence(
            vec![EventKind::Alerts, EventKind::Assessments, EventKind::AssessmentsSnapshot], 1..=3),
        scopes in subsequence(vec!["/subscriptions/a", "/subscriptions/b"], 0..=2),
        sets in prop::collection::vec(prop::collection::vec(some_rule(), 0..3), 0..3),
    ) -> Automation {
        Automation {
            enabled: enabled || stop,
            stop: if stop && enabled { Stop::Yes } else { Stop::No },
            include_snapshots: if snapshots { IncludeSnapshots::Yes } else { IncludeSnapshots::No },
            include_deletes: if deletes { IncludeDeletes::Yes } else { IncludeDeletes::No },
            expires,
            scopes: scopes.into_iter().map(|scope| Scope::parse(scope).unwrap()).collect(),
            rule_sets: sets.into_iter().map(|rules| RuleSet { rules }).collect(),
            ..Automation::new(String::new(), kinds, Vec::new())
        }
    }
}

fn some_event() -> impl Strategy<Value = String> {
    let value = select(vec![
        r#""x""#,
        r#""HIGH""#,
        "5",
        "1e400",
        "true",
        "null",
        "[]",
        "{}",
        r#"["x","y"]"#,
        r#"{"a":"x"}"#,
        r#"[{"a":"x"},{"A":6}]"#,
        r#"[[{"a":5}],null]"#,
    ]);
    let key = select(vec!["a", "A", "b", "B", "properties"]);
    let kind = select(vec![
        r#""SystemAlertId":"1","AlertType":"t""#,
        r#""type":"Microsoft.Security/assessments""#,
        r#""type":"Microsoft.Security/assessments","assessmentEventDataEnrichment":{"isSnapshot":true}"#,
        r#""type":"Microsoft.Security/assessments","assessmentEventDataEnrichment":{"action":"Delete"}"#,
    ]);
    let id = select(vec![
        "/subscriptions/A/x/y",
        "/subscriptions/b",
        "/subscriptions/c",
    ]);
    (kind, id, prop::collection::vec((key, value), 0..5)).prop_map(|(kind, id, members)| {
        let members = members
            .into_iter()
            .map(|(key, value)| format!(r#","{key}":{value}"#));
        format!(r#"{{{kind},"id":"{id}"{}}}"#, members.collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The verdicts come from the index, the reasons from the methods of the scan.
    #[test]
    fn every_verdict_has_its_reasons_and_is_that_of_the_scan(
        automations in prop::collection::vec(some_automation(), 0..6),
        event in some_event(),
    ) {
        let scan = Scan::new(automations.clone());
        let (mut scanned, bytes) = (Vec::new(), event.as_bytes());
        let found = found(&automations, bytes);
        let production = Decoder::new(Needs::with(scan.paths()), LIMITS);
        let decoded = production.decode(bytes, SourceKind::Auto).unwrap();
        scan.matches(&decoded.events[0], NOW, &mut scanned);
        prop_assert_eq!(&found, &scanned);
        let whole = Decoder::new(Needs::everything(), LIMITS);
        let decoded = whole.decode(bytes, SourceKind::Auto).unwrap();
        let explained = explain(&automations, &decoded.events[0], &found, NOW);
        prop_assert_eq!(explained.len(), automations.len());
        for (place, one) in explained.iter().enumerate() {
            prop_assert_eq!(one.fires, found.contains(&place), "{}: {:?}", place, one);
            prop_assert_eq!(one.fires, one.misses.is_empty(), "{:?}", one);
            let none = !one.rule_sets.is_empty() && one.rule_sets.iter().all(|set| !set.holds);
            prop_assert_eq!(one.misses.contains(&Miss::NoRuleSet), none, "{:?}", one);
            for set in &one.rule_sets {
                prop_assert_eq!(set.holds, set.rules.iter().all(|rule| rule.holds));
                for rule in &set.rules {
                    prop_assert_eq!(rule.holds, rule.miss.is_none(), "{:?}", rule);
                }
            }
        }
    }
}
