mod generate;
mod hostile;
mod metamorphic;
mod random;
mod witnesses;

use std::sync::Arc;

use crate::config::{Decode, SourceKind};
use crate::decode::{Decoder, Extractor, Needs, Reading};
use crate::event::EventKind;
use crate::path::Path;
use crate::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Matching, Operand, Operator, PropertyType, Rule,
    RuleIndex, Scan, Stop, Takes,
};

const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 64,
};

/// An automation for all kinds, without rule sets.
fn automation(name: &str) -> Automation {
    Automation {
        name: name.to_owned(),
        description: String::new(),
        enabled: true,
        expires: None,
        priority: 0,
        stop: Stop::No,
        kinds: EventKind::ALL.to_vec(),
        scopes: Vec::new(),
        rule_sets: Vec::new(),
        workflows: Vec::new(),
        include_snapshots: IncludeSnapshots::No,
        include_deletes: IncludeDeletes::No,
    }
}

/// A rule; a list's items are parted by `|`.
fn rule(path: &str, operator: Operator, value: &str, ty: Option<PropertyType>) -> Option<Rule> {
    let item = |text| (text != "null").then_some(text);
    let operand = match operator.takes() {
        Takes::Nothing => Operand::new(operator, None, None),
        Takes::One => Operand::new(operator, item(value), ty),
        Takes::List => {
            let items: Vec<Option<&str>> = value.split('|').map(item).collect();
            Operand::any_of(operator, &items, ty)
        }
    };
    let path = Path::parse(path).unwrap();
    Some(Rule::new(path, operator, operand.ok()?))
}

/// The index and what it is held to.
struct Both {
    scan: Scan,
    index: RuleIndex,
    extractor: Extractor,
    reading: Reading,
    matching: Matching,
}

impl Both {
    fn new(automations: Vec<Automation>) -> Self {
        let index = RuleIndex::new(automations.clone());
        Self {
            extractor: Extractor::new(Arc::clone(index.slots()), LIMITS),
            scan: Scan::new(automations),
            index,
            reading: Reading::default(),
            matching: Matching::default(),
        }
    }

    /// What the event runs, by both.
    fn found(&mut self, event: &str, now: i64) -> Vec<usize> {
        let decoder = Decoder::new(Needs::everything(), LIMITS);
        let read = decoder.decode(event.as_bytes(), SourceKind::Auto);
        let events = read.unwrap().events;
        let mut expected = Vec::new();
        self.scan.matches(&events[0], now, &mut expected);
        assert_eq!(
            self.found_by_index(event, now),
            expected,
            "{event}\n{}",
            self.differ(&expected)
        );
        expected
    }

    fn found_by_index(&mut self, event: &str, now: i64) -> Vec<usize> {
        let payload = event.as_bytes();
        let extracted = self
            .extractor
            .extract(payload, SourceKind::Auto, &mut self.reading)
            .unwrap();
        let facts = extracted.events().next().unwrap();
        self.index.matches(&facts, now, &mut self.matching);
        self.matching.found().to_vec()
    }

    /// The automations on which they are not of one mind.
    fn differ(&self, expected: &[usize]) -> String {
        let found = self.matching.found();
        let one_sided = |place: &usize| expected.contains(place) != found.contains(place);
        let places = (0..self.index.len()).filter(one_sided);
        let shown = places.filter_map(|place| self.scan.automation(place));
        let lines: Vec<String> = shown.map(|one| format!("{one:?}")).collect();
        lines.join("\n")
    }
}
