//! A map that is read key by key.

use super::field::Field;
use super::nearest::suggestion;
use super::node::{Node, Place};
use super::problem::{Problem, Report};

/// A map being read. Every key that is asked for is known; [`Section::finish`] reports the rest.
#[must_use = "`finish` reports the unknown keys"]
pub struct Section<'a> {
    entries: &'a [(String, Node)],
    key: String,
    place: &'a Place,
    report: &'a Report,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// Opens a document, or reports that it is no map.
    pub fn root(node: &'a Node, report: &'a Report) -> Option<Self> {
        Field::of(node, String::new(), report).section()
    }

    pub(super) const fn open(
        entries: &'a [(String, Node)],
        key: String,
        place: &'a Place,
        report: &'a Report,
    ) -> Self {
        Self {
            entries,
            key,
            place,
            report,
            known: Vec::new(),
        }
    }

    /// The field of a key; a missing one is reported when it is read, not before.
    pub fn field(&mut self, name: &'static str) -> Field<'a> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let key = join(&self.key, name);
        match self.entries.iter().find(|(entry, _)| entry == name) {
            Some((_, node)) if !node.is_null() => Field::of(node, key, self.report),
            // What has no value is missing from its section, not from where its default stands.
            Some((_, node)) => Field {
                place: self.place,
                ..Field::of(node, key, self.report)
            },
            None => Field::missing(self.place, key, self.report),
        }
    }

    /// Every entry, for a map whose keys are names.
    #[must_use]
    pub fn named(self) -> Vec<(&'a str, Field<'a>)> {
        let named = |(name, node): &'a (String, Node)| {
            let field = Field::of(node, join(&self.key, name), self.report);
            (name.as_str(), field)
        };
        self.entries.iter().map(named).collect()
    }

    /// Where the section begins.
    #[must_use]
    pub const fn place(&self) -> &'a Place {
        self.place
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self) {
        for (name, node) in self.entries {
            if !self.known.contains(&name.as_str()) {
                self.report.push(Problem {
                    place: node.place.clone(),
                    key: join(&self.key, name),
                    message: "unknown key".to_owned(),
                    help: Some(suggestion(name, &self.known)),
                });
            }
        }
    }
}

pub(super) fn join(key: &str, name: &str) -> String {
    if key.is_empty() {
        name.to_owned()
    } else {
        format!("{key}.{name}")
    }
}
