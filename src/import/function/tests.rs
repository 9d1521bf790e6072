use super::*;

fn value(text: &str) -> Value {
    Value::of_json(serde_json::from_str(text).unwrap())
}

fn call(name: &str, arguments: &[&str]) -> Answer {
    let arguments: Vec<Value> = arguments.iter().map(|text| value(text)).collect();
    (find(name).unwrap().run)(&arguments)
}

/// A function, its arguments as JSON, and what it gives.
const TABLE: &[(&str, &[&str], &str)] = &[
    ("concat", &["\"a\"", "1", "true"], "\"a1True\""),
    ("concat", &["[1]", "[2, 3]"], "[1, 2, 3]"),
    (
        "format",
        &["\"{0}-{1}-{{x}}\"", "\"a\"", "2"],
        "\"a-2-{x}\"",
    ),
    ("range", &["5", "3"], "[5, 6, 7]"),
    ("length", &["\"a🔔\""], "3"),
    ("length", &["{\"a\": 1}"], "1"),
    ("empty", &["[]"], "true"),
    ("empty", &["null"], "true"),
    ("not", &["true"], "false"),
    ("equals", &["\"a\"", "\"A\""], "false"),
    ("equals", &["[1, {\"a\": 2}]", "[1, {\"a\": 2}]"], "true"),
    ("contains", &["\"abc\"", "\"b\""], "true"),
    ("contains", &["[\"a\"]", "\"A\""], "false"),
    ("contains", &["{\"a\": 1}", "\"A\""], "true"),
    ("toLower", &["\"ÄB\""], "\"äb\""),
    ("toUpper", &["\"ab\""], "\"AB\""),
    ("string", &["{\"a\": [1]}"], "\"{\\\"a\\\":[1]}\""),
    ("int", &["\"7\""], "7"),
    ("bool", &["\"TRUE\""], "true"),
    ("bool", &["0"], "false"),
    ("json", &["\"null\""], "null"),
    ("createArray", &["1", "\"a\""], "[1, \"a\"]"),
    ("createObject", &["\"a\"", "1"], "{\"a\": 1}"),
    ("array", &["1"], "[1]"),
    ("array", &["[1]"], "[1]"),
    ("first", &["[]"], "null"),
    ("first", &["\"ab\""], "\"a\""),
    ("last", &["[1, 2]"], "2"),
    ("union", &["[1, 2]", "[2, 3]"], "[1, 2, 3]"),
    (
        "union",
        &[
            "{\"a\": {\"x\": 1}, \"b\": 1}",
            "{\"a\": {\"y\": 2}, \"b\": 2}",
        ],
        "{\"a\": {\"x\": 1, \"y\": 2}, \"b\": 2}",
    ),
    ("intersection", &["[1, 2]", "[2, 3]"], "[2]"),
    ("skip", &["[1, 2]", "1"], "[2]"),
    ("take", &["[1, 2]", "5"], "[1, 2]"),
    ("add", &["1", "-3"], "-2"),
    ("div", &["7", "2"], "3"),
    ("mod", &["7", "3"], "1"),
    ("max", &["[1, 3, 2]"], "3"),
    ("min", &["2", "1"], "1"),
    (
        "split",
        &["\"a,b;c\"", "[\",\", \";\"]"],
        "[\"a\", \"b\", \"c\"]",
    ),
    ("join", &["[\"a\", 1]", "\", \""], "\"a, 1\""),
    (
        "replace",
        &["\"scope {0}\"", "\"{0}\"", "\"x\""],
        "\"scope x\"",
    ),
    ("substring", &["\"abcd\"", "1", "2"], "\"bc\""),
    ("startsWith", &["\"Abc\"", "\"aB\""], "true"),
    ("endsWith", &["\"abC\"", "\"Bc\""], "true"),
    ("less", &["1", "2"], "true"),
    ("greater", &["\"a\"", "\"b\""], "false"),
    ("tryGet", &["{\"a\": [1]}", "\"A\"", "0"], "1"),
    ("tryGet", &["{\"a\": [1]}", "\"b\"", "0"], "null"),
    ("null", &[], "null"),
    ("true", &[], "true"),
];

#[test]
fn functions_give_what_azure_documents() {
    for (name, arguments, expected) in TABLE {
        let answer = call(name, arguments);
        assert_eq!(answer, Ok(value(expected)), "{name} {arguments:?}");
    }
}

#[test]
fn what_azure_refuses_is_refused() {
    let table: &[(&str, &[&str])] = &[
        ("div", &["1", "0"]),
        ("mod", &["1", "0"]),
        ("mul", &["9223372036854775807", "2"]),
        ("div", &["-9223372036854775808", "-1"]),
        ("range", &["0", "10001"]),
        ("substring", &["\"a\"", "0", "2"]),
        ("substring", &["\"a\"", "-1"]),
        ("format", &["\"{1}\"", "1"]),
        ("format", &["\"{\"", "1"]),
        ("replace", &["\"a\"", "\"\"", "\"b\""]),
        ("createObject", &["\"a\""]),
        ("length", &["1"]),
        ("int", &["\"x\""]),
        ("bool", &["\"yes\""]),
        ("json", &["\"{\""]),
        ("max", &["[]"]),
    ];
    for (name, arguments) in table {
        assert!(call(name, arguments).is_err(), "{name} {arguments:?}");
    }
}

#[test]
fn placeholders_are_the_same_for_the_same_arguments() {
    let guid = |seed: &str| shown(&call("guid", &[seed]).unwrap());
    assert_eq!(guid("\"a\""), guid("\"a\""));
    assert_ne!(guid("\"a\""), guid("\"b\""));
    assert_eq!(guid("\"a\"").len(), 36);
    let unique = shown(&call("uniqueString", &["\"a\""]).unwrap());
    assert_eq!(unique.len(), 13);
}

#[test]
fn no_text_and_no_list_grows_past_its_bound() {
    let long = format!("\"{}\"", "a".repeat(MAX_MADE / 2));
    assert!(call("concat", &[&long, &long, "\"a\""]).is_err());
    assert!(call("replace", &[&long, "\"a\"", &long]).is_err());
    let pattern = format!("\"{}\"", "{0}".repeat(1000));
    assert!(call("format", &[&pattern, &long]).is_err());
    let items = format!("[{}1]", "1,".repeat(1000));
    assert!(call("join", &[&items, &long]).is_err());
    let many = format!("[{}1]", "1,".repeat(MAX_MADE / 2));
    assert!(call("concat", &[&many, &many, &many]).is_err());
}
