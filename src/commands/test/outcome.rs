//! What came of a rule test.

use crate::commands::explain::{AutomationView, EventView};
use crate::commands::verdicts::Verdicts;
use crate::config::{Expected, RuleBook, RuleTest};
use crate::decode::{Decoder, Needs};

/// Runs tests as the daemon would run their events.
pub(super) struct Runner<'b> {
    book: &'b RuleBook,
    verdicts: Verdicts,
    // All of an event, for the reasons.
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
        Self {
            book,
            verdicts: Verdicts::new(book),
            whole: Decoder::new(Needs::everything(), book.decode),
            now,
        }
    }

    pub(super) fn run(&self, test: &'b RuleTest) -> Outcome<'b> {
        let now = test.now.unwrap_or(self.now);
        // A test has one event.
        let verdicts = self.verdicts.of(&test.event, test.kind, now);
        let found = verdicts.into_iter().next().unwrap_or_default();
        let automations = found.iter().filter_map(|at| self.book.automations.get(*at));
        let got: Vec<String> = automations.map(|one| one.name.clone()).collect();
        let (wanted, exactly) = match &test.expected {
            Expected::Exactly(names) => (names, true),
            Expected::AtLeast(names) => (names, false),
        };
        let missing = wanted.iter().filter(|name| !got.contains(name));
        let unexpected = got.iter().filter(|name| exactly && !wanted.contains(name));
        Outcome {
            test,
            missing: self.differences(test, (&found, now), missing.cloned().collect()),
            unexpected: self.differences(test, (&found, now), unexpected.cloned().collect()),
            got,
        }
    }

    fn differences(
        &self,
        test: &RuleTest,
        (found, now): (&[usize], i64),
        names: Vec<String>,
    ) -> Vec<Difference> {
        if names.is_empty() {
            return Vec::new();
        }
        let decoded = self.whole.decode(&test.event, test.kind);
        let event = decoded.iter().flat_map(|decoded| &decoded.events).next();
        let view = event.map(|event| EventView::new(self.book, (event, found), now));
        let why = |name: &String| {
            let automations = view.iter().flat_map(|view| &view.automations);
            let mut asked = automations.filter(|one| one.name == *name);
            asked.next().map_or_else(Vec::new, AutomationView::why)
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
