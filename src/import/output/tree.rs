//! A tree as the reader of automations takes it. Its places are those of the JSON file.

use std::sync::Arc;

use crate::document::{Node, Place, Value};
use crate::import::at::At;
use crate::import::convert::{Converted, ConvertedRule, ConvertedSet, Expected};

/// `{automations: […]}`.
pub(in crate::import) fn tree(automations: &[Converted], file: &At) -> Node {
    let list = automations.iter().map(one).collect();
    map(vec![("automations", node(Value::List(list), file))], file)
}

fn one(automation: &Converted) -> Node {
    let at = &automation.at;
    let kinds = automation.kinds.iter().map(|kind| text(kind.name(), at));
    let scopes = automation
        .scopes
        .iter()
        .map(|scope| text(&scope.path, &scope.at));
    let workflows = automation.workflows.iter().map(|(name, at)| text(name, at));
    let rule_sets = automation.rule_sets.iter().map(set);
    let list = |items: Vec<Node>| node(Value::List(items), at);
    map(
        vec![
            ("name", text(&automation.name, at)),
            ("description", text(&automation.description, at)),
            ("enabled", node(Value::Bool(automation.enabled), at)),
            ("kinds", list(kinds.collect())),
            ("scopes", list(scopes.collect())),
            ("rule_sets", list(rule_sets.collect())),
            ("workflows", list(workflows.collect())),
        ],
        at,
    )
}

fn set(set: &ConvertedSet) -> Node {
    let rules = set.rules.iter().map(rule).collect();
    map(vec![("rules", node(Value::List(rules), &set.at))], &set.at)
}

fn rule(rule: &ConvertedRule) -> Node {
    let at = &rule.at;
    let value = match &rule.value {
        Expected::Null => node(Value::Null, at),
        Expected::Text(value) => text(value, at),
    };
    let mut entries = vec![
        ("property", text(&rule.property, &at.key("propertyJPath"))),
        ("operator", text(rule.operator.name(), &at.key("operator"))),
        ("value", value),
    ];
    if let Some(ty) = rule.ty {
        entries.push(("type", text(ty.name(), &at.key("propertyType"))));
    }
    map(entries, at)
}

fn map(entries: Vec<(&str, Node)>, at: &At) -> Node {
    let entries = entries
        .into_iter()
        .map(|(key, node)| (key.to_owned(), node))
        .collect();
    node(Value::Map(entries), at)
}

fn text(text: &str, at: &At) -> Node {
    node(Value::Text(text.to_owned()), at)
}

fn node(value: Value, at: &At) -> Node {
    let place = Place {
        origin: Arc::from(at.to_string()),
        line: None,
        column: 0,
    };
    Node::new(value, place)
}
