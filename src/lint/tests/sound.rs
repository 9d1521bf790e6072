//! What a lint claims of rule sets is true of random events.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::config::{Decode, SourceKind};
use crate::decode::{Decoded, Decoder, Event, Needs};
use crate::event::EventKind;
use crate::lint::properties::Tables;
use crate::lint::subject::Digest;
use crate::lint::{never, shadowed};
use crate::path::Path;
use crate::rules::{Automation, Operand, Operator, PropertyType, Rule, RuleSet, Scan, Takes};

/// Known to have one value at most, in whatever case; the last three may have many.
const PATHS: [&str; 9] = [
    "Severity",
    "severity",
    "Status",
    "ConfidenceScore",
    "IsIncident",
    "Severity[0]",
    "ExtendedProperties.a",
    "ExtendedProperties.A",
    "RemediationSteps",
];

const WORDS: [&str; 15] = [
    "High", "low", "medium", "hi", "gh", "5", "5.0", "+5", "3", "7", "true", "FALSE", "falſe",
    "null", "x",
];

const JSON: [&str; 19] = [
    "\"High\"",
    "\"LOW\"",
    "\"Medium\"",
    "\"highest\"",
    "\"hi\"",
    "\"5\"",
    "\"+5\"",
    "\"true\"",
    "\"falſe\"",
    "\"\"",
    "5",
    "5.0",
    "3",
    "7.5",
    "1e400",
    "true",
    "false",
    "null",
    "{}",
];

fn operand(operator: Operator, words: &[&str], ty: Option<PropertyType>) -> Option<Operand> {
    let value = |word: &&'static str| (*word != "null").then_some(*word);
    let words: Vec<&'static str> = WORDS
        .into_iter()
        .filter(|word| words.contains(word))
        .collect();
    match operator.takes() {
        Takes::Nothing => Operand::new(operator, None, None).ok(),
        Takes::One => Operand::new(operator, value(words.first()?), ty).ok(),
        Takes::List => {
            let items: Vec<Option<&str>> = words.iter().map(value).collect();
            Operand::any_of(operator, &items, ty).ok()
        }
    }
}

fn rules() -> impl Strategy<Value = Rule> {
    let types = [
        None,
        None,
        Some(PropertyType::Number),
        Some(PropertyType::Boolean),
    ];
    let words = subsequence(WORDS.to_vec(), 1..4);
    (
        select(PATHS.to_vec()),
        select(Operator::ALL.to_vec()),
        words,
        select(types.to_vec()),
    )
        .prop_filter_map(
            "an operand that the operator takes",
            |(path, operator, words, ty)| {
                let operand = operand(operator, &words, ty)?;
                Some(Rule::new(Path::parse(path).unwrap(), operator, operand))
            },
        )
}

fn sets() -> impl Strategy<Value = RuleSet> {
    vec(rules(), 1..4).prop_map(|rules| RuleSet { rules })
}

/// An alert: what is known to be one value is one or none; elsewhere are arrays, duplicate keys
/// and keys that differ by case.
fn events() -> impl Strategy<Value = String> {
    let value = || select(JSON.to_vec());
    let many = || {
        vec(value(), 0..4).prop_map(|items| match items.as_slice() {
            [one] => (*one).to_owned(),
            items => format!("[{}]", items.join(",")),
        })
    };
    let known = [
        "Severity",
        "severity",
        "Status",
        "status",
        "ConfidenceScore",
        "IsIncident",
    ];
    let free = vec((select(vec!["a", "A"]), many()), 0..4);
    let known = vec(proptest::option::of(value()), known.len())
        .prop_map(move |values| known.into_iter().zip(values).collect::<Vec<_>>());
    (known, free, many()).prop_map(|(known, free, steps)| {
        let mut members = vec![r#""SystemAlertId":"1","AlertType":"t""#.to_owned()];
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in known {
            if let (Some(value), false) = (value, seen.contains(&name.to_lowercase())) {
                seen.push(name.to_lowercase());
                members.push(format!("{name:?}:{value}"));
            }
        }
        let free: Vec<String> = free
            .iter()
            .map(|(name, value)| format!("{name:?}:{value}"))
            .collect();
        members.push(format!(r#""ExtendedProperties":{{{}}}"#, free.join(",")));
        members.push(format!(r#""RemediationSteps":{steps}"#));
        format!("{{{}}}", members.join(","))
    })
}

fn scan(sets: Vec<RuleSet>) -> Scan {
    let name = "a".to_owned();
    let automation = Automation {
        rule_sets: sets,
        ..Automation::new(name, vec![EventKind::Alerts], Vec::new())
    };
    Scan::new(vec![automation])
}

/// The events of these records, decoded.
fn decoded(texts: &[String]) -> Vec<Decoded<'_>> {
    let limits = Decode {
        max_bytes: 1 << 20,
        max_depth: 64,
    };
    let decoder = Decoder::new(Needs::everything(), limits);
    texts
        .iter()
        .map(|text| decoder.decode(text.as_bytes(), SourceKind::Auto).unwrap())
        .collect()
}

fn matches(scan: &Scan, event: &Event<'_>) -> bool {
    let mut found = Vec::new();
    scan.matches(event, 0, &mut found);
    !found.is_empty()
}

fn samples<T: std::fmt::Debug>(
    runner: &mut TestRunner,
    of: &impl Strategy<Value = T>,
    count: usize,
) -> Vec<T> {
    let sample = |_| of.new_tree(runner).unwrap().current();
    (0..count).map(sample).collect()
}

#[test]
fn what_never_matches_never_matches() {
    let mut runner = TestRunner::deterministic();
    let known = Tables::new();
    let properties = known.of(&[EventKind::Alerts]);
    let texts = samples(&mut runner, &events(), 300);
    let shown = decoded(&texts);
    let (mut never_matching, mut matching) = (0, 0);
    for set in samples(&mut runner, &sets(), 4_000) {
        let claimed = never::conflict(&set, &properties).is_some();
        let scan = scan(vec![set.clone()]);
        let mut matched = None;
        if claimed || matching < 100 {
            shown
                .iter()
                .flat_map(|record| &record.events)
                .for_each(|event| {
                    if matches(&scan, event) {
                        matched = Some(event.text.to_owned());
                    }
                });
        }
        never_matching += usize::from(claimed);
        matching += usize::from(matched.is_some());
        assert!(!claimed || matched.is_none(), "{set:?}\n{matched:?}");
    }
    assert!(never_matching > 100, "{never_matching} never match");
    assert!(matching >= 50, "{matching} match");
}

#[test]
fn what_is_shadowed_changes_no_verdict() {
    let mut runner = TestRunner::deterministic();
    let known = Tables::new();
    let texts = samples(&mut runner, &events(), 300);
    let shown = decoded(&texts);
    let (mut found, mut matched) = (0, 0);
    for several in samples(&mut runner, &vec(sets(), 2..12), 400) {
        let digest = Digest::of(&several, known.of(&[EventKind::Alerts]));
        for (narrow, wide) in shadowed::pairs(&digest) {
            found += 1;
            let narrow = scan(vec![several[narrow].clone()]);
            let wide = scan(vec![several[wide].clone()]);
            shown
                .iter()
                .flat_map(|record| &record.events)
                .for_each(|event| {
                    let (narrow_matches, wide_matches) =
                        (matches(&narrow, event), matches(&wide, event));
                    matched += usize::from(narrow_matches);
                    assert!(
                        !narrow_matches || wide_matches,
                        "{narrow:?}\n{wide:?}\n{}",
                        event.text
                    );
                });
        }
    }
    assert!(found > 100, "{found} pairs");
    assert!(matched > 100, "{matched} matches");
}

#[test]
fn all_that_is_shadowed_can_be_taken_out_at_once() {
    let mut runner = TestRunner::deterministic();
    let known = Tables::new();
    let texts = samples(&mut runner, &events(), 200);
    let shown = decoded(&texts);
    for several in samples(&mut runner, &vec(sets(), 2..20), 300) {
        let digest = Digest::of(&several, known.of(&[EventKind::Alerts]));
        let out: Vec<usize> = shadowed::pairs(&digest)
            .into_iter()
            .map(|(narrow, _)| narrow)
            .collect();
        if out.is_empty() {
            continue;
        }
        let kept = (0..)
            .zip(&several)
            .filter(|(place, _)| !out.contains(place));
        let fewer = scan(kept.map(|(_, set)| set.clone()).collect());
        let whole = scan(several.clone());
        shown
            .iter()
            .flat_map(|record| &record.events)
            .for_each(|event| {
                assert_eq!(
                    matches(&whole, event),
                    matches(&fewer, event),
                    "{several:?}\n{}",
                    event.text
                );
            });
    }
}
