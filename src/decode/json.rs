//! What was read of an event: a JSON tree with the needed properties alone.

use std::borrow::Cow;

use crate::fold;

/// A JSON value. Numbers are text as written; keys keep their order, and duplicates are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written: `1e400` is no error here.
    Number(&'a str),
    /// A string without its escapes.
    Text(Cow<'a, str>),
    /// An array; all elements, each with the needed properties alone.
    Array(Vec<Self>),
    /// An object, with the needed properties alone.
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Json<'a> {
    /// The values of a key: those of exactly that name; if there is none, those whose name
    /// differs by case alone. Duplicate keys all count, so that no field can hide another.
    pub fn members<'t, 'k>(&'t self, key: &'k str) -> impl Iterator<Item = &'t Self> {
        let members: &'t [(Cow<'a, str>, Self)] = match self {
            Self::Object(members) => members,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Array(_) => &[],
        };
        let exact = members.iter().any(|(name, _)| name == key);
        members.iter().filter_map(move |(name, value)| {
            let same = if exact {
                name == key
            } else {
                fold::same(name, key)
            };
            same.then_some(value)
        })
    }

    /// The value as a string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }
}
