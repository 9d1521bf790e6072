//! Files that mean harm: bounded, and never a panic.

use proptest::collection::vec;
use proptest::prelude::*;

use super::kit::{LIST, RECOMMENDATIONS_POLICY, file, imported, options, told};
use crate::import::{InputFile, import};

fn template(variables: &str, input: &str) -> String {
    format!(
        r#"{{"resources": [{{"type": "Microsoft.Security/automations", "name": "a", "properties": {{"x": "{input}"}}}}],
        "variables": {{{variables}}}}}"#
    )
}

#[test]
fn bombs_are_refused() {
    let chain = |first: &str, step: &dyn Fn(usize) -> String| {
        let steps = (1..200).map(|at| format!(", \"v{at:03}\": \"[{}]\"", step(at - 1)));
        format!("\"v000\": {first}{}", steps.collect::<String>())
    };
    let v = |at: usize| format!("variables('v{at:03}')");
    let texts = chain("\"aaaaaaaaaaaaaaaa\"", &|at| {
        format!("concat({0}, {0})", v(at))
    });
    let trees = chain("[1]", &|at| format!("createArray({0}, {0})", v(at)));
    let deep = chain("[1]", &|at| format!("createArray({})", v(at)));
    let circle = "\"a\": \"[variables('b')]\", \"b\": \"[variables('a')]\"".to_owned();
    let looped = |count: &str| {
        format!(
            r#""copy": [{{"name": "l", "count": {count}, "input": "[string(range(0, 10000))]"}}]"#
        )
    };
    let within = r#""o": {"copy": [{"name": "a", "count": 200, "input": {"copy": [
        {"name": "b", "count": 200, "input": 1}]}}]}"#;
    let mut said = String::new();
    for variables in [
        texts,
        trees,
        deep,
        circle,
        looped("1000000000"),
        looped("-1"),
        looped("10000"),
        within.to_owned(),
    ] {
        let imported = imported(&template(&variables, "x"), &[]);
        assert!(imported.is_empty());
        said += &told(&imported);
    }
    insta::assert_snapshot!(said, @r"
    problem  variables.v017: concat() the value gets too large, or nests too deep
    problem  variables.v021: createArray() the value gets too large, or nests too deep
    problem  variables.v192: createArray() the value gets too large, or nests too deep
    problem  variables.a: stands for itself, in a circle
    problem  variables.copy[0].count: the loops of this file make more than 10000 items together
    problem  variables.copy[0].count: a loop needs a count from 0 on, not -1
    problem  variables.copy[0]: this file takes too much work to be evaluated
    problem  variables.o.copy[0].input.copy[0].count: the loops of this file make more than 10000 items together
    ");
}

#[test]
fn deep_files_and_expressions_are_refused() {
    let deep = "[".repeat(1_000_000);
    let nested = format!("{}1{}", "{\"resources\": [".repeat(60), "]}".repeat(60));
    let calls = template(
        "",
        &format!("[{}1{}]", "not(".repeat(60_000), ")".repeat(60_000)),
    );
    let members = template("", &format!("[subscription(){}]", ".id".repeat(100_000)));
    for text in [deep, nested, calls, members] {
        let imported = imported(&text, &[]);
        assert!(imported.is_empty() && !imported.notes.is_empty());
    }
}

#[test]
fn deployments_in_each_other_are_bounded() {
    let mut inner = String::from("[]");
    for _ in 0..20 {
        inner = format!(
            r#"[{{"type": "Microsoft.Resources/deployments", "properties": {{"template": {{"resources": {inner}}}}}}}]"#
        );
    }
    let said = told(&imported(&format!(r#"{{"resources": {inner}}}"#), &[]));
    assert!(
        said.contains("more than 8 deployments in each other"),
        "{said}"
    );
}

/// Words that lead somewhere, and some that do not.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "properties",
        "resources",
        "parameters",
        "variables",
        "copy",
        "name",
        "count",
        "input",
        "type",
        "value",
        "template",
        "policyRule",
        "then",
        "details",
        "deployment",
        "sources",
        "eventSource",
        "ruleSets",
        "rules",
        "propertyJPath",
        "operator",
        "expectedValue",
        "scopes",
        "scopePath",
        "actions",
        "actionType",
        "condition",
        "$schema",
        "defaultValue",
        "Microsoft.Security/automations",
        "Microsoft.Resources/deployments",
        "Alerts",
        "Equals",
        "LogicApp",
        "[variables('name')]",
        "[parameters('name')]",
        "[copyIndex()]",
        "[range(0, 9)]",
        "/subscriptions/1",
        "x/deploymentTemplate.json#",
    ];
    prop_oneof![
        8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => "\\[[a-z]{2,8}\\(('[a-z]{1,4}'|[0-9]{1,3}|,){0,4}\\)\\]",
    ]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        word().prop_map(Into::into),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Into::into),
            vec((word(), inner), 0..6)
                .prop_map(|entries| { serde_json::Value::Object(entries.into_iter().collect()) }),
        ]
    })
}

/// Puts a value in the place of one of the nodes of a tree.
fn replaced(tree: &mut serde_json::Value, at: &mut usize, new: &serde_json::Value) {
    if *at == 0 {
        *tree = new.clone();
        *at = usize::MAX;
        return;
    }
    *at = at.wrapping_sub(1);
    match tree {
        serde_json::Value::Array(items) => {
            for item in items {
                replaced(item, at, new);
            }
        }
        serde_json::Value::Object(entries) => {
            for value in entries.values_mut() {
                replaced(value, at, new);
            }
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let file = InputFile { name: "a.json".to_owned(), bytes };
        let imported = import(&[file], &options(&[]));
        prop_assert!(imported.is_empty() || imported.yaml().is_ok());
    }

    #[test]
    fn any_json_is_read_without_a_panic(json in json()) {
        imported(&json.to_string(), &[]);
    }

    #[test]
    fn what_is_written_is_what_loads_whatever_stands_in_a_file(
        at in 0..200_usize,
        new in json(),
        policy in any::<bool>(),
    ) {
        let text = if policy { RECOMMENDATIONS_POLICY } else { LIST };
        let mut tree = serde_json::from_str(text).unwrap();
        replaced(&mut tree, &mut at.clone(), &new);
        let imported = import(&[file("a.json", &tree.to_string())], &options(&[]));
        if !imported.is_empty() {
            super::kit::loaded(&imported);
        }
    }
}
