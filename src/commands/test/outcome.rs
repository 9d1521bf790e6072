//! What came of a rule test.

use std::sync::Arc;

use crate::commands::explain::{AutomationView, EventView};
use crate::config::{Expected, RuleBook, RuleTest};
use crate::decode::{Decoder, Extracted, Extractor, Needs, Reading};
use crate::rules::{Matching, RuleIndex};

/// Runs tests as the daemon would run their events.
pub(super) struct Runner<'b> {
    book: &'b RuleBook,
    index: RuleIndex,
    extractor: Extractor,
    /// For the reasons: what stands beside a missing property is shown.
    whole: Decoder,
    now: i64,
}

/// What came of a test.
pub(super) struct Outcome<'b> {
    pub(super) test: &'b RuleTest,
    /// The automations that the event runs.
    pub(super) got: Vec<String>,
    /// Those that it should have run, with the reasons why it did not.
    pub(super) missing: Vec<Difference>,
    /// Those that it should not have run, with the reasons why it did.
    pub(super) unexpected: Vec<Difference>,
}

/// An automation, and why it fires or does not.
pub(super) struct Difference {
    pub(super) automation: String,
    pub(super) why: Vec<String>,
}

impl Outcome<'_> {
    pub(super) const fn passed(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }
}

impl<'b> Runner<'b> {
    /// `now` is for the tests that name no instant; in milliseconds since the epoch.
    pub(super) fn new(book: &'b RuleBook, now: i64) -> Self {
        let index = RuleIndex::new(book.automations.clone());
        Self {
            book,
            extractor: Extractor::new(Arc::clone(index.slots()), book.decode),
            whole: Decoder::new(Needs::everything(), book.decode),
            index,
            now,
        }
    }

    pub(super) fn run(&self, test: &'b RuleTest) -> Outcome<'b> {
        let now = test.now.unwrap_or(self.now);
        let got = self.fires(test, now);
        let (wanted, exactly) = match &test.expected {
            Expected::Exactly(names) => (names, true),
            Expected::AtLeast(names) => (names, false),
        };
        let missing = wanted.iter().filter(|name| !got.contains(name));
        let unexpected = got.iter().filter(|name| exactly && !wanted.contains(name));
        Outcome {
            test,
            missing: self.differences(test, now, missing.cloned().collect()),
            unexpected: self.differences(test, now, unexpected.cloned().collect()),
            got,
        }
    }

    /// The names of the automations that the event runs; by the way of production.
    fn fires(&self, test: &RuleTest, now: i64) -> Vec<String> {
        let (mut reading, mut matching) = (Reading::default(), Matching::default());
        let read = self.extractor.extract(&test.event, test.kind, &mut reading);
        for facts in read.iter().flat_map(Extracted::events) {
            self.index.matches(&facts, now, &mut matching);
        }
        let found = matching.found().iter();
        let automations = found.filter_map(|place| self.index.automation(*place));
        automations.map(|one| one.name.clone()).collect()
    }

    fn differences(&self, test: &RuleTest, now: i64, names: Vec<String>) -> Vec<Difference> {
        if names.is_empty() {
            return Vec::new();
        }
        let decoded = self.whole.decode(&test.event, test.kind);
        let event = decoded.iter().flat_map(|decoded| &decoded.events).next();
        let view = event.map(|event| EventView::new(self.book, event, now));
        let why = |name: &String| {
            let automations = view.iter().flat_map(|view| &view.automations);
            let mut found = automations.filter(|one| one.name == *name);
            found.next().map_or_else(Vec::new, AutomationView::why)
        };
        names
            .into_iter()
            .map(|automation| Difference {
                why: why(&automation),
                automation,
            })
            .collect()
    }
}
