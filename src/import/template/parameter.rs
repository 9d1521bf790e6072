//! The parameters of a template or a policy: what they are given, else their defaults.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Fault;
use super::deployment::{Entry, Written};
use crate::document::nearest;
use crate::import::at::At;
use crate::import::value::Value;

/// Values of parameters by name, and where each comes from.
pub(in crate::import) type Given = BTreeMap<String, (Value, At)>;

/// The parameters that a template declares, by their names in lower case.
pub(super) fn bind(
    (template, at): (&Value, &At),
    given: &Given,
) -> Result<BTreeMap<String, Entry>, Fault> {
    let mut bound = BTreeMap::new();
    let Some(declared) = template.get("parameters") else {
        return Ok(bound);
    };
    let at = at.key("parameters");
    for (name, declaration) in declared.as_map().unwrap_or_default() {
        let at = at.key(name);
        let value = given
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value);
        let entry = parameter(name, (declaration, at), value)?;
        bound.insert(name.to_lowercase(), entry);
    }
    Ok(bound)
}

fn parameter(
    name: &str,
    (declaration, at): (&Value, At),
    given: Option<&(Value, At)>,
) -> Result<Entry, Fault> {
    let ty = declaration.get("type").and_then(Value::as_text);
    let secret = |ty: &str| ["securestring", "secureobject"].contains(&ty.to_lowercase().as_str());
    if ty.is_some_and(secret) {
        let reason = format!("the parameter `{name}` is a secret, which is never shown");
        return Ok(Entry::read(at, Value::unknown(reason)));
    }
    let Some((value, from)) = given else {
        return Ok(match declaration.get("defaultValue") {
            Some(default) => Entry::new(at.key("defaultValue"), Written::Tree(default.clone())),
            None => Entry::read(at, Value::unknown(without_value(name))),
        });
    };
    let value = if ty.is_some_and(|ty| ty.eq_ignore_ascii_case("string")) {
        as_text(value)
    } else {
        value.clone()
    };
    fits(name, (ty, &value), from)?;
    allowed(name, (declaration, &value), from)?;
    Ok(Entry::read(at, value))
}

fn without_value(name: &str) -> String {
    format!(
        "the parameter `{name}` has no value: give it one by `--parameter {name}=JSON` or a parameters file"
    )
}

/// A command line has no quotes around a text that looks like a number.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Int(number) => Value::text(number.to_string()),
        Value::Float(number) => Value::text(number.to_string()),
        Value::Bool(flag) => Value::text(flag.to_string()),
        Value::Null | Value::Text(_) | Value::List(_) | Value::Map(_) | Value::Unknown(_) => {
            value.clone()
        }
    }
}

/// A value has its parameter's type, as Azure asks. A type that we do not know takes anything.
fn fits(name: &str, (ty, value): (Option<&str>, &Value), from: &At) -> Result<(), Fault> {
    let expected = match (ty.unwrap_or_default().to_lowercase().as_str(), value) {
        (_, Value::Unknown(_) | Value::Null)
        | ("string", Value::Text(_))
        | ("array", Value::List(_))
        | ("object", Value::Map(_))
        | ("int" | "integer", Value::Int(_))
        | ("bool" | "boolean", Value::Bool(_)) => return Ok(()),
        ("string", _) => "a text",
        ("array", _) => "an array, such as `[\"a\"]`",
        ("object", _) => "an object",
        ("int" | "integer", _) => "a whole number",
        ("bool" | "boolean", _) => "`true` or `false`",
        _ => return Ok(()),
    };
    let found = value.kind();
    let message = format!("the parameter `{name}` takes {expected}, found {found}");
    Err(Fault::new(from, message))
}

/// `allowedValues` lists the value, or, for an array, each of its items.
fn allowed(name: &str, (declaration, value): (&Value, &Value), from: &At) -> Result<(), Fault> {
    let Some(list) = declaration.get("allowedValues").and_then(Value::as_list) else {
        return Ok(());
    };
    if value.why_unknown().is_some() || list.contains(value) {
        return Ok(());
    }
    let single = std::slice::from_ref(value);
    let wrong = value
        .as_list()
        .unwrap_or(single)
        .iter()
        .find(|item| !list.contains(item));
    let Some(wrong) = wrong else { return Ok(()) };
    let known: Vec<Rc<str>> = list
        .iter()
        .map(|item| crate::import::function::shown(item).into())
        .collect();
    let wrong = crate::import::function::shown(wrong);
    Err(Fault::new(
        from,
        format!(
            "`{wrong}` is not allowed for the parameter `{name}`: it takes {}",
            known.join(", ")
        ),
    ))
}

/// The names that no template declares, each with the nearest that one does.
pub(in crate::import) fn check_names(given: &Given, declared: &[String]) -> Vec<Fault> {
    let known: Vec<&str> = declared.iter().map(String::as_str).collect();
    let unknown = given.iter().filter(|(name, _)| {
        let same = |known: &&str| known.eq_ignore_ascii_case(name);
        !known.iter().any(same)
    });
    unknown
        .map(|(name, (_, at))| {
            let near = nearest(name, &known)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let message = format!("no template has a parameter `{name}`{near}");
            Fault::new(at, message)
        })
        .collect()
}
