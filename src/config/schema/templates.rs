//! Templates and assignments.

use serde_json::{Value, json};

use super::part::{
    any_case, any_of, described, list, list_of_some, named, reference, section, single, text, whole,
};
use super::rules::{Place, by_parameter, for_assignments, for_templates, rule};
use crate::config::templates::TYPES;

pub(super) fn definitions() -> [(&'static str, Value); 7] {
    [
        ("template", template()),
        ("parameter", parameter()),
        ("template_automation", automation()),
        ("template_rule_set", rule_set()),
        ("template_rule", rule(Place::Template, &conditions())),
        ("condition", condition()),
        ("assignment", assignment()),
    ]
}

fn template() -> Value {
    let parameters = described(by_parameter(&reference("parameter")), "By their names.");
    let automation = "What it makes; ${parameters.NAME} in a text stands for a value.";
    let keys = [
        ("name", described(text(), "Unique among all templates.")),
        ("description", described(text(), "For people.")),
        ("parameters", parameters),
        (
            "automation",
            described(reference("template_automation"), automation),
        ),
    ];
    section(&keys, &["name", "automation"])
}

fn parameter() -> Value {
    let types = TYPES.map(|(name, _)| name);
    let default = any_of(&[single(), list(&single())]);
    let values = list_of_some(&single());
    let meanings =
        json!({ "type": "object", "minProperties": 1, "additionalProperties": single() });
    let allowed = "The values that may be given, or a map of each to what it stands for.";
    let without = "Its value where the assignment gives none; without it, one must be given.";
    let keys = [
        ("type", any_case(&types)),
        ("default", described(default, without)),
        ("allowed", described(any_of(&[values, meanings]), allowed)),
        (
            "description",
            described(text(), "For people; the help when the value is missing."),
        ),
    ];
    section(&keys, &["type"])
}

fn automation() -> Value {
    let mut keys = vec![("rule_sets", list(&reference("template_rule_set")))];
    keys.extend(for_templates(Place::Template));
    section(&keys, &["kinds"])
}

fn rule_set() -> Value {
    let each = "Parameters of type array: the rule set is repeated for each of their items, the \
                first the outermost; ${each.NAME} stands for the item.";
    let mut keys = vec![
        ("for_each", described(list(&text()), each)),
        ("rules", list(&reference("template_rule"))),
    ];
    keys.extend(conditions());
    section(&keys, &["rules"])
}

fn conditions() -> [(&'static str, Value); 2] {
    let when = "It is there when all of this holds.";
    let unless = "It is there when nothing of this holds.";
    [
        ("when", described(reference("condition"), when)),
        ("unless", described(reference("condition"), unless)),
    ]
}

fn condition() -> Value {
    let count = by_parameter(&whole(0, 10_000));
    let keys = [
        (
            "empty",
            described(text(), "The parameter is an empty text or an empty list."),
        ),
        (
            "count",
            described(count, "The list has just so many items."),
        ),
    ];
    section(&keys, &[])
}

fn assignment() -> Value {
    let name = "The automation's name, unique among all files.";
    let value = any_of(&[single(), list(&single()), json!({ "type": "null" })]);
    let mut keys = vec![
        ("name", described(text(), name)),
        ("template", described(text(), "The template's name.")),
        (
            "parameters",
            described(named(&value), "The values, by the parameters' names."),
        ),
        (
            "workflows",
            described(
                list_of_some(&text()),
                "Names of workflows in the configuration.",
            ),
        ),
    ];
    keys.extend(for_assignments());
    let own = ["description", "priority", "stop"];
    let shared = for_templates(Place::Automation);
    keys.extend(shared.into_iter().filter(|(key, _)| own.contains(key)));
    section(&keys, &["name", "template", "workflows"])
}
