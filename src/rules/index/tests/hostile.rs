//! Records made to cost much: bounded work and memory on the way of production.
//!
//! The bounds are ratios to reading the same bytes as JSON, and of the thread's own processor time,
//! so that neither a slow machine nor a busy one matters: what is not linear in the record misses
//! them by far.

use std::time::Duration;

use fastrand::Rng;
use serde::de::IgnoredAny;

use super::*;
use crate::decode::Extracted;
use crate::rules::RuleSet;
use crate::tests::cpu_time;

/// The longest measured takes a hundred times as long in a debug build, and quadratic time thousands.
const TIMES: u32 = 600;
/// The shortest time that says anything.
const LEAST: Duration = Duration::from_millis(2);
const MANY: usize = 100_000;
/// Paths of [`generate`] under which the records have something.
const KEYS: [&str; 5] = ["NAME", "list", "A", "ä", r"\u0061"];

/// Rules of every kind, and many for one property.
fn automations() -> Vec<Automation> {
    let mut automations = generate::automations(&mut Rng::with_seed(3), 300);
    for number in 1..100 {
        for (operator, value) in [
            (Operator::Contains, format!("needle {number}")),
            (Operator::StartsWith, "x".repeat(number)),
            (Operator::EndsWith, "x".repeat(number)),
            (Operator::GreaterThan, number.to_string()),
        ] {
            for path in ["name", "list", "a.b"] {
                automations.push(of(vec![rule(path, operator, &value, None).unwrap()]));
            }
        }
    }
    automations
}

fn of(rules: Vec<Rule>) -> Automation {
    Automation {
        rule_sets: vec![RuleSet { rules }],
        ..automation("one")
    }
}

struct Way {
    index: RuleIndex,
    extractor: Extractor,
    reading: Reading,
    matching: Matching,
}

impl Way {
    fn new(automations: Vec<Automation>) -> Self {
        let index = RuleIndex::new(automations);
        let limits = Decode {
            max_bytes: 8 << 20,
            ..LIMITS
        };
        Self {
            extractor: Extractor::new(Arc::clone(index.slots()), limits),
            index,
            reading: Reading::default(),
            matching: Matching::default(),
        }
    }

    /// How many events a record has that can be read.
    fn take(&mut self, record: &str) -> usize {
        let payload = record.as_bytes();
        let read = self
            .extractor
            .extract(payload, SourceKind::Auto, &mut self.reading);
        let events = read.iter().flat_map(Extracted::events);
        events
            .map(|facts| self.index.matches(&facts, 0, &mut self.matching))
            .count()
    }

    /// That a record costs little beside reading it as JSON; with its events.
    fn assert_cheap(&mut self, record: &str) -> usize {
        let shown: String = record.chars().take(60).collect();
        let parsing = cpu_time(|| drop(serde_json::from_str::<IgnoredAny>(record)));
        let mut events = 0;
        let mut own = Duration::ZERO;
        let memory = allocation_counter::measure(|| own = cpu_time(|| events = self.take(record)));
        let most = parsing.max(LEAST) * TIMES;
        assert!(own < most, "{own:?}, JSON {parsing:?}: {shown}");
        let bytes = usize::try_from(memory.bytes_max).unwrap();
        let most = 64 * record.len() + (1 << 20);
        assert!(bytes < most, "{bytes} bytes of memory: {shown}");
        events
    }
}

/// An attack path with these members.
fn event(members: &str) -> String {
    format!(r#"{{"attackPath":1,{members}}}"#)
}

#[test]
fn a_million_levels_of_nesting_are_cheap() {
    let mut way = Way::new(automations());
    let arrays = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(1_000_000), "}".repeat(1_000_000));
    for key in ["list", "a", "type", "records", "other"] {
        let record = event(&format!(r#""{key}":{arrays}"#));
        assert_eq!(way.assert_cheap(&record), 0, "{key}");
    }
    for deep in [arrays, objects] {
        assert_eq!(way.assert_cheap(&deep), 0);
        let half = deep.get(..deep.len() / 2).unwrap();
        assert_eq!(way.assert_cheap(half), 0);
        let beside = format!(r#"[{{"attackPath":{deep}}},{{"attackPath":1}}]"#);
        assert_eq!(way.assert_cheap(&beside), 1);
    }
}

#[test]
fn a_megabyte_of_text_is_cheap() {
    let mut way = Way::new(automations());
    for (part, times) in [
        ("x", 1 << 20),
        ("Ä", 1 << 19),
        ("/", 1 << 20),
        (r"\n", 1 << 19),
        (r"\ud800", 1 << 17),
        ("needle 1", 1 << 17),
    ] {
        let text = part.repeat(times);
        for key in ["name", "list", "id"] {
            let record = event(&format!(r#""{key}":"{text}""#));
            assert_eq!(way.assert_cheap(&record), 1, "{key}");
        }
        assert_eq!(way.assert_cheap(&event(&format!(r#""{text}":1"#))), 1);
    }
}

#[test]
fn a_hundred_thousand_elements_are_cheap() {
    let mut way = Way::new(automations());
    for item in [
        r#"{"x":1,"b":2}"#,
        "[1,[2]]",
        r#""needle 17""#,
        "1e400",
        "null",
        "{}",
    ] {
        let items = format!("{item},").repeat(MANY);
        for key in ["list", "a", "id"] {
            let record = event(&format!(r#""{key}":[{items}{item}]"#));
            assert_eq!(way.assert_cheap(&record), 1, "{key} {item}");
        }
    }
    let ids = (0..MANY).map(|n| format!(r#"{{"AzureResourceId":"/subscriptions/s{n}/x/y"}},"#));
    let ids: String = ids.collect();
    let alert = format!(r#"{{"type":"x/alerts","ResourceIdentifiers":[{ids}0]}}"#);
    assert_eq!(way.assert_cheap(&alert), 1);
    let events = r#"{"attackPath":1},"#.repeat(MANY / 10);
    let record = format!(r#"{{"records":[{events}{{"attackPath":2}}]}}"#);
    assert_eq!(way.assert_cheap(&record), MANY / 10 + 1);
}

#[test]
fn a_hundred_thousand_duplicate_keys_are_cheap() {
    let mut way = Way::new(automations());
    for key in KEYS {
        for item in [r#""v""#, r#"{"b":1,"B":2}"#] {
            let members = format!(r#""{key}":{item},"#).repeat(MANY);
            // The exact key comes last, and hides all before it.
            for last in ["name", "a"] {
                let record = event(&format!(r#"{members}"{last}":{item}"#));
                assert_eq!(way.assert_cheap(&record), 1, "{key} {last}");
            }
        }
    }
}

#[test]
fn numbers_without_an_end_are_cheap() {
    let mut way = Way::new(automations());
    let (sevens, zeros) = ("7".repeat(1 << 20), "0".repeat(1 << 20));
    for number in [
        &sevens,
        &format!("0.{zeros}1"),
        &format!("1e{sevens}"),
        "1e400",
    ] {
        for key in ["n", "list", "name"] {
            let record = event(&format!(r#""{key}":{number}"#));
            assert_eq!(way.assert_cheap(&record), 1, "{key}");
        }
    }
}

#[test]
fn an_expression_is_shown_the_values_of_its_property_alone() {
    let way = |count| {
        let expressions = (0..count).map(|number| {
            let pattern = rule("name", Operator::Matches, &format!("^p{number}$"), None);
            let other = rule("list", Operator::NotEquals, "7", None);
            of(vec![pattern.unwrap(), other.unwrap()])
        });
        Way::new(expressions.collect())
    };
    let (mut few, mut many) = (way(5), way(400));
    let members = format!(r#""name":["p3",5,"P4"],"list":[{}1]"#, "0,".repeat(MANY));
    let record = event(&members);
    let least = |way: &mut Way| {
        let times = (0..3).map(|_| cpu_time(|| assert_eq!(way.take(&record), 1)));
        times.min().unwrap()
    };
    let (one, other) = (least(&mut few), least(&mut many));
    assert!(other < one * 8, "{one:?} {other:?}");
    assert_eq!(many.matching.found(), [3, 4]);
    assert_eq!(many.matching.candidates(), 400);
}
