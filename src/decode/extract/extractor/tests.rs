use proptest::prelude::*;

use super::*;
use crate::decode::extract::agreement::assert_agree;
use crate::path::Path;

const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 32,
};

const PATHS: [&str; 24] = [
    "a",
    "A",
    "a.b",
    "A.b",
    "a.B",
    "a[0]",
    "a[1]",
    "a[*]",
    "a[0].b",
    "a[*].b",
    "a[*][0]",
    "a[1][1]",
    "a[0][*].b",
    "b",
    "b.a.a",
    "['ä'].b",
    "k",
    "['']",
    "['']['']",
    "type",
    "id",
    "AzureResourceId",
    "a.a.a",
    "b[0].a[*].b",
];

fn paths() -> Vec<Path> {
    PATHS
        .iter()
        .map(|path| Path::parse(path).unwrap())
        .collect()
}

fn agree(payload: &str) {
    assert_agree(payload.as_bytes(), SourceKind::Auto, (&paths(), LIMITS));
}

/// The values of a path in an attack path with these members, as JSON; `{}` for any object.
fn values(path: &str, members: &str) -> Vec<String> {
    let payload = format!(r#"{{"attackPath":1,{members}}}"#);
    let path = Path::parse(path).unwrap();
    let slots = Arc::new(Slots::new([&path]));
    let slot = slots.get(&path).unwrap();
    let extractor = Extractor::new(slots, LIMITS);
    let mut reading = Reading::default();
    let extracted = extractor.extract(payload.as_bytes(), SourceKind::Auto, &mut reading);
    let facts = extracted.unwrap().events().next().unwrap();
    let values = facts.values().filter(|(of, _)| *of == slot);
    values
        .map(|(_, value)| match value {
            Value::Null => "null".to_owned(),
            Value::Bool(yes) => yes.to_string(),
            Value::Number(number) => number.to_owned(),
            Value::Text(text) => format!("{text:?}"),
            Value::Object => "{}".to_owned(),
        })
        .collect()
}

#[test]
fn the_exact_key_hides_the_others_of_its_object_wherever_it_stands() {
    assert_eq!(values("a.b", r#""A":{"b":1},"a":{"b":2}"#), ["2"]);
    assert_eq!(values("a.b", r#""a":{"b":2},"A":{"b":1}"#), ["2"]);
    assert_eq!(values("a.b", r#""A":{"b":1},"A":{"B":3}"#), ["1", "3"]);
    assert_eq!(
        values("a.b", r#""a":{"B":1,"b":2},"a":{"B":3}"#),
        ["2", "3"]
    );
    assert_eq!(values("a.b", r#""A":{"b":1},"a":7"#), [""; 0]);
    assert_eq!(values("a.b", r#""a":[{"B":1,"b":2},{"B":3}]"#), ["2", "3"]);
    assert_eq!(values("a", r#""\u0041":1,"\u0061":2"#), ["2"]);
    assert_eq!(values("k", "\"\u{212a}\":1"), ["1"]);
}

#[test]
fn arrays_are_taken_apart_as_the_path_says() {
    let members = r#""a":[{"b":1},[{"b":2},[]],{"b":[3,[4]]},null,{}]"#;
    assert_eq!(values("a.b", members), ["1", "2", "3", "4"]);
    assert_eq!(values("a[0].b", members), ["1"]);
    assert_eq!(values("a[*].b", members), ["1", "2", "3", "4"]);
    assert_eq!(values("a[1][0].b", members), ["2"]);
    assert_eq!(values("a", members), ["{}", "{}", "{}", "null", "{}"]);
    assert_eq!(values("a[2].b[1]", members), ["4"]);
    assert_eq!(values("a[0][0].b", members), [""; 0]);
    assert_eq!(values("a", r#""a":[[],[[]]]"#), [""; 0]);
}

#[test]
fn values_stand_as_written_but_for_escapes() {
    let members = r#""a":[-1.50E+2,1e400,"x\ny","\ud800",true,false,null,"",{"a":[]}]"#;
    let expected = [
        "-1.50E+2",
        "1e400",
        r#""x\ny""#,
        "\"\u{fffd}\"",
        "true",
        "false",
        "null",
        r#""""#,
        "{}",
    ];
    assert_eq!(values("a", members), expected);
}

#[test]
fn an_object_of_which_more_is_read_is_a_value_as_well() {
    let paths = ["a", "a.b"].map(|path| Path::parse(path).unwrap());
    let payload = br#"{"attackPath":1,"a":{"b":1,"c":{"b":2}}}"#;
    assert_agree(payload, SourceKind::Auto, (&paths, LIMITS));
    assert_eq!(values("a", r#""a":{"b":1}"#), ["{}"]);
}

#[test]
fn what_a_reading_held_before_is_gone() {
    let extractor = Extractor::new(Arc::new(Slots::new([])), LIMITS);
    let mut reading = Reading::default();
    let mut kinds = |payload: &str| {
        let extracted = extractor.extract(payload.as_bytes(), SourceKind::Auto, &mut reading);
        let Ok(extracted) = extracted else {
            return Vec::new();
        };
        extracted
            .events()
            .map(|facts| facts.kind().name())
            .collect()
    };
    assert_eq!(
        kinds(r#"[{"attackPath":1},{"type":"x/alerts"}]"#),
        ["AttackPaths", "Alerts"]
    );
    assert_eq!(kinds(r#"[{"attackPath":1},"#), [""; 0]);
    assert_eq!(kinds(r#"{"type":"x/alerts"}"#), ["Alerts"]);
}

#[test]
fn what_is_nested_too_deep_is_judged_alike() {
    for key in ["type", "attackPath", "records", "a", "other"] {
        for levels in [1, 30, 31, 32, 33, 510, 511, 512, 513] {
            for leaf in [r#""x/alerts""#, r#"{"a":1}"#] {
                let deep = format!("{}{leaf}{}", "[".repeat(levels), "]".repeat(levels));
                let other = format!(r#"{{"{key}":{deep},"attackPath":1}}"#);
                let envelope = format!(r#"{{"{key}":{deep},"records":[{{"attackPath":1}}]}}"#);
                agree(&other);
                agree(&envelope);
                agree(&format!("[{envelope},{other}]"));
            }
        }
    }
}

#[test]
fn every_cut_and_every_changed_byte_is_judged_alike() {
    let event = r#"{"attackPath":{"a":[1,-0.5e+1,0,{"b":"x\u00e4\\\"y"}]},"A":[true,false,null],
        "a":{"b":[[],{},""," "]},"ä":{"b":1e5},"type":"x/alerts"}"#;
    for cut in (0..=event.len()).filter_map(|at| event.get(..at)) {
        agree(cut);
    }
    for at in 0..event.len() {
        for byte in b"\"\\{],:0e\n" {
            let mut bytes = event.as_bytes().to_vec();
            bytes[at] = *byte;
            assert_agree(&bytes, SourceKind::Auto, (&paths(), LIMITS));
        }
    }
}

fn key() -> impl Strategy<Value = String> {
    let keys = [
        "a",
        "A",
        "b",
        "B",
        "ä",
        "Ä",
        "k",
        "\u{212a}",
        "",
        r"\u0061",
        r"\u0041",
        "type",
        "Type",
        "id",
        "records",
        "other",
        "AzureResourceId",
    ];
    prop::sample::select(keys.map(str::to_owned).to_vec())
}

fn json() -> impl Strategy<Value = String> {
    let scalars = [
        "1",
        "null",
        "true",
        "false",
        r#""x""#,
        r#""""#,
        "-1e400",
        r#""\ud800""#,
        r#""ä\n""#,
        r#""Microsoft.Security/assessments""#,
        "9007199254740993",
        "{}",
        "[]",
        r#""/subscriptions/A""#,
    ];
    let leaf = prop::sample::select(scalars.map(str::to_owned).to_vec());
    leaf.prop_recursive(5, 40, 5, |inner| {
        let member = (key(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\" :{value}"));
        prop_oneof![
            3 => prop::collection::vec(member, 0..6).prop_map(|all| format!("{{{}}}", all.join(","))),
            1 => prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(" ,"))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_json_is_read_alike(members in prop::collection::vec((key(), json()), 0..8)) {
        let members: Vec<String> =
            members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        agree(&format!(r#"{{"attackPath":1,{}"z":0}}"#, members.join(",") + ","));
        agree(&format!("[{{{}}}]", members.join(",")));
    }

    #[test]
    fn any_text_like_json_is_judged_alike(
        text in r#"([\[\]{}:,"\\u0 ]|true|null|"a"|"type"|"records"|-1e9|\\ud800|ä){0,40}"#,
    ) {
        agree(&text);
        agree(&format!(r#"{{"attackPath":[{text}]}}"#));
    }
}
