//! What a file holds, told by its content.

use std::rc::Rc;

use super::at::At;
use super::note::Notes;
use super::value::Value;

/// What we can read.
#[derive(Debug)]
pub(super) enum Input {
    /// Automations: resources, or bodies of requests and responses.
    Automations(Vec<(Value, At)>),
    /// A deployment template.
    Template(Value, At),
    /// A policy definition that deploys one.
    Policy(Value, At),
    /// Values of a template's parameters.
    Parameters(Value, At),
    /// Azure's answer to a question, with nothing in it to import.
    Answer(At),
}

/// Tells what a file's content is; none if it is nothing of Azure's.
pub(super) fn tell(value: Value, at: At) -> Option<Input> {
    let schema = value.get("$schema").and_then(Value::as_text);
    let schema = schema.unwrap_or_default().to_lowercase();
    if schema.contains("deploymentparameters") {
        return Some(Input::Parameters(value, at));
    }
    if is_template(&value) || schema.contains("deploymenttemplate") {
        return Some(Input::Template(value, at));
    }
    if is_policy(&value) {
        return Some(Input::Policy(value, at));
    }
    if value.get("isValid").is_some() && value.get("properties").is_none() {
        return Some(Input::Answer(at));
    }
    let automations = automations(&value, &at);
    if !automations.is_empty() {
        return Some(Input::Automations(automations));
    }
    is_parameters(&value).then_some(Input::Parameters(value, at))
}

pub(super) fn is_policy(value: &Value) -> bool {
    let own = |value: &Value| value.get("policyRule").is_some();
    own(value) || value.get("properties").is_some_and(own)
}

fn is_template(value: &Value) -> bool {
    let resources = value.get("resources");
    resources.is_some_and(|it| it.as_list().is_some()) && value.get("properties").is_none()
}

/// A parameters file without its schema: each parameter is `{value: …}`.
fn is_parameters(value: &Value) -> bool {
    let parameters = value.get("parameters").and_then(Value::as_map);
    parameters.is_some_and(|entries| {
        !entries.is_empty()
            && entries
                .iter()
                .all(|(_, one)| one.get("value").is_some() || one.get("reference").is_some())
    })
}

/// A resource; a list of them; an example of the REST interface, whose request says as much as its
/// response.
fn automations(value: &Value, at: &At) -> Vec<(Value, At)> {
    if let Some(items) = value.as_list() {
        return each(items, at);
    }
    if let Some(items) = value.get("value").and_then(Value::as_list) {
        return each(items, &at.key("value"));
    }
    if is_automation(value) {
        return vec![(value.clone(), at.clone())];
    }
    let parameters = value.get("parameters");
    if let Some(body) = parameters.and_then(|it| it.get("automation")) {
        let name = parameters.and_then(|it| it.get("automationName"));
        let at = at.key("parameters").key("automation");
        return vec![(named(body, name), at)];
    }
    let responses = value.get("responses").and_then(Value::as_map);
    for (status, response) in responses.unwrap_or_default() {
        if let Some(body) = response.get("body") {
            let at = at.key("responses").key(status).key("body");
            let found = automations(body, &at);
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

fn each(items: &[Value], at: &At) -> Vec<(Value, At)> {
    items
        .iter()
        .enumerate()
        .filter(|(_, item)| is_automation(item))
        .map(|(place, item)| (item.clone(), at.item(place)))
        .collect()
}

/// Says what of a list is not taken: what is no automation, and the pages behind this one.
pub(super) fn leftovers(value: &Value, at: &At, notes: &Notes) {
    let (items, at_items) = match value.get("value") {
        Some(items) => (items, at.key("value")),
        None => (value, at.clone()),
    };
    for (place, item) in items.as_list().unwrap_or_default().iter().enumerate() {
        if !is_automation(item) {
            let message = "left out, as it is no Microsoft.Security/automations";
            notes.changed(&at_items.item(place), message);
        }
    }
    if value.get("nextLink").and_then(Value::as_text).is_some() {
        let message = "the list goes on behind this page: import the other pages, too";
        notes.problem(&at.key("nextLink"), message);
    }
}

/// By its type; a request's body has none, but sources or actions. Azure's own tools print them
/// without `properties` around them.
fn is_automation(value: &Value) -> bool {
    if let Some(ty) = value.get("type").and_then(Value::as_text) {
        return super::azure::is_automation(ty);
    }
    let has = |it: &Value| {
        ["sources", "actions"]
            .iter()
            .any(|key| it.get(key).is_some())
    };
    has(value) || value.get("properties").is_some_and(has)
}

/// A body with the name that its request has.
fn named(body: &Value, name: Option<&Value>) -> Value {
    let (None, Some(name)) = (body.get("name"), name) else {
        return body.clone();
    };
    let mut entries: Vec<(Rc<str>, Value)> = body.as_map().unwrap_or_default().to_vec();
    entries.push(("name".into(), name.clone()));
    Value::map(entries).unwrap_or_else(|_too_large| body.clone())
}
