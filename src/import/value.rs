//! What templates are evaluated to: JSON, and what only Azure knows.

use std::rc::Rc;

/// Nodes and bytes of one value; what is larger is refused.
const MAX_WEIGHT: usize = 1 << 22;
/// Levels of nesting of one value.
const MAX_DEPTH: usize = 192;

/// A value. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    List(Rc<Tree<Value>>),
    Map(Rc<Tree<(Rc<str>, Value)>>),
    /// What only Azure knows, or a secret; and why we do not have it.
    Unknown(Rc<str>),
}

/// The items of a list or of a map, with their sizes counted once.
#[derive(Debug)]
pub(super) struct Tree<T> {
    items: Vec<T>,
    weight: usize,
    depth: usize,
    unknown: Option<Rc<str>>,
}

/// A value that grew too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value gets too large, or nests too deep")]
pub(super) struct TooLarge;

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn unknown(reason: impl Into<Rc<str>>) -> Self {
        Self::Unknown(reason.into())
    }

    /// A list within the bounds.
    pub(super) fn list(items: Vec<Self>) -> Result<Self, TooLarge> {
        let tree = Tree::of(items, |item| (0, item));
        tree.bounded().map(|tree| Self::List(Rc::new(tree)))
    }

    /// A map within the bounds.
    pub(super) fn map(items: Vec<(Rc<str>, Self)>) -> Result<Self, TooLarge> {
        let tree = Tree::of(items, |(key, value)| (key.len(), value));
        tree.bounded().map(|tree| Self::Map(Rc::new(tree)))
    }

    /// A file's content. The parser has bounded its depth, and the reader its size.
    pub(super) fn of_json(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => number
                .as_i64()
                .map_or_else(|| Self::Float(number.as_f64().unwrap_or(0.0)), Self::Int),
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => {
                let items = items.into_iter().map(Self::of_json).collect();
                Self::List(Rc::new(Tree::of(items, |item| (0, item))))
            }
            serde_json::Value::Object(entries) => {
                let entry = |(key, value): (String, _)| (Rc::from(key), Self::of_json(value));
                let items = entries.into_iter().map(entry).collect();
                Self::Map(Rc::new(Tree::of(items, |(key, value)| (key.len(), value))))
            }
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(super) const fn as_flag(&self) -> Option<bool> {
        if let Self::Bool(flag) = self {
            Some(*flag)
        } else {
            None
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(tree) = self {
            Some(&tree.items)
        } else {
            None
        }
    }

    pub(super) fn as_map(&self) -> Option<&[(Rc<str>, Self)]> {
        if let Self::Map(tree) = self {
            Some(&tree.items)
        } else {
            None
        }
    }

    /// The value of a key: exactly this one, or else one that differs by case alone.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.as_map()?;
        let exact = entries.iter().find(|(name, _)| &**name == key);
        let same = || {
            entries
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(key))
        };
        exact.or_else(same).map(|(_, value)| value)
    }

    /// Why it, or a part of it, is not known.
    pub(super) fn why_unknown(&self) -> Option<&Rc<str>> {
        match self {
            Self::Unknown(reason) => Some(reason),
            Self::List(tree) => tree.unknown.as_ref(),
            Self::Map(tree) => tree.unknown.as_ref(),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => None,
        }
    }

    /// Nodes and bytes.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Unknown(_) => 1,
            Self::Text(text) => text.len().saturating_add(1),
            Self::List(tree) => tree.weight,
            Self::Map(tree) => tree.weight,
        }
    }

    /// Items, entries or bytes, without what is below them.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Unknown(_) => 1,
            Self::Text(text) => text.len().saturating_add(1),
            Self::List(tree) => tree.items.len().saturating_add(1),
            Self::Map(tree) => tree.items.len().saturating_add(1),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::List(tree) => tree.depth,
            Self::Map(tree) => tree.depth,
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Unknown(_) => 0,
        }
    }

    /// What it is, for messages.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
            Self::Unknown(_) => "something that only Azure knows",
        }
    }
}

impl<T> Tree<T> {
    fn of(items: Vec<T>, part: impl Fn(&T) -> (usize, &Value)) -> Self {
        let (mut weight, mut depth, mut unknown) = (1_usize, 0, None);
        for (key, value) in items.iter().map(part) {
            weight = weight.saturating_add(key).saturating_add(value.weight());
            depth = depth.max(value.depth());
            unknown = unknown.or_else(|| value.why_unknown().cloned());
        }
        Self {
            items,
            weight,
            depth: depth + 1,
            unknown,
        }
    }

    fn bounded(self) -> Result<Self, TooLarge> {
        if self.weight > MAX_WEIGHT || self.depth > MAX_DEPTH {
            Err(TooLarge)
        } else {
            Ok(self)
        }
    }
}

/// As templates compare: by type and value, texts with regard to case.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left == right,
            (Self::Text(left), Self::Text(right)) => left == right,
            (Self::List(left), Self::List(right)) => left.items == right.items,
            (Self::Map(left), Self::Map(right)) => {
                let same = |(key, value): &(Rc<str>, Self)| other.get(key) == Some(value);
                left.items.len() == right.items.len() && left.items.iter().all(same)
            }
            (
                Self::Null
                | Self::Bool(_)
                | Self::Int(_)
                | Self::Float(_)
                | Self::Text(_)
                | Self::List(_)
                | Self::Map(_)
                | Self::Unknown(_),
                _,
            ) => false,
        }
    }
}
