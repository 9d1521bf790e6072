//! Expressions to values.

use std::rc::Rc;

use super::expand::Expander;
use super::{Fault, ask};
use crate::import::at::At;
use crate::import::expression::Expression;
use crate::import::function;
use crate::import::value::Value;

/// Functions that take what is not known, and give something that has it as a part.
const CARRY: [&str; 4] = ["array", "createArray", "createObject", "tryGet"];
/// Functions that look at the frame of a list or a map alone.
const LOOK_AT_FRAMES: [&str; 8] = [
    "concat", "empty", "first", "last", "length", "skip", "take", "union",
];

impl Expander<'_> {
    pub(super) fn evaluate(&self, expression: &Expression, at: &At) -> Result<Value, Fault> {
        self.deployment.budget.deeper(at, || match expression {
            Expression::Text(text) => Ok(Value::text(text.as_str())),
            Expression::Int(number) => Ok(Value::Int(*number)),
            Expression::Member { of, at: member } => {
                let of = self.evaluate(of, at)?;
                let member = self.evaluate(member, at)?;
                self.member(&of, &member, at)
            }
            Expression::Call { name, arguments } => self.call(name, arguments, at),
        })
    }

    fn member(&self, of: &Value, member: &Value, at: &At) -> Result<Value, Fault> {
        for part in [of, member] {
            if let Value::Unknown(_) = part {
                return Ok(part.clone());
            }
        }
        let wrong = |message: String| Err(Fault::new(at, message));
        match (of, member) {
            (Value::Map(_), Value::Text(key)) => {
                let entries = of.as_map().unwrap_or_default().len();
                self.deployment.budget.work(entries, at)?;
                let found = of.get(key).cloned();
                found.map_or_else(|| wrong(no_property(of, key)), Ok)
            }
            (Value::List(_), Value::Int(index)) => {
                let items = of.as_list().unwrap_or_default();
                let item = usize::try_from(*index)
                    .ok()
                    .and_then(|index| items.get(index));
                item.cloned().map_or_else(
                    || {
                        wrong(match items.len() {
                            0 => format!("asks for item {index} of an empty array"),
                            length => format!("asks for item {index} of an array of {length}"),
                        })
                    },
                    Ok,
                )
            }
            (of, member) => {
                let what = member.as_text().map_or_else(
                    || format!("an item by {}", member.kind()),
                    |key| format!("its property `{key}`"),
                );
                wrong(format!("asks {} for {what}", of.kind()))
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Expression], at: &At) -> Result<Value, Fault> {
        self.deployment.budget.work(1, at)?;
        if let Some(value) = self.choose(name, arguments, at)? {
            return Ok(value);
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.evaluate(argument, at)?);
        }
        if let Some(value) = self.ask(name, &values, at)? {
            return Ok(value);
        }
        self.run(name, &values, at)
    }

    /// The functions that evaluate no more of their arguments than they need.
    fn choose(
        &self,
        name: &str,
        arguments: &[Expression],
        at: &At,
    ) -> Result<Option<Value>, Fault> {
        match name.to_ascii_lowercase().as_str() {
            "if" => {
                let [condition, yes, no] = arguments else {
                    return Err(takes(name, "3 arguments", at));
                };
                let condition = self.evaluate(condition, at)?;
                match condition.as_flag() {
                    Some(true) => self.evaluate(yes, at).map(Some),
                    Some(false) => self.evaluate(no, at).map(Some),
                    None if matches!(condition, Value::Unknown(_)) => Ok(Some(condition)),
                    None => {
                        let what = format!("a boolean, not {}", condition.kind());
                        Err(takes(name, &what, at))
                    }
                }
            }
            "and" => self.first_flag(name, arguments, (false, at)).map(Some),
            "or" => self.first_flag(name, arguments, (true, at)).map(Some),
            "coalesce" => {
                for argument in arguments {
                    let value = self.evaluate(argument, at)?;
                    if !matches!(value, Value::Null) {
                        return Ok(Some(value));
                    }
                }
                Ok(Some(Value::Null))
            }
            _ => Ok(None),
        }
    }

    /// The wanted flag as soon as one argument is it, else the other one.
    fn first_flag(
        &self,
        name: &str,
        arguments: &[Expression],
        (wanted, at): (bool, &At),
    ) -> Result<Value, Fault> {
        for argument in arguments {
            let value = self.evaluate(argument, at)?;
            let unknown = matches!(value, Value::Unknown(_));
            match value.as_flag() {
                Some(flag) if flag != wanted => {}
                None if !unknown => {
                    let what = format!("booleans, not {}", value.kind());
                    return Err(takes(name, &what, at));
                }
                Some(_) | None => return Ok(value),
            }
        }
        Ok(Value::Bool(!wanted))
    }

    /// The functions that depend on their arguments alone.
    fn run(&self, name: &str, values: &[Value], at: &At) -> Result<Value, Fault> {
        let Some(function) = function::find(name) else {
            return Ok(ask::unknown_function(name, at));
        };
        if let Some(reason) = why_unknown(function.name, values) {
            return Ok(Value::Unknown(Rc::clone(reason)));
        }
        let (least, most) = function.takes;
        if values.len() < least || values.len() > most {
            let expected = if least == most {
                arguments_of(least)
            } else {
                format!("{} at least", arguments_of(least))
            };
            return Err(takes(
                name,
                &format!("{expected}, not {}", values.len()),
                at,
            ));
        }
        let budget = self.deployment.budget;
        budget.work(cost(function.name, values), at)?;
        let made = (function.run)(values)
            .map_err(|message| Fault::new(at, format!("{name}() {message}")))?;
        budget.work(made.size(), at)?;
        Ok(made)
    }
}

/// What a function goes over.
fn cost(name: &str, values: &[Value]) -> usize {
    let sum = |size: fn(&Value) -> usize| values.iter().map(size).fold(1, usize::saturating_add);
    match name {
        "length" | "empty" | "first" | "last" => 1,
        // These two compare each item with each other.
        "union" | "intersection" => sum(Value::weight).saturating_mul(sum(Value::size)),
        "concat" | "skip" | "take" | "createArray" | "array" => sum(Value::size),
        _ => sum(Value::weight),
    }
}

fn why_unknown<'v>(name: &str, values: &'v [Value]) -> Option<&'v Rc<str>> {
    if CARRY.contains(&name) {
        return None;
    }
    let whole = |value: &'v Value| match value {
        Value::Unknown(reason) => Some(reason),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_) => None,
    };
    if LOOK_AT_FRAMES.contains(&name) && values.iter().all(|value| value.as_text().is_none()) {
        return values.iter().find_map(whole);
    }
    values.iter().find_map(Value::why_unknown)
}

fn no_property(of: &Value, key: &str) -> String {
    let known: Vec<&str> = of
        .as_map()
        .unwrap_or_default()
        .iter()
        .map(|(name, _)| &**name)
        .take(100)
        .collect();
    let shown: Vec<String> = known
        .iter()
        .take(10)
        .map(|name| format!("`{name}`"))
        .collect();
    format!(
        "asks an object for its property `{key}`, which it does not have; it has {}",
        if shown.is_empty() {
            "none".to_owned()
        } else {
            shown.join(", ")
        }
    )
}

fn arguments_of(count: usize) -> String {
    match count {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

pub(super) fn takes(name: &str, what: &str, at: &At) -> Fault {
    Fault::new(at, format!("{name}() takes {what}"))
}
