//! Truth, comparison and conversion.

use super::{Answer, Function, MANY, count, flag, json, shown, text};
use crate::import::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "bool",
        takes: (1, 1),
        run: boolean,
    },
    Function {
        name: "equals",
        takes: (2, 2),
        run: |arguments| Ok(Value::Bool(arguments.first() == arguments.get(1))),
    },
    Function {
        name: "false",
        takes: (0, 0),
        run: |_| Ok(Value::Bool(false)),
    },
    Function {
        name: "int",
        takes: (1, 1),
        run: int,
    },
    Function {
        name: "json",
        takes: (1, 1),
        run: parse,
    },
    Function {
        name: "not",
        takes: (1, 1),
        run: |arguments| {
            each(arguments, |value| {
                flag(value).map(|flag| Value::Bool(!flag))
            })
        },
    },
    Function {
        name: "null",
        takes: (0, 0),
        run: |_| Ok(Value::Null),
    },
    Function {
        name: "string",
        takes: (1, 1),
        run: |arguments| each(arguments, |value| Ok(Value::text(shown(value)))),
    },
    Function {
        name: "true",
        takes: (0, 0),
        run: |_| Ok(Value::Bool(true)),
    },
    Function {
        name: "tryGet",
        takes: (2, MANY),
        run: try_get,
    },
];

/// Runs on the one argument that the call was checked to have.
fn each(arguments: &[Value], run: impl Fn(&Value) -> Answer) -> Answer {
    arguments.first().map_or(Ok(Value::Null), run)
}

fn boolean(arguments: &[Value]) -> Answer {
    each(arguments, |value| match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Int(number) => Ok(Value::Bool(*number != 0)),
        Value::Text(text) if text.eq_ignore_ascii_case("true") || &**text == "1" => {
            Ok(Value::Bool(true))
        }
        Value::Text(text) if text.eq_ignore_ascii_case("false") || &**text == "0" => {
            Ok(Value::Bool(false))
        }
        Value::Null
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Unknown(_) => Err(format!("makes no boolean of {}", json(value))),
    })
}

fn int(arguments: &[Value]) -> Answer {
    each(arguments, |value| match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Float(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Unknown(_) => {
            let number = value.as_text().and_then(|text| text.trim().parse().ok());
            number
                .map(Value::Int)
                .ok_or_else(|| format!("makes no whole number of {}", json(value)))
        }
    })
}

fn parse(arguments: &[Value]) -> Answer {
    each(arguments, |value| {
        let parsed = serde_json::from_str(text(value)?);
        parsed
            .map(Value::of_json)
            .map_err(|error| format!("cannot read its text as JSON: {error}"))
    })
}

fn try_get(arguments: &[Value]) -> Answer {
    let Some((first, steps)) = arguments.split_first() else {
        return Ok(Value::Null);
    };
    let mut found = first;
    for step in steps {
        let below = match step {
            Value::Text(key) => found.get(key),
            Value::Int(_) => found.as_list().unwrap_or_default().get(count(step)?),
            Value::Null
            | Value::Bool(_)
            | Value::Float(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_) => None,
        };
        let Some(below) = below else {
            return Ok(Value::Null);
        };
        found = below;
    }
    Ok(found.clone())
}
