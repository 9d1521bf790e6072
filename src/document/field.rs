//! A value with its key, or its absence.

use std::fmt;
use std::sync::Arc;

use super::nearest::suggestion;
use super::node::{Node, Piece, Place, Value};
use super::problem::{Problem, Report};

/// Characters of a value that are shown in a message.
const SHOWN: usize = 40;

/// The value of a key, or its absence.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    pub(super) node: Option<&'a Node>,
    pub(super) key: String,
    pub(super) place: &'a Place,
    pub(super) report: &'a Report,
    pub(super) secret: bool,
}

impl<'a> Field<'a> {
    pub(super) const fn of(node: &'a Node, key: String, report: &'a Report) -> Self {
        Self {
            node: Some(node),
            key,
            place: &node.place,
            report,
            secret: node.hidden,
        }
    }

    pub(super) const fn missing(place: &'a Place, key: String, report: &'a Report) -> Self {
        Self {
            node: None,
            key,
            place,
            report,
            secret: false,
        }
    }

    /// The same field, whose value is never shown.
    #[must_use]
    pub fn secret(self) -> Self {
        Self {
            secret: true,
            ..self
        }
    }

    /// The field if it has a value; an empty text is none.
    #[must_use]
    pub fn optional(self) -> Option<Self> {
        let empty = match &self.node?.value {
            Value::Null | Value::Unresolved => true,
            Value::Text(text) => text.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => false,
        };
        if empty { None } else { Some(self) }
    }

    /// The dotted key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the value is written, or the section that lacks it.
    #[must_use]
    pub const fn place(&self) -> &'a Place {
        self.place
    }

    /// The value itself, a `null` too.
    #[must_use]
    pub const fn node(&self) -> Option<&'a Node> {
        self.node
    }

    /// What its text was put together from, where a file was among it.
    #[must_use]
    pub fn pieces(&self) -> Option<Arc<[Piece]>> {
        self.node?.pieces.clone()
    }

    /// Another value under the same key.
    #[must_use]
    pub fn over<'b>(&self, node: &'b Node) -> Field<'b>
    where
        'a: 'b,
    {
        Field::of(node, self.key.clone(), self.report)
    }

    /// Reports a problem with the value.
    pub fn problem(&self, message: impl Into<String>, help: Option<String>) {
        self.report.push(Problem {
            place: self.place.clone(),
            key: self.key.clone(),
            message: message.into(),
            help,
        });
    }

    /// Reports a problem that needs no help.
    pub fn wrong(&self, message: &str) {
        self.problem(message, None);
    }

    /// The value, or its error as a problem of this field.
    #[must_use]
    pub fn valid<T>(&self, result: Result<T, impl fmt::Display>) -> Option<T> {
        result
            .map_err(|error| self.problem(error.to_string(), None))
            .ok()
    }

    /// Reports an unknown name; help names the known ones.
    pub fn unknown(&self, what: &str, name: &str, known: &[&str]) {
        if self.secret {
            return self.problem(format!("unknown {what}"), Some(suggestion("", known)));
        }
        self.problem(
            format!("unknown {what} `{}`", shorten(name)),
            Some(suggestion(name, known)),
        );
    }

    pub(super) fn required(&self) -> Option<&'a Node> {
        match self.node.map(|node| &node.value) {
            Some(Value::Unresolved) => None,
            None | Some(Value::Null) => {
                self.problem("missing", None);
                None
            }
            Some(_) => self.node,
        }
    }

    /// Reports that something else is expected than was found.
    #[must_use]
    pub fn mismatch<T>(&self, expected: &str, help: Option<String>) -> Option<T> {
        let found = self
            .node
            .map_or_else(|| "nothing".to_owned(), |node| self.found(node));
        self.problem(format!("expected {expected}, found {found}"), help);
        None
    }

    /// Reports a value where others are expected. It is not shown: a secret may stand one level
    /// too high.
    pub(super) fn misplaced<T>(&self, expected: &str) -> Option<T> {
        let found = match self.node.map(|node| &node.value) {
            Some(Value::List(_)) => "a list",
            Some(Value::Map(_)) => "a section",
            Some(Value::Text(_)) => "a single value",
            Some(Value::Number(_)) => "a number",
            Some(Value::Bool(_)) => "`true` or `false`",
            Some(Value::Null | Value::Unresolved) | None => "nothing",
        };
        self.wrong(&format!("expected {expected}, found {found}"));
        None
    }

    fn found(&self, node: &Node) -> String {
        match (&node.value, node.scalar()) {
            (Value::List(_), _) => "a list".to_owned(),
            (Value::Map(_), _) => "a section".to_owned(),
            (_, Some(_)) if self.secret => "a value that is not shown".to_owned(),
            (_, Some(text)) => format!("`{}`", shorten(text)),
            (_, None) => "nothing".to_owned(),
        }
    }
}

fn shorten(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}
