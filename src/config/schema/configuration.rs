//! The schema of the configuration, made of the defaults.

use serde_json::{Value, json};

use super::part::{
    any_case, any_of, described, document, list, named, or_reference, put, section, single, text,
};
use crate::config::{DEFAULTS, automations, check};
use crate::document::{self, Node, Value as Written};

/// The JSON Schema of a configuration file.
#[must_use]
pub fn configuration() -> Value {
    let defaults = document::parse(DEFAULTS, "defaults");
    let root = defaults.map(|node| Keys { root: &node }.section(&node, ""));
    document(
        root.unwrap_or_default(),
        "A configuration of Firebell",
        Vec::new(),
    )
}

struct Keys<'a> {
    root: &'a Node,
}

impl Keys<'_> {
    fn section(&self, node: &Node, above: &str) -> Value {
        let key = |name: &str| match above {
            "" => name.to_owned(),
            above => format!("{above}.{name}"),
        };
        let keys: Vec<(&str, Value)> = node
            .entries()
            .iter()
            .map(|(name, node)| {
                let value = described(self.value(node, &key(name)), &manual(node));
                (name.as_str(), value)
            })
            .collect();
        section(&keys, &[])
    }

    fn value(&self, node: &Node, key: &str) -> Value {
        if let Some((_, names)) = check::choices().iter().find(|(known, _)| *known == key) {
            return or_reference(&any_case(names));
        }
        match key {
            "sources" => or_text(list(&source())),
            "retry.tiers" => list(&tier()),
            "management_groups" => groups(),
            "workflows" => self.workflows(),
            "kafka.properties"
            | "workflow_defaults.headers"
            | "kafka.security.sasl.parameters"
            | "kafka.event_hubs.parameters"
            | "workflow_defaults.auth.parameters" => named(&single()),
            "workflow_defaults.template" => template(),
            _ => match &node.value {
                Written::Map(_) => self.section(node, key),
                Written::List(_) => or_text(list(&text())),
                Written::Bool(_) => or_reference(&any_of(&[
                    json!({ "type": "boolean" }),
                    any_case(&["true", "false"]),
                ])),
                Written::Number(number) if number.contains('.') => or_reference(&fraction(number)),
                Written::Number(number) => {
                    let number: Option<i64> = number.parse().ok();
                    let digits = json!({ "type": "string", "pattern": "^\\s*-?[0-9]+\\s*$" });
                    let whole = json!({ "type": "integer", "default": number });
                    or_reference(&any_of(&[whole, digits]))
                }
                Written::Text(default) => {
                    let mut text = text();
                    put(&mut text, "default", json!(default));
                    text
                }
                Written::Null | Written::Unresolved => json!({ "type": ["string", "number"] }),
            },
        }
    }

    /// A URL, and what holds for all workflows.
    fn workflows(&self) -> Value {
        let url = described(text(), "The webhook; all of it is a secret.");
        let defaults = self.root.get("workflow_defaults");
        let limits: Vec<(&str, Value)> = defaults
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, node)| {
                let key = format!("workflow_defaults.{name}");
                (
                    name.as_str(),
                    described(self.value(node, &key), &manual(node)),
                )
            })
            .collect();
        let keys: Vec<(&str, Value)> = [("url", url)].into_iter().chain(limits).collect();
        let mut workflows = named(&section(&keys, &["url"]));
        let name = json!({ "pattern": "^[A-Za-z0-9._-]{1,64}$" });
        put(&mut workflows, "propertyNames", name);
        workflows
    }
}

/// A number with or without a fraction.
fn fraction(default: &str) -> Value {
    let number: Option<f64> = default.parse().ok();
    let digits = json!({ "type": "string", "pattern": r"^\s*[0-9]*\.?[0-9]+\s*$" });
    any_of(&[json!({ "type": "number", "default": number }), digits])
}

/// A list may be written as one text, with commas.
fn or_text(list: Value) -> Value {
    any_of(&[list, json!({ "type": "string" })])
}

fn source() -> Value {
    let kinds: Vec<&str> = ["auto"]
        .into_iter()
        .chain(automations::kind_names())
        .collect();
    let keys = [("topic", text()), ("kind", or_reference(&any_case(&kinds)))];
    any_of(&[text(), section(&keys, &["topic"])])
}

fn tier() -> Value {
    section(&[("topic", text()), ("delay", text())], &["topic", "delay"])
}

fn template() -> Value {
    let keys = [
        ("text", text()),
        ("file", text()),
        ("preset", or_reference(&any_case(&check::presets()))),
        ("settings", named(&single())),
        ("content_type", text()),
    ];
    any_of(&[text(), section(&keys, &[])])
}

fn groups() -> Value {
    let keys = [("subscriptions", list(&text())), ("groups", list(&text()))];
    any_of(&[named(&section(&keys, &[])), json!({ "type": "string" })])
}

/// The comment above a key of the defaults.
fn manual(node: &Node) -> String {
    let line = node.place.line.and_then(|line| usize::try_from(line).ok());
    let above = line.map_or(0, |line| line.saturating_sub(1));
    let lines: Vec<&str> = DEFAULTS.lines().take(above).collect();
    let comment = lines.iter().rev().map_while(|line| {
        let text = line.trim_start().strip_prefix('#')?;
        Some(text.strip_prefix(' ').unwrap_or(text))
    });
    let mut comment: Vec<&str> = comment.collect();
    comment.reverse();
    comment.join("\n")
}
