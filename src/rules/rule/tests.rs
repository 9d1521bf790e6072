use proptest::prelude::*;

use super::*;
use crate::decode::{Needs, read};
use crate::rules::operator::Family;
use crate::rules::{PropertyType, Takes};

/// Reads `path operator value`; the value `null` is null, and a type may follow behind a colon. An
/// operator that takes a list gets one of this value, and one that takes nothing gets nothing.
fn rule(path: &str, operator: &str, expected: &str) -> Rule {
    let (expected, ty) = match expected.rsplit_once(':') {
        Some((expected, ty)) => (expected, PropertyType::parse(ty)),
        None => (expected, None),
    };
    let expected = (expected != "null").then_some(expected);
    let operator = Operator::parse(operator).unwrap();
    let operand = match operator.takes() {
        Takes::Nothing => Operand::Nothing,
        Takes::One => Operand::new(operator, expected, ty).unwrap(),
        Takes::List => Operand::any_of(operator, &[expected], ty).unwrap(),
    };
    Rule::new(Path::parse(path).unwrap(), operator, operand)
}

/// Reads the event by the rule's own needs and in full: the verdict is the same.
fn verdict(event: &str, path: &str, operator: &str, expected: &str) -> bool {
    let rule = rule(path, operator, expected);
    let holds = rule.holds(&read(event, &Needs::everything()));
    let pruned = rule.holds(&read(event, &Needs::with([&rule.path])));
    assert_eq!(pruned, holds, "{event}: {path} {operator} {expected}");
    holds
}

fn check(event: &str, table: &[(&str, &str, &str, bool)]) {
    for (path, operator, expected, holds) in table {
        let found = verdict(event, path, operator, expected);
        assert_eq!(found, *holds, "{event}: {path} {operator} {expected}");
    }
}

#[test]
fn texts_compare_without_case() {
    let event = r#"{"s":"High","e":"","k":"\u212aey"}"#;
    check(
        event,
        &[
            ("s", "Equals", "HIGH", true),
            ("s", "Equals", "hig", false),
            ("s", "NotEquals", "high", false),
            ("s", "NotEquals", "low", true),
            ("s", "Contains", "IG", true),
            ("s", "Contains", "x", false),
            ("s", "StartsWith", "hI", true),
            ("s", "StartsWith", "igh", false),
            ("s", "EndsWith", "GH", true),
            ("s", "EndsWith", "hig", false),
            ("e", "Equals", "", true),
            ("e", "NotEquals", "x", true),
            ("e", "Contains", "x", false),
            ("k", "Equals", "KEY", true),
        ],
    );
}

#[test]
fn numbers_compare_by_value() {
    let event =
        r#"{"i":5,"f":5.0,"t":"5","big":9007199254740993,"huge":1e400,"b":true,"w":"high"}"#;
    check(
        event,
        &[
            ("i", "GreaterThan", "4.9", true),
            ("i", "GreaterThan", "5", false),
            ("i", "GreaterThanOrEqualTo", "5", true),
            ("i", "LesserThan", "5.1", true),
            ("i", "LesserThan", "5", false),
            ("i", "LesserThanOrEqualTo", "5", true),
            ("f", "Equals", "5:Integer", true),
            ("t", "Equals", "5:Number", true),
            ("t", "GreaterThan", "4", true),
            ("big", "GreaterThan", "9007199254740992", true),
            ("big", "Equals", "9007199254740992:Integer", false),
            ("huge", "GreaterThan", "1", false),
            ("huge", "LesserThan", "1", false),
            ("huge", "Equals", "1:Number", false),
            ("huge", "NotEquals", "1:Number", true),
            ("b", "GreaterThan", "0", false),
            ("w", "GreaterThan", "0", false),
            ("w", "NotEquals", "5:Integer", true),
        ],
    );
}

#[test]
fn numbers_and_booleans_are_text_to_a_text() {
    let event = r#"{"i":5,"f":5.0,"b":true,"n":null}"#;
    check(
        event,
        &[
            ("i", "Equals", "5", true),
            ("f", "Equals", "5", false),
            ("f", "Equals", "5.0", true),
            ("f", "StartsWith", "5.", true),
            ("b", "Equals", "TRUE", true),
            ("b", "Contains", "ru", true),
            ("n", "Contains", "nul", false),
        ],
    );
}

#[test]
fn booleans_are_true_and_false_written_or_not() {
    let event = r#"{"b":true,"t":"False","i":1}"#;
    check(
        event,
        &[
            ("b", "Equals", "true:Boolean", true),
            ("b", "Equals", "false:Boolean", false),
            ("b", "NotEquals", "false:Boolean", true),
            ("t", "Equals", "false:Boolean", true),
            ("i", "Equals", "true:Boolean", false),
            ("i", "NotEquals", "true:Boolean", true),
        ],
    );
}

#[test]
fn a_missing_property_matches_no_operator_but_one() {
    for operator in Operator::ALL {
        // Such operators compare with a severity alone.
        let severity = operator.family() == Family::Severity;
        let expected = if severity { "Low" } else { "1" };
        for path in [
            "missing",
            "a.missing",
            "a.b.c",
            "list[9]",
            "empty",
            "a[0]",
            "a[*]",
            "list.x",
        ] {
            let event = r#"{"a":{"b":1},"list":[1],"empty":[]}"#;
            let found = verdict(event, path, operator.name(), expected);
            assert_eq!(found, operator == Operator::NotExists, "{path} {operator}");
        }
    }
}

#[test]
fn null_equals_null_alone() {
    let event = r#"{"n":null,"t":"null","e":"","z":0}"#;
    check(
        event,
        &[
            ("n", "Equals", "null", true),
            ("n", "NotEquals", "null", false),
            ("n", "NotEquals", "x", true),
            ("n", "Equals", "", false),
            ("n", "LesserThan", "1", false),
            ("t", "Equals", "null", false),
            ("e", "Equals", "null", false),
            ("z", "NotEquals", "null", true),
        ],
    );
}

#[test]
fn through_an_array_any_element_may_match() {
    let event = r#"{"l":[{"t":"ip"},{"t":"host"},[{"t":"deep"}],7],"n":[1,[2,3]],"o":[{}]}"#;
    check(
        event,
        &[
            ("l.t", "Equals", "host", true),
            ("l[*].t", "Equals", "host", true),
            ("l.t", "Equals", "deep", true),
            ("l[0].t", "Equals", "ip", true),
            ("l[0].t", "Equals", "host", false),
            ("l[2].t", "Equals", "deep", true),
            ("l[2][0].t", "Equals", "deep", true),
            ("l[3]", "Equals", "7", true),
            ("n", "GreaterThan", "2", true),
            ("n[0]", "GreaterThan", "1", false),
            ("n[1][1]", "Equals", "3", true),
            ("n[*][*]", "Equals", "1", false),
            ("o", "NotEquals", "x", true),
        ],
    );
}

#[test]
fn not_equals_holds_when_no_element_is_equal() {
    assert!(!verdict(r#"{"l":["a","b"]}"#, "l", "NotEquals", "b"));
    assert!(verdict(r#"{"l":["a","b"]}"#, "l", "NotEquals", "c"));
    assert!(!verdict(r#"{"l":[]}"#, "l", "NotEquals", "c"));
}

#[test]
fn an_object_is_present_and_equals_nothing() {
    for expected in ["", "x", "null", "{}", "1:Number", "true:Boolean"] {
        assert!(
            !verdict(r#"{"o":{"a":1}}"#, "o", "Equals", expected),
            "{expected}"
        );
        assert!(
            verdict(r#"{"o":{"a":1}}"#, "o", "NotEquals", expected),
            "{expected}"
        );
    }
}

#[test]
fn a_key_is_found_exactly_or_else_without_case() {
    let event = r#"{"Type":"a","type":"b","ID":"c","P":{"x":1},"p":{"Y":2},"\u0041bc":"d"}"#;
    for (path, expected, holds) in [
        ("Type", "a", true),
        ("Type", "b", false),
        ("type", "b", true),
        ("TYPE", "a", true),
        ("TYPE", "b", true),
        ("id", "c", true),
        ("p.y", "2", true),
        ("p.x", "1", false),
        ("P.x", "1", true),
        ("Abc", "d", true),
        ("aBC", "d", true),
    ] {
        assert_eq!(
            verdict(event, path, "Equals", expected),
            holds,
            "{path} {expected}"
        );
    }
}

#[test]
fn duplicate_keys_all_count() {
    let event = r#"{"a":"x","a":"y","b":{"c":1},"b":{"c":2}}"#;
    check(
        event,
        &[
            ("a", "Equals", "x", true),
            ("a", "Equals", "y", true),
            ("a", "NotEquals", "x", false),
            ("b.c", "Equals", "1", true),
            ("b.c", "Equals", "2", true),
        ],
    );
}

#[test]
fn a_rule_set_needs_all_of_its_rules() {
    let fields = read(r#"{"a":1,"b":2}"#, &Needs::everything());
    let (yes, no) = (rule("a", "Equals", "1"), rule("b", "Equals", "1"));
    assert!(
        RuleSet {
            rules: vec![yes.clone()]
        }
        .holds(&fields)
    );
    assert!(
        !RuleSet {
            rules: vec![yes, no]
        }
        .holds(&fields)
    );
    assert!(RuleSet::default().holds(&fields));
}

const KEYS: [&str; 6] = ["a", "A", "b", "k", "\\u212a", "id"];

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|yes| yes.to_string()),
        (-3..3_i32).prop_map(|number| number.to_string()),
        "[abAB1]{0,2}".prop_map(|text| format!("\"{text}\"")),
        Just(r#""\ud800a""#.to_owned()),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let member = (prop::sample::select(&KEYS[..]), inner.clone());
        let array = prop::collection::vec(inner, 0..5);
        let object = prop::collection::vec(member, 0..5);
        prop_oneof![
            array.prop_map(|items| format!("[ {} ]", items.join(" ,"))),
            object.prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("\"{key}\": {value}"))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    })
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let step = prop::sample::select(&[".a", ".A", ".b", ".K", ".id", "[0]", "[1]", "[*]"][..]);
    let path = prop::collection::vec(step, 0..4).prop_map(|steps| format!("a{}", steps.concat()));
    let expected = prop::sample::select(&["a", "B", "1", "ab", "true", "null"][..]);
    (path, prop::sample::select(&Operator::ALL[..]), expected).prop_filter_map(
        "an operand of another type",
        |(path, operator, expected)| {
            let expected = (expected != "null").then_some(expected);
            let operand = Operand::new(operator, expected, None).ok()?;
            Some(Rule::new(Path::parse(&path).ok()?, operator, operand))
        },
    )
}

proptest! {
    #[test]
    fn reading_only_what_is_needed_changes_no_verdict(
        value in json(),
        rules in prop::collection::vec(any_rule(), 1..6),
    ) {
        let event = format!(r#"{{"a":{value},"A":{value},"b":{{"a":{value}}}}}"#);
        let pruned = read(&event, &Needs::with(rules.iter().map(|rule| &rule.path)));
        let full = read(&event, &Needs::everything());
        for rule in &rules {
            prop_assert_eq!(rule.holds(&pruned), rule.holds(&full), "{} in {}", rule.path, event);
        }
    }

    #[test]
    fn upper_case_changes_no_verdict(value in json(), rule in any_rule()) {
        let event = format!(r#"{{"a":{value}}}"#);
        let fields = read(&event, &Needs::everything());
        prop_assert_eq!(rule.holds(&fields), rule.holds(&upper(&fields)), "{} in {}", rule.path, event);
    }
}

fn upper<'a>(value: &Json<'a>) -> Json<'a> {
    match value {
        Json::Text(text) => Json::Text(text.to_uppercase().into()),
        Json::Array(items) => Json::Array(items.iter().map(upper).collect()),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key.clone(), upper(value)));
            Json::Object(members.collect())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}

#[test]
fn a_negation_holds_where_there_is_a_value_and_none_satisfies_the_positive() {
    let event = r#"{"s":["ab","cd"],"empty":[],"null":null,"object":{}}"#;
    for (negation, value, holds) in [
        ("NotEquals", "ab", false),
        ("NotEquals", "xy", true),
        ("NotIn", "cd", false),
        ("NotIn", "xy", true),
        ("NotContains", "D", false),
        ("NotContains", "x", true),
        ("NotStartsWith", "A", false),
        ("NotStartsWith", "b", true),
        ("NotEndsWith", "b", false),
        ("NotEndsWith", "a", true),
    ] {
        check(event, &[("s", negation, value, holds)]);
        check(event, &[("empty", negation, value, false)]);
        check(event, &[("null", negation, value, true)]);
        check(event, &[("object", negation, value, true)]);
    }
}
