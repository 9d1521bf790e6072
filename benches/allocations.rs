//! What reading and matching an event allocates, once they have seen a few. A binary of its own:
//! counting would slow down what other figures are held against.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark's figures are for people, and its tables are its own"
)]

#[path = "matching/events.rs"]
mod events;
#[path = "matching/rules.rs"]
mod rules;

use std::sync::Arc;

use firebell::config::{Decode, SourceKind};
use firebell::decode::{Extractor, Reading};
use firebell::rules::{Automation, Matching, RuleIndex};

use rules::Failure;

const RULE_SETS: usize = 1_000;

fn main() -> Result<(), Failure> {
    let payloads = events::alerts();
    for (name, automations) in [
        ("mixed rules", rules::mixed(RULE_SETS)?),
        ("expanded templates", rules::templates(RULE_SETS)?),
    ] {
        let (allocations, found) = counted(&payloads, automations);
        println!(
            "{name}, {RULE_SETS} rule sets: {allocations} allocations for {} events, {found} matches",
            payloads.len()
        );
    }
    Ok(())
}

/// The allocations of a second pass over all events, and the matches of it.
fn counted(payloads: &[Vec<u8>], automations: Vec<Automation>) -> (u64, usize) {
    let index = RuleIndex::new(automations);
    let limits = Decode {
        max_bytes: 1 << 20,
        max_depth: 64,
    };
    let extractor = Extractor::new(Arc::clone(index.slots()), limits);
    let (mut reading, mut matching) = (Reading::default(), Matching::default());
    let mut pass = || {
        let mut found = 0;
        for payload in payloads {
            let Ok(read) = extractor.extract(payload, SourceKind::Auto, &mut reading) else {
                continue;
            };
            for facts in read.events() {
                index.matches(&facts, 0, &mut matching);
                found += matching.found().len();
            }
        }
        found
    };
    pass();
    let mut found = 0;
    let counted = allocation_counter::measure(|| found = pass());
    (counted.count_total, found)
}
