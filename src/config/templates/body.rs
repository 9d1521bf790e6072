//! What a template makes: the keys of an automation, with rule sets that depend on the values.

use super::condition::Condition;
use super::parameter::{Parameter, Type, named};
use super::text::{Piece, Reference, pieces};
use crate::config::automations;
use crate::document::{Field, Node, Section, Value};
use crate::path::Path;

/// What a template says of an automation; its name, scopes and workflows are the assignment's.
const KEYS: [&str; 5] = [
    "description",
    "priority",
    "stop",
    "include_snapshots",
    "include_deletes",
];

/// The keys of a rule, as they are handed on.
const RULE_KEYS: [&str; 4] = ["property", "operator", "value", "type"];

/// The automation of a template.
#[derive(Debug)]
pub(super) struct Body {
    /// All but the rule sets.
    pub(super) entries: Vec<(String, Node)>,
    /// The key of the rule sets, and what stands below it.
    pub(super) rule_sets: Option<(Node, Vec<SetTemplate>)>,
}

/// A rule set of a template.
#[derive(Debug)]
pub(super) struct SetTemplate {
    pub(super) node: Node,
    pub(super) condition: Condition,
    /// The parameters for whose items it is repeated, the outermost first.
    pub(super) for_each: Vec<String>,
    pub(super) rules: Vec<RuleTemplate>,
}

/// A rule of a template.
#[derive(Debug)]
pub(super) struct RuleTemplate {
    pub(super) condition: Condition,
    pub(super) node: Node,
}

impl Body {
    pub(super) fn read(mut section: Section<'_>, parameters: &[Parameter]) -> Option<Self> {
        let texts = Texts {
            parameters,
            each: &[],
        };
        let mut entries = entries(&mut section, &KEYS, &texts);
        let kinds = section.field("kinds");
        check_kinds(&kinds);
        entries.extend(entry("kinds", &kinds, &texts));
        let sets = section.field("rule_sets").optional();
        section.finish();
        if kinds.is_missing() || kinds.is_null() {
            kinds.wrong("missing");
        }
        let rule_sets = match sets {
            Some(field) => {
                let read: Vec<_> = field
                    .items()?
                    .iter()
                    .map(|item| set(item, parameters))
                    .collect();
                Some((
                    field.node()?.clone(),
                    read.into_iter().collect::<Option<_>>()?,
                ))
            }
            None => None,
        };
        Some(Self { entries, rule_sets })
    }
}

fn set(field: &Field<'_>, parameters: &[Parameter]) -> Option<SetTemplate> {
    let mut section = field.section()?;
    let condition = Condition::read(&mut section, parameters);
    let each = section.field("for_each").optional();
    let rules = section.field("rules").items();
    section.finish();
    let for_each = each.map_or_else(Vec::new, |field| repeated(&field, parameters));
    let read = |item: &Field<'_>| {
        let texts = Texts {
            parameters,
            each: &for_each,
        };
        rule(item, &texts)
    };
    let rules: Vec<_> = rules?.iter().map(read).collect();
    Some(SetTemplate {
        node: field.node()?.clone(),
        condition,
        rules: rules.into_iter().collect::<Option<_>>()?,
        for_each,
    })
}

fn repeated(field: &Field<'_>, parameters: &[Parameter]) -> Vec<String> {
    let items = field.items().unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for item in &items {
        let Some(parameter) = named(item, parameters) else {
            continue;
        };
        if parameter.ty != Type::Array {
            item.wrong("is no array: only its items can be gone through");
        } else if names.contains(&parameter.name) {
            item.wrong("stands here twice");
        } else {
            names.push(parameter.name.clone());
        }
    }
    names
}

fn rule(field: &Field<'_>, texts: &Texts<'_>) -> Option<RuleTemplate> {
    let mut section = field.section()?;
    let condition = Condition::read(&mut section, texts.parameters);
    let entries = entries(&mut section, &RULE_KEYS, texts);
    check_names(&mut section);
    section.finish();
    Some(RuleTemplate {
        condition,
        node: Node::new(Value::Map(entries), field.place().clone()),
    })
}

/// What no value can change is wrong for every assignment, and before the first.
fn check_names(section: &mut Section<'_>) {
    let property = section.field("property");
    if !refers(&property) {
        property
            .text()
            .map(|text| property.valid(Path::parse(text)));
    }
    let operator = section.field("operator");
    if !refers(&operator) {
        automations::operator(&operator);
    }
    if let Some(ty) = section.field("type").optional()
        && !refers(&ty)
    {
        automations::property_type(&ty);
    }
}

fn check_kinds(field: &Field<'_>) {
    let items = if field.is_list() { field.items() } else { None };
    let items = items.unwrap_or_default();
    for item in items.iter().filter(|item| !refers(item)) {
        automations::kind(item);
    }
}

/// Whether it is a text with a reference.
fn refers(field: &Field<'_>) -> bool {
    let text = field.node().and_then(Node::scalar);
    text.is_some_and(|text| text.contains("${"))
}

/// The keys that are written, with references that are known.
fn entries(
    section: &mut Section<'_>,
    keys: &[&'static str],
    texts: &Texts<'_>,
) -> Vec<(String, Node)> {
    keys.iter()
        .filter_map(|key| entry(key, &section.field(key), texts))
        .collect()
}

fn entry(key: &str, field: &Field<'_>, texts: &Texts<'_>) -> Option<(String, Node)> {
    let node = field.node()?;
    texts.check(node, field);
    Some((key.to_owned(), node.clone()))
}

/// What the texts of a place may refer to.
struct Texts<'a> {
    parameters: &'a [Parameter],
    each: &'a [String],
}

impl Texts<'_> {
    fn check(&self, node: &Node, field: &Field<'_>) {
        match &node.value {
            Value::Text(text) => {
                let pieces = field.over(node).valid(pieces(text)).unwrap_or_default();
                for piece in &pieces {
                    if let Piece::Reference(reference) = piece {
                        self.reference(*reference, &field.over(node), pieces.len());
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    self.check(item, field);
                }
            }
            Value::Map(entries) => {
                for (_, node) in entries {
                    self.check(node, field);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unresolved => {}
        }
    }

    fn reference(&self, reference: Reference<'_>, field: &Field<'_>, pieces: usize) {
        match reference {
            Reference::Parameter(name) => {
                let found = self.parameters.iter().find(|one| one.name == name);
                match found {
                    None => {
                        let known: Vec<&str> = self
                            .parameters
                            .iter()
                            .map(|one| one.name.as_str())
                            .collect();
                        field.unknown("parameter", name, &known);
                    }
                    Some(one) if one.ty == Type::Array && pieces > 1 => field
                        .wrong("a list cannot be a part of a text: go through it with `for_each`"),
                    Some(_) => {}
                }
            }
            Reference::Each(name) if !self.each.iter().any(|one| one == name) => {
                let known: Vec<&str> = self.each.iter().map(String::as_str).collect();
                field.unknown("parameter in `for_each`", name, &known);
            }
            Reference::Each(_) => {}
        }
    }
}
