//! A section as the JSON that it stands for.

use serde_json::Value as Json;

use super::field::Field;
use super::node::{Node, Value};

impl<'a> Field<'a> {
    /// The section below the key as JSON text; keys keep their order.
    #[must_use]
    pub fn json(&self) -> Option<String> {
        let node = self.required()?;
        if !matches!(node.value, Value::Map(_)) {
            return self.misplaced("a section of keys");
        }
        let mut text = String::new();
        self.write(node, &mut text).then_some(text)
    }

    /// Whether all of it is JSON; what is not is reported.
    fn write(&self, node: &'a Node, text: &mut String) -> bool {
        let mut whole = true;
        match &node.value {
            Value::Null | Value::Unresolved => text.push_str("null"),
            Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
            Value::Text(written) => text.push_str(&quoted(written)),
            Value::Number(written) if is_json(written) => text.push_str(written),
            Value::Number(_) => {
                let field = Self::of(node, self.key.clone(), self.report);
                let expected = "a number as JSON writes it";
                whole = field.mismatch(expected, Some(QUOTES.to_owned())) == Some(());
            }
            Value::List(items) => {
                text.push('[');
                for (place, item) in items.iter().enumerate() {
                    text.push_str(if place == 0 { "" } else { "," });
                    whole &= self.write(item, text);
                }
                text.push(']');
            }
            Value::Map(entries) => {
                text.push('{');
                for (place, (key, value)) in entries.iter().enumerate() {
                    text.push_str(if place == 0 { "" } else { "," });
                    text.push_str(&quoted(key));
                    text.push(':');
                    whole &= self.write(value, text);
                }
                text.push('}');
            }
        }
        whole
    }
}

const QUOTES: &str = "quotes make it text";

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

/// What YAML takes for a number is not always one of JSON: `0x1f`, `.5`, `1_000`.
fn is_json(written: &str) -> bool {
    let digits = written.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    digits && serde_json::from_str::<&serde_json::value::RawValue>(written).is_ok()
}
