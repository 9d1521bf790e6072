use proptest::prelude::*;

use super::*;

fn key(name: &str) -> Step {
    Step::Key(Cow::Owned(name.to_owned()))
}

#[test]
fn every_form_is_read() {
    let table: &[(&str, &[Step])] = &[
        ("Severity", &[key("Severity")]),
        ("$.Severity", &[key("Severity")]),
        ("$['Severity']", &[key("Severity")]),
        ("$ref", &[key("$ref")]),
        ("$.$id", &[key("$id")]),
        ("['$']", &[key("$")]),
        (
            "properties.status.code",
            &[key("properties"), key("status"), key("code")],
        ),
        (
            "ExtendedProperties['Client IP']",
            &[key("ExtendedProperties"), key("Client IP")],
        ),
        (
            "cvss[\"3.0\"].base",
            &[key("cvss"), key("3.0"), key("base")],
        ),
        (
            "Entities[0].Type",
            &[key("Entities"), Step::Index(0), key("Type")],
        ),
        (
            "Entities[*]['$id']",
            &[key("Entities"), Step::Each, key("$id")],
        ),
        (r"['it\'s'].a", &[key("it's"), key("a")]),
        ("['']", &[key("")]),
        (
            "größe.zahl-1_2@x:y/z",
            &[key("größe"), key("zahl-1_2@x:y/z")],
        ),
    ];
    for (text, steps) in table {
        assert_eq!(Path::parse(text).unwrap().steps(), *steps, "{text}");
    }
}

const PROPERTY: &str = "a property such as `properties` or `['Client IP address']`";
const INDEX: &str = "a key in quotes, an index from 0, or `*`";

#[test]
fn a_character_out_of_place_is_named_with_what_could_stand_there() {
    for (text, found, position, expected) in [
        ("$..a", '.', 3, PROPERTY),
        ("a.*", '*', 3, PROPERTY),
        ("ä b", ' ', 2, "`.`, `[` or the end"),
        (
            "[0].a",
            '0',
            2,
            "a key in quotes, since an event is an object",
        ),
        ("a[-1]", '-', 3, INDEX),
        ("a['b'x", 'x', 6, "`]`"),
        (r"a['\n']", 'n', 5, "`\\`, `'` or `\"` after `\\`"),
        (
            "a[99999999999999999999]",
            '9',
            3,
            "an index that is not so large",
        ),
    ] {
        let error = Path::parse(text).unwrap_err();
        assert_eq!(
            error,
            PathError::Unexpected {
                found,
                position,
                expected
            },
            "{text}"
        );
    }
}

#[test]
fn a_path_that_ends_too_early_says_what_is_needed() {
    for (text, position, expected) in [
        ("", 1, PROPERTY),
        ("$", 2, "`.` or `[` and a property"),
        ("$.", 3, PROPERTY),
        ("a.", 3, PROPERTY),
        ("a[", 3, INDEX),
        ("a[1", 4, "`]`"),
        ("a['b]", 6, "the closing quote"),
    ] {
        let error = Path::parse(text).unwrap_err();
        assert_eq!(error, PathError::Ended { position, expected }, "{text}");
    }
}

#[test]
fn a_message_is_a_sentence() {
    let message = |text| Path::parse(text).unwrap_err().to_string();
    assert_eq!(
        message("a b"),
        "found ` ` at character 2, expected `.`, `[` or the end"
    );
    assert_eq!(message("a[1"), "the path ends at character 4, expected `]`");
    let deep = ["a"; 33].join(".");
    assert_eq!(
        message(&deep),
        "the path has more than 32 steps at character 66"
    );
}

#[test]
fn a_path_has_at_most_32_steps() {
    let longest = ["a"; MAX_STEPS].join(".");
    assert_eq!(Path::parse(&longest).unwrap().steps().len(), MAX_STEPS);
    let error = Path::parse(&format!("{longest}.a")).unwrap_err();
    assert!(matches!(error, PathError::TooDeep { .. }), "{error}");
}

#[test]
fn the_canonical_form_quotes_only_what_needs_it() {
    for (text, canonical) in [
        ("$.a['b'].c", "a.b.c"),
        ("a[\"b c\"][007][*]", "a['b c'][7][*]"),
        (r"['$'][''].x", "['$'][''].x"),
        (r#"a["it's"]"#, r"a['it\'s']"),
    ] {
        assert_eq!(Path::parse(text).unwrap().to_string(), canonical);
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<String>().prop_map(|name| Step::Key(Cow::Owned(name))),
        "[a-z$.]{0,3}".prop_map(|name| Step::Key(Cow::Owned(name))),
        any::<usize>().prop_map(Step::Index),
        Just(Step::Each),
    ]
}

proptest! {
    #[test]
    fn the_canonical_form_reads_back(
        first in any::<String>(),
        rest in prop::collection::vec(step(), 0..MAX_STEPS),
    ) {
        let mut steps = vec![Step::Key(Cow::Owned(first))];
        steps.extend(rest);
        let path = Path { steps };
        prop_assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
    }

    #[test]
    fn any_text_is_a_path_or_a_message(text in "[$.\\[\\]'\"*\\\\0-9a ]{0,12}|.*") {
        match Path::parse(&text) {
            Ok(path) => prop_assert_eq!(Path::parse(&path.to_string()).unwrap(), path),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
