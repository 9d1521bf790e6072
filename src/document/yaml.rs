//! YAML text to the tree.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, NonFiniteFloatPolicy, Spanned, UserMessageFormatter};

use super::node::{Node, Place, Value};
use super::problem::Problem;

/// Levels of nesting. Each takes tens of kilobytes of stack to read, and ours are below ten.
const MAX_DEPTH: usize = 24;

/// Reads one YAML document. Only `true` and `false` are booleans, a number keeps its spelling,
/// and a key that stands twice is a problem.
///
/// # Errors
/// What is not YAML, with its place.
pub fn parse(text: &str, origin: &str) -> Result<Node, Problem> {
    let source = Source {
        text,
        origin: Arc::from(origin),
    };
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Node::new(Value::Map(Vec::new()), source.start()));
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH },
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    };
    let tree: Spanned<Raw> = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| source.problem(&error))?;
    Ok(source.node(tree))
}

/// A text and its name.
struct Source<'a> {
    text: &'a str,
    origin: Arc<str>,
}

impl Source<'_> {
    fn start(&self) -> Place {
        Place {
            origin: Arc::clone(&self.origin),
            line: Some(1),
            column: 1,
        }
    }

    fn place(&self, location: &Location) -> Place {
        let line = u32::try_from(location.line()).ok().filter(|line| *line > 0);
        let column = u32::try_from(location.column()).unwrap_or(0);
        Place {
            origin: Arc::clone(&self.origin),
            line,
            column,
        }
    }

    fn problem(&self, error: &serde_saphyr::Error) -> Problem {
        let place = error
            .location()
            .map_or_else(|| self.start(), |at| self.place(&at));
        Problem {
            place,
            key: String::new(),
            message: message(error),
            help: None,
        }
    }

    fn node(&self, tree: Spanned<Raw>) -> Node {
        let value = match tree.value {
            Raw::Null => Value::Null,
            Raw::Bool(flag) => Value::Bool(flag),
            Raw::Number(text) => Value::Number(self.spelling(&tree.defined).unwrap_or(text)),
            Raw::Text(text) => Value::Text(text),
            Raw::List(items) => {
                Value::List(items.into_iter().map(|item| self.node(item)).collect())
            }
            Raw::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| self.entry(key, value))
                    .collect(),
            ),
        };
        Node::new(value, self.place(&tree.referenced))
    }

    fn entry(&self, key: Spanned<String>, value: Spanned<Raw>) -> (String, Node) {
        let node = Node {
            place: self.place(&key.referenced),
            ..self.node(value)
        };
        (key.value, node)
    }

    /// A number as it is written: `1.10` is not `1.1` to a rule that compares text.
    fn spelling(&self, location: &Location) -> Option<String> {
        let start = usize::try_from(location.span().byte_offset()?).ok()?;
        let length = usize::try_from(location.span().byte_len()?).ok()?;
        self.text
            .get(start..start.checked_add(length)?)
            .map(|text| text.trim().to_owned())
    }
}

/// The first line of what the parser says, without the place it repeats.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.render_with_formatter(&UserMessageFormatter);
    let line = text.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or(line);
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let twice = line.strip_prefix("duplicate mapping key: ");
    if let Some(key) = twice.and_then(|rest| rest.strip_suffix(" not allowed here")) {
        return format!("the key `{key}` stands here a second time");
    }
    format!("not YAML that can be read: {line}")
}

/// What the parser gives.
enum Raw {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
