//! The tree: values and their places.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a value is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// A file, an environment variable, or the defaults.
    pub origin: Arc<str>,
    /// The line in the file, from 1.
    pub line: Option<u32>,
    /// The column in the line, from 1.
    pub column: u32,
}

impl Place {
    /// The place of an origin as a whole.
    #[must_use]
    pub fn whole(origin: &str) -> Self {
        Self {
            origin: Arc::from(origin),
            line: None,
            column: 0,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}:{}", self.origin, self.column),
            None => f.write_str(&self.origin),
        }
    }
}

/// What a node holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map; no key twice.
    Map(Vec<(String, Node)>),
    /// A reference that stands for nothing; its problem is noted already.
    Unresolved,
}

/// A value and its place. In a map the place is that of the key.
#[derive(Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written.
    pub place: Place,
    /// It came from a reference: it may be a secret, and is never shown.
    pub hidden: bool,
    /// What its text was put together from, where a file was among it.
    pub pieces: Option<Arc<[Piece]>>,
}

/// A piece of a text that was put together from files.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    /// What stood there, or came from a variable: it does not change.
    Text(String),
    /// What a file holds, without its last line break.
    File(PathBuf),
}

/// Without the text, which may be a secret.
impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::File(path) => write!(f, "File({})", path.display()),
        }
    }
}

impl Node {
    /// A node that may be shown.
    #[must_use]
    pub const fn new(value: Value, place: Place) -> Self {
        Self {
            value,
            place,
            hidden: false,
            pieces: None,
        }
    }

    /// The entries of a map; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Unresolved => &[],
        }
    }

    /// The value of a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    /// Changes the values of a map, or leaves them out; anything else stays as it is.
    #[must_use]
    pub fn with_values(self, mut change: impl FnMut(&str, Self) -> Option<Self>) -> Self {
        let Self {
            value,
            place,
            hidden,
            pieces,
        } = self;
        let value = match value {
            Value::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .filter_map(|(key, node)| change(&key, node).map(|node| (key, node)))
                    .collect(),
            ),
            value @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Unresolved) => value,
        };
        Self {
            value,
            place,
            hidden,
            pieces,
        }
    }

    /// Whether it is a key without a value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The text of a scalar.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Unresolved => None,
        }
    }
}

/// Without the value, which may be a secret.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.place)
    }
}
