//! An event as a template sees it.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};

use crate::decode::{Json, Needs, read};
use crate::fold;

/// The event's own bytes as a value. A key is found exactly, or else without case: Defender writes
/// `Severity` here and `severity` there. Of a key that stands twice the last one counts.
pub(super) fn value(text: &str) -> Value {
    of(&read(text, &Needs::everything()))
}

fn of(json: &Json<'_>) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(text) => number(text),
        Json::Text(text) => Value::from(text.as_ref()),
        Json::Array(items) => items.iter().map(of).collect(),
        Json::Object(members) => {
            let members = members.iter();
            let members = members.map(|(key, value)| (Value::from(key.as_ref()), of(value)));
            Value::from_object(Members(members.collect()))
        }
    }
}

/// A whole number of 64 bits exactly; any other as a floating-point number, `null` beyond those.
fn number(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        return Value::from(number);
    }
    if let Ok(number) = text.parse::<u64>() {
        return Value::from(number);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        Ok(_) | Err(_) => Value::from(()),
    }
}

/// An object's members in their order.
#[derive(Debug)]
struct Members(Vec<(Value, Value)>);

impl Members {
    fn find(&self, same: impl Fn(&str) -> bool) -> Option<Value> {
        let mut members = self.0.iter().rev();
        let found = members.find(|(key, _)| key.as_str().is_some_and(&same))?;
        Some(found.1.clone())
    }
}

impl Object for Members {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let wanted = key.as_str()?;
        let exact = self.find(|key| key == wanted);
        exact.or_else(|| self.find(|key| fold::same(key, wanted)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(key, _)| key.clone()).collect())
    }
}
