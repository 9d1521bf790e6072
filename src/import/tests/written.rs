//! What is written is read back as it was.

use proptest::prelude::*;

use super::kit::{imported, loaded};
use crate::rules::{Operand, Operator};

fn resource(name: &str, description: &str, value: &str, workflow: &str) -> String {
    serde_json::json!({
        "name": name,
        "properties": {
            "description": description,
            "scopes": [{"scopePath": "/subscriptions/1"}],
            "sources": [{"eventSource": "Alerts", "ruleSets": [{"rules": [
                {"propertyJPath": "a", "expectedValue": value, "operator": "Equals"}]}]}],
            "actions": [{"actionType": "LogicApp", "logicAppResourceId": format!("/x/{workflow}")}],
        }
    })
    .to_string()
}

fn check(name: &str, description: &str, value: &str, workflow: &str) {
    let imported = imported(&resource(name, description, value, workflow), &[]);
    let config = loaded(&imported);
    let [one] = config.automations.as_slice() else {
        panic!("one automation: {:?}", imported.notes);
    };
    let last = name.rsplit('/').next().unwrap_or_default().trim();
    if !last.is_empty() {
        assert_eq!(one.name, last);
    }
    assert_eq!(one.description, description);
    let expected = Operand::new(Operator::Equals, Some(value), None).unwrap();
    assert_eq!(one.rule_sets[0].rules[0].operand, expected);
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    for text in [
        "true",
        "null",
        "~",
        "1.10",
        "0x1F",
        "1e3",
        "2001-01-01",
        "yes",
        "- a",
        "a: b",
        "# c",
        "{a}",
        "[b]",
        "*c",
        "&d",
        "!e",
        "|",
        ">",
        "%f",
        "@g",
        "`h`",
        "'i'",
        "\"j\"",
        "k\nl",
        "\t",
        " m ",
        "n\\",
        "…",
        "🔔",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "?",
        ":",
        "---",
        "...",
        "${env:X}",
        "=",
        "<<",
    ] {
        check(text, text, text, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_survives(name in "[^/]{1,20}", text in any::<String>(), value in any::<String>(), workflow in any::<String>()) {
        prop_assume!(!name.trim().is_empty() && !value.is_empty());
        check(&name, &text, &value, &workflow);
    }
}
