//! A template, applied to scopes with values and workflows.

use std::collections::BTreeSet;

use super::Reader;
use crate::config::templates::Expansion;
use crate::config::{Expanded, Origin};
use crate::document::{Field, Node, Place, Value};
use crate::rules::Automation;

/// What an assignment says of its automation; it goes before what the template says.
const KEYS: [&str; 8] = [
    "name",
    "description",
    "enabled",
    "expires",
    "priority",
    "stop",
    "scopes",
    "workflows",
];

impl Reader<'_> {
    /// The automation that an assignment becomes, and where it is written.
    pub(super) fn assignment(&mut self, field: &Field<'_>) -> Option<(Automation, Origin)> {
        let mut section = field.section()?;
        let template_field = section.field("template");
        let parameters = section.field("parameters");
        let mut own: Vec<(String, Node)> = Vec::new();
        for key in KEYS {
            let node = section.field(key).node();
            own.extend(node.map(|node| (key.to_owned(), node.clone())));
        }
        section.finish();
        let template = self.templates.named(&template_field);
        let expansion = template.and_then(|one| one.expand(parameters, &template_field));
        let expanded = template
            .zip(expansion.as_ref())
            .map(|(template, entries)| Expanded {
                template: template.name.clone(),
                rule_sets: rule_sets(entries),
            });
        let node = merged(own, expansion, field.place());
        let (automation, origin) = self.automation(field.over(&node).section()?)?;
        let mut places = BTreeSet::new();
        within(field.node()?, &mut places);
        let origin = Origin {
            expanded: Some(expanded?),
            ..origin.within(&places)
        };
        Some((automation, origin))
    }
}

/// Without an expansion something stands in for it, so that the assignment's own mistakes are
/// named as well.
fn merged(own: Vec<(String, Node)>, expansion: Option<Expansion>, place: &Place) -> Node {
    let stand_in = || {
        let kind = Node::new(Value::Text("Alerts".to_owned()), place.clone());
        let kinds = Node::new(Value::List(vec![kind]), place.clone());
        vec![("kinds".to_owned(), kinds)]
    };
    let mut entries = own;
    entries.retain(|(_, node)| !node.is_null());
    for (key, node) in expansion.unwrap_or_else(stand_in) {
        if !entries.iter().any(|(own, _)| *own == key) {
            entries.push((key, node));
        }
    }
    Node::new(Value::Map(entries), place.clone())
}

fn within(node: &Node, places: &mut BTreeSet<Place>) {
    places.insert(node.place.clone());
    for (_, node) in node.entries() {
        within(node, places);
    }
    if let Value::List(items) = &node.value {
        for item in items {
            within(item, places);
        }
    }
}

/// The rule sets as people read them, each in a line.
fn rule_sets(entries: &Expansion) -> Vec<String> {
    let sets = entries.iter().find(|(key, _)| key == "rule_sets");
    let Some(Value::List(sets)) = sets.map(|(_, node)| &node.value) else {
        return Vec::new();
    };
    let line = |set: &Node| match set.get("rules").map(|rules| &rules.value) {
        Some(Value::List(rules)) if !rules.is_empty() => {
            let rules: Vec<String> = rules.iter().map(rule).collect();
            rules.join(" and ")
        }
        Some(_) | None => "every event".to_owned(),
    };
    sets.iter().map(line).collect()
}

fn rule(node: &Node) -> String {
    let parts = ["property", "operator", "value"].map(|key| node.get(key).map(shown));
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" ")
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Text(text) if text.contains(char::is_whitespace) => format!("{text:?}"),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Map(_)
        | Value::Unresolved => node.scalar().unwrap_or("null").to_owned(),
    }
}
