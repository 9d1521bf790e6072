use super::*;

fn place_of(text: &str, path: &[&str]) -> String {
    let tree = parse(text, "f.yaml").unwrap();
    let node = path.iter().fold(&tree, |node, key| node.get(key).unwrap());
    node.place.to_string()
}

#[test]
fn every_key_has_its_place() {
    let text = "a: 1\nb:\n  c: |\n    text\n  'd e': [x]\n";
    assert_eq!(place_of(text, &["a"]), "f.yaml:1:1");
    assert_eq!(place_of(text, &["b"]), "f.yaml:2:1");
    assert_eq!(place_of(text, &["b", "c"]), "f.yaml:3:3");
    assert_eq!(place_of(text, &["b", "d e"]), "f.yaml:5:3");
}

#[test]
fn a_column_counts_characters() {
    assert_eq!(place_of("{ä: '漢字', b: 1}", &["b"]), "f.yaml:1:11");
}

#[test]
fn every_item_has_its_place() {
    let tree = parse("list:\n  - one\n  - k: v\n", "f.yaml").unwrap();
    let Value::List(items) = &tree.get("list").unwrap().value else {
        panic!("no list")
    };
    let places: Vec<String> = items.iter().map(|item| item.place.to_string()).collect();
    assert_eq!(places, ["f.yaml:2:5", "f.yaml:3:5"]);
}

#[test]
fn a_number_keeps_its_spelling() {
    for spelling in ["1.10", "0x1F", "18446744073709551616", "-0", "1e3", "7"] {
        let tree = parse(&format!("a: {spelling} # b\n"), "f").unwrap();
        assert_eq!(tree.get("a").unwrap().scalar(), Some(spelling));
    }
}

#[test]
fn only_true_and_false_are_booleans() {
    let text = |text: &str| Value::Text(text.to_owned());
    for (written, read) in [
        ("yes", text("yes")),
        ("off", text("off")),
        ("true", Value::Bool(true)),
        ("False", Value::Bool(false)),
        ("'true'", text("true")),
        ("!!str 5", text("5")),
        ("~", Value::Null),
        ("", Value::Null),
    ] {
        let tree = parse(&format!("a: {written}\n"), "f").unwrap();
        assert!(tree.get("a").unwrap().value == read, "{written}");
    }
}

#[test]
fn anchors_and_merge_keys_are_followed() {
    let tree = parse("base: &b { x: 1 }\nother: { <<: *b, y: 2 }\n", "f").unwrap();
    let other = tree.get("other").unwrap();
    assert_eq!(other.get("x").unwrap().scalar(), Some("1"));
    assert_eq!(other.get("y").unwrap().scalar(), Some("2"));
}

#[test]
fn what_is_not_yaml_has_its_place() {
    let bad = |text: &str| parse(text, "f.yaml").unwrap_err().to_string();
    insta::assert_snapshot!(bad("a: 1\nb: [1, 2\nc: 3\n"), @"f.yaml:3:2: not YAML that can be read: illegal placement of ':' indicator");
    insta::assert_snapshot!(bad("a: 1\nb: 2\na: 3\n"), @"f.yaml:3:1: the key `a` stands here a second time");
    insta::assert_snapshot!(bad("a: 1\n\tb: 2\n"), @"f.yaml:1:4: not YAML that can be read: while scanning a plain scalar, found a tab");
    insta::assert_snapshot!(bad("a: *nobody\n"), @"f.yaml:1:4: not YAML that can be read: reference to unknown value");
    insta::assert_snapshot!(bad("a: 1\n---\nb: 2\n"), @"f.yaml:3:1: not YAML that can be read: only single YAML document expected but multiple found");
}

#[test]
fn nesting_has_a_bound() {
    let nested = |depth: usize| format!("a: {}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(20), "f").is_ok());
    insta::assert_snapshot!(parse(&nested(200), "f").unwrap_err().to_string(), @"f:1:27: not YAML that can be read: YAML document too large or too complex: limits breached: Depth { depth: 25 }");
    assert!(parse(&nested(100_000), "f").is_err());
}

#[test]
fn an_empty_document_is_an_empty_map() {
    for text in ["", "# nothing\n", "\n\n  # x\n"] {
        assert!(parse(text, "f").unwrap().entries().is_empty());
    }
}

#[test]
fn durations_are_read_as_people_write_them() {
    let read = |text: &str| quantity::parse_duration(text).map(show_duration);
    for (text, shown) in [
        ("30s", Some("30s")),
        ("500ms", Some("500ms")),
        ("2h 30m", Some("2h 30m")),
        ("90m", Some("1h 30m")),
        ("0s", Some("0s")),
        ("-5s", None),
        ("1d", None),
        ("30", None),
        ("soon", None),
        ("", None),
    ] {
        assert_eq!(read(text).as_deref(), shown, "{text}");
    }
}

#[test]
fn sizes_are_read_as_people_write_them() {
    let read = |text: &str| quantity::parse_size(text).map(show_size);
    for (text, shown) in [
        ("4096", Some("4 KiB")),
        ("16 MiB", Some("16 MiB")),
        ("1MB", Some("1000000 B")),
        ("1.5 KiB", Some("1536 B")),
        ("many", None),
        ("-1", None),
        ("", None),
    ] {
        assert_eq!(read(text).as_deref(), shown, "{text}");
    }
}

#[test]
fn the_nearest_name_is_found_and_a_far_one_is_not() {
    let known = ["LesserThan", "GreaterThan", "Equals"];
    assert_eq!(nearest("LessThan", &known), Some("LesserThan"));
    assert_eq!(nearest("equal", &known), Some("Equals"));
    assert_eq!(nearest("Banana", &known), None);
}
