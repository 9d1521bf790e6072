//! The schema of a rules file.

use serde_json::{Value, json};

use super::part::{
    any_case, any_of, described, document, flag, list, list_of_some, named, or_reference, put,
    reference, section, text, whole,
};
use super::templates;
use crate::config::automations;
use crate::rules::{MAX_PRIORITY, Operator, PropertyType, Severity, Takes};

/// The JSON Schema of a rules file.
#[must_use]
pub fn rules() -> Value {
    let lists = [
        (
            "automations",
            "automation",
            "What runs which workflows for which events.",
        ),
        ("templates", "template", "Automations with parameters."),
        (
            "assignments",
            "assignment",
            "Templates, applied to scopes with values and workflows.",
        ),
        (
            "tests",
            "test",
            "Events, and the automations that they must run.",
        ),
    ];
    let keys = lists.map(|(key, item, about)| (key, described(list(&reference(item)), about)));
    let mut root = section(&keys, &[]);
    put(&mut root, "minProperties", json!(1));
    let own = [
        ("automation", automation()),
        ("rule_set", rule_set()),
        ("rule", rule(Place::Automation, &[])),
        ("kind", any_case(&automations::kind_names())),
        ("test", test()),
    ];
    let definitions = own.into_iter().chain(templates::definitions());
    document(root, "Rules of Firebell", definitions.collect())
}

/// Where a part stands: in a template a reference may stand for a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Automation,
    Template,
}

impl Place {
    pub(super) fn or_reference(self, value: Value) -> Value {
        match self {
            Self::Automation => value,
            Self::Template => or_reference(&value),
        }
    }
}

fn automation() -> Value {
    let name = "Unique among all files; a metric's label and a header's value.";
    let workflows = "Names of workflows in the configuration.";
    let sets = "One of them must hold; without one, every event of its kinds and scopes.";
    let mut keys = vec![
        ("name", described(text(), name)),
        ("rule_sets", described(list(&reference("rule_set")), sets)),
        ("workflows", described(list_of_some(&text()), workflows)),
    ];
    keys.extend(for_assignments());
    keys.extend(for_templates(Place::Automation));
    section(&keys, &["name", "kinds", "workflows"])
}

/// What an automation and an assignment say.
pub(super) fn for_assignments() -> [(&'static str, Value); 3] {
    let scopes = "Ids of subscriptions, resource groups, resources, or management groups; \
                  without one, everywhere.";
    let expires = "An instant with its offset from UTC; from it on it runs nothing.";
    let instant = json!({ "type": "string", "format": "date-time" });
    [
        ("enabled", described(flag(), "A disabled one runs nothing.")),
        ("scopes", described(list(&text()), scopes)),
        ("expires", described(instant, expires)),
    ]
}

/// What an automation and a template say, but for the rule sets.
pub(super) fn for_templates(place: Place) -> [(&'static str, Value); 6] {
    let kinds = list_of_some(&place.or_reference(reference("kind")));
    let kinds = described(
        place.or_reference(kinds),
        "The kinds of events it listens to.",
    );
    let flag = |about: &str| described(place.or_reference(flag()), about);
    let priority = place.or_reference(whole(0, i64::from(MAX_PRIORITY)));
    [
        ("description", described(text(), "For people.")),
        (
            "priority",
            described(priority, "The lowest is asked first; usually 1000."),
        ),
        (
            "stop",
            flag("No later automation sees an event that it runs for."),
        ),
        ("kinds", kinds),
        (
            "include_snapshots",
            flag("It runs for the weekly copies of its kinds, too."),
        ),
        (
            "include_deletes",
            flag("It runs for events that tell that their object is gone, too."),
        ),
    ]
}

fn rule_set() -> Value {
    let about = "All of them must hold; without one, it holds for every event.";
    let rules = described(list(&reference("rule")), about);
    section(&[("rules", rules)], &["rules"])
}

/// A rule, with what else a place has.
pub(super) fn rule(place: Place, others: &[(&str, Value)]) -> Value {
    let operators = Operator::ALL.map(Operator::name);
    let types = PropertyType::ALL.map(PropertyType::name);
    let path = "A path into the event, such as properties.status.code.";
    let ty = "What the two sides are compared as; text unless it says more, or a number.";
    let value = any_of(&[single_or_null(), list(&single_or_null())]);
    let mut keys = vec![
        ("property", described(text(), path)),
        ("operator", place.or_reference(any_case(&operators))),
        (
            "value",
            described(value, "What the property is compared with."),
        ),
        ("type", described(place.or_reference(any_case(&types)), ty)),
    ];
    keys.extend(others.iter().cloned());
    let mut rule = section(&keys, &["property", "operator"]);
    put(&mut rule, "allOf", json!(operands(place)));
    rule
}

fn single_or_null() -> Value {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

/// What each operator takes for its value.
fn operands(place: Place) -> Vec<Value> {
    let taking = |takes: Takes| {
        let all = Operator::ALL.into_iter();
        let names = all.filter(|operator| operator.takes() == takes);
        names.map(Operator::name).collect::<Vec<_>>()
    };
    let value = |value: Value| json!({ "properties": { "value": place.or_reference(value) }, "required": ["value"] });
    let severities = Severity::ALL.map(Severity::name);
    let grades = [Operator::AtLeast, Operator::AtMost].map(Operator::name);
    let nothing = json!({ "properties": { "value": false, "type": { "type": "null" } } });
    [
        (taking(Takes::One), value(single_or_null())),
        (
            taking(Takes::List),
            value(json!({ "type": "array", "minItems": 1 })),
        ),
        (taking(Takes::Nothing), nothing),
        (grades.to_vec(), value(any_case(&severities))),
    ]
    .into_iter()
    .map(|(operators, then)| {
        let properties = json!({ "operator": any_case(&operators) });
        json!({ "if": { "properties": properties, "required": ["operator"] }, "then": then })
    })
    .collect()
}

fn test() -> Value {
    let either = |one: &str, other: &str| json!({ "oneOf": [{ "required": [one] }, { "required": [other] }] });
    let event = json!({ "type": ["object", "array"] });
    let now = json!({ "type": "string", "format": "date-time" });
    let exactly = "Names of automations: just these run; an empty list is none.";
    let keys = [
        ("name", described(text(), "Unique in its file.")),
        ("event", described(event, "The event, written here.")),
        (
            "file",
            described(text(), "A file with the event, by its path from this one."),
        ),
        (
            "kind",
            described(reference("kind"), "What a source of that kind would say."),
        ),
        (
            "now",
            described(now, "When it is evaluated; without it, the present."),
        ),
        ("fires", described(list(&text()), exactly)),
        (
            "fires_at_least",
            described(list_of_some(&text()), "These run, whatever else."),
        ),
    ];
    let all: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    let mut test = section(&keys, &all);
    let choices = [either("event", "file"), either("fires", "fires_at_least")];
    put(&mut test, "required", json!(["name"]));
    put(&mut test, "allOf", json!(choices));
    test
}

/// A map by the names of parameters.
pub(super) fn by_parameter(value: &Value) -> Value {
    let mut map = named(value);
    put(
        &mut map,
        "propertyNames",
        json!({ "pattern": "^[A-Za-z0-9_-]+$" }),
    );
    map
}
