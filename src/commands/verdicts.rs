//! What the events of a record run, by the way of production.

use std::sync::Arc;

use crate::config::{RuleBook, SourceKind};
use crate::decode::{Extractor, Reading};
use crate::rules::{Matching, RuleIndex};

/// The reader and the index that the daemon would have for a book.
pub(super) struct Verdicts {
    rules: RuleIndex,
    extractor: Extractor,
}

impl Verdicts {
    pub(super) fn new(book: &RuleBook) -> Self {
        let rules = RuleIndex::new(book.automations.clone());
        let extractor = Extractor::new(Arc::clone(rules.slots()), book.decode);
        Self { rules, extractor }
    }

    /// The places in the book of the automations that each event runs, in the order of the events;
    /// nothing for a record that cannot be read. `now` is in milliseconds since the epoch.
    pub(super) fn of(&self, payload: &[u8], source: SourceKind, now: i64) -> Vec<Vec<usize>> {
        let (mut reading, mut matching) = (Reading::default(), Matching::default());
        let Ok(read) = self.extractor.extract(payload, source, &mut reading) else {
            return Vec::new();
        };
        let found = read.events().map(|facts| {
            self.rules.matches(&facts, now, &mut matching);
            matching.found().to_vec()
        });
        found.collect()
    }
}
