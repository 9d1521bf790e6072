//! Parts that schemas are made of.

use serde_json::{Map, Value, json};

/// What stands for a value that comes from elsewhere.
const REFERENCE: &str = r"\$\{";

/// A map with these keys and no other. Those that are not required may be without a value.
pub(super) fn section(keys: &[(&str, Value)], required: &[&str]) -> Value {
    let property = |(key, value): &(&str, Value)| {
        let needed = required.contains(key);
        let value = if needed {
            value.clone()
        } else {
            or_null(value)
        };
        ((*key).to_owned(), value)
    };
    let properties: Map<String, Value> = keys.iter().map(property).collect();
    let mut section = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        put(&mut section, "required", json!(required));
    }
    section
}

/// A map from names to such values.
pub(super) fn named(value: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

pub(super) fn list(item: &Value) -> Value {
    json!({ "type": "array", "items": item })
}

pub(super) fn list_of_some(item: &Value) -> Value {
    json!({ "type": "array", "items": item, "minItems": 1 })
}

/// A number is text as it is written.
pub(super) fn text() -> Value {
    json!({ "type": ["string", "number"], "minLength": 1 })
}

/// A text, a number, `true` or `false`.
pub(super) fn single() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

pub(super) fn flag() -> Value {
    any_of(&[json!({ "type": "boolean" }), any_case(&["true", "false"])])
}

pub(super) fn whole(least: i64, most: i64) -> Value {
    any_of(&[
        json!({ "type": "integer", "minimum": least, "maximum": most }),
        json!({ "type": "string", "pattern": r"^\s*-?[0-9]+\s*$" }),
    ])
}

/// One of these names in any case; an editor offers them as they are.
pub(super) fn any_case(names: &[&str]) -> Value {
    let letter = |c: char| match c {
        c if c.is_ascii_alphabetic() => {
            format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase())
        }
        c => format!("[{c}]"),
    };
    let patterns: Vec<String> = names
        .iter()
        .map(|name| name.chars().map(letter).collect())
        .collect();
    let pattern = format!("^(?:{})$", patterns.join("|"));
    any_of(&[
        json!({ "enum": names }),
        json!({ "type": "string", "pattern": pattern }),
    ])
}

pub(super) fn any_of(values: &[Value]) -> Value {
    json!({ "anyOf": values })
}

pub(super) fn or_reference(value: &Value) -> Value {
    let reference = json!({ "type": "string", "pattern": REFERENCE });
    any_of(&[value.clone(), reference])
}

/// A key that may be without a value; an empty text is none, too.
fn or_null(value: &Value) -> Value {
    let mut value = value.clone();
    let mut about = None;
    if let Some(schema) = value.as_object_mut() {
        schema.remove("minLength");
        if let Some(ty) = schema.get_mut("type") {
            let mut types = ty.as_array().cloned().unwrap_or_else(|| vec![ty.clone()]);
            types.push(json!("null"));
            *ty = json!(types);
            return value;
        }
        // An editor looks for it outside.
        about = schema.remove("description");
    }
    let mut whole = any_of(&[value, json!({ "type": "null" })]);
    if let Some(text) = about {
        put(&mut whole, "description", text);
    }
    whole
}

pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

pub(super) fn described(value: Value, description: &str) -> Value {
    let mut value = value;
    if !description.is_empty() {
        put(&mut value, "description", json!(description));
    }
    value
}

pub(super) fn put(schema: &mut Value, key: &str, value: Value) {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(key.to_owned(), value);
    }
}

/// A whole schema.
pub(super) fn document(root: Value, title: &str, definitions: Vec<(&str, Value)>) -> Value {
    let mut root = root;
    let dialect = "https://json-schema.org/draft/2020-12/schema";
    put(&mut root, "$schema", json!(dialect));
    put(&mut root, "title", json!(title));
    let definitions: Map<String, Value> = definitions
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if !definitions.is_empty() {
        put(&mut root, "$defs", Value::Object(definitions));
    }
    root
}
