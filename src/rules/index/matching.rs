//! One event against the index, and the memory for it.

use crate::decode::{Facts, Slot};
use crate::rules::index::chains::{Chains, End};
use crate::rules::index::check::Check;
use crate::rules::index::compile::{self, DELETES};
use crate::rules::index::hits::Hits;
use crate::rules::index::numbers::Extremes;
use crate::rules::index::postings::{Candidate, Condition};
use crate::rules::index::probe;
use crate::rules::index::rule_index::RuleIndex;
use crate::rules::index::scopes::Paper;

/// Bytes that are kept of a text's memory, whatever a large event needed.
const KEPT_TEXT: usize = 1 << 16;
/// Checks are remembered as twice the epoch and their verdict.
const LAST_EPOCH: u32 = u32::MAX / 2;

/// The memory of matching: after the first events none has to be allocated.
///
/// It belongs to whoever matches, one event at a time, with whatever index.
#[derive(Debug, Clone, Default)]
pub struct Matching {
    hits: Hits,
    // Slots of which a number was seen.
    numbered: Vec<Slot>,
    folded: String,
    paper: Paper,
    verdicts: Verdicts,
}

/// What was found out about the event at hand.
#[derive(Debug, Clone, Default)]
struct Verdicts {
    // The number of the event.
    epoch: u32,
    slots: Vec<Seen>,
    chains: Chains,
    // By check: the last event for which it was tried, and what came of it.
    checks: Vec<u32>,
    // By automation: the last event that it matched.
    automations: Vec<u32>,
    found: Vec<usize>,
    candidates: u64,
}

/// What was seen of a slot.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    // In which event.
    epoch: u32,
    numbers: Option<Extremes>,
    /// The values that expressions are tried on.
    values: Option<End>,
}

impl Matching {
    /// The places of the automations that the last event runs, rising.
    #[must_use]
    pub fn found(&self) -> &[usize] {
        &self.verdicts.found
    }

    /// How many rule sets its values made candidates.
    #[must_use]
    pub const fn candidates(&self) -> u64 {
        self.verdicts.candidates
    }

    /// Finds what an event runs at an instant, in milliseconds since the epoch.
    pub(super) fn run(&mut self, index: &RuleIndex, facts: &Facts<'_>, now: i64) {
        self.verdicts.begin(index);
        self.hits.begin(self.verdicts.epoch, index.atoms);
        let Paper { folded, id } = &mut self.paper;
        for text in [&mut self.folded, folded, id] {
            text.clear();
            text.shrink_to(KEPT_TEXT);
        }
        self.look_up(index, facts);
        let Self { hits, verdicts, .. } = self;
        let deletes = if facts.deleted() { DELETES } else { 0 };
        let required = compile::bit(facts.kind()) | deletes;
        for candidate in index.postings.always(facts.kind()) {
            verdicts.consider(candidate, required, (index, facts, hits));
        }
        for atom in hits.all() {
            for candidate in index.postings.under(*atom, |second| hits.has(second)) {
                verdicts.consider(candidate, required, (index, facts, hits));
            }
        }
        verdicts.finish(index, now);
    }

    /// Every atom that the event makes true.
    fn look_up(&mut self, index: &RuleIndex, facts: &Facts<'_>) {
        let hits = &mut self.hits;
        self.numbered.clear();
        let Verdicts {
            epoch,
            slots,
            chains,
            ..
        } = &mut self.verdicts;
        for (place, slot, value) in facts.placed() {
            let number = slot.number();
            let (Some(probe), Some(seen)) = (index.probes.get(number), slots.get_mut(number))
            else {
                continue;
            };
            if seen.epoch != *epoch {
                *seen = Seen {
                    epoch: *epoch,
                    ..Seen::default()
                };
                probe.present.into_iter().for_each(|atom| hits.hit(atom));
            }
            let number = probe.look(value, &mut self.folded, &mut |atom| hits.hit(atom));
            if let Some(number) = number {
                if seen.numbers.is_none() {
                    self.numbered.push(slot);
                }
                seen.numbers = Some(Extremes::with(seen.numbers, number));
            }
            if probe.is_searched {
                seen.values = Some(chains.grow(seen.values, place));
            }
        }
        for slot in &self.numbered {
            let probe = index.probes.get(slot.number());
            let numbers = probe.and_then(|probe| probe.numbers.as_ref());
            if let (Some(numbers), Some(extremes)) = (numbers, self.verdicts.numbers(*slot)) {
                numbers.beyond(extremes, &mut |atom| hits.hit(atom));
            }
        }
        let hit = &mut |atom| hits.hit(atom);
        index.scopes.covering(facts, &mut self.paper, hit);
    }
}

impl Verdicts {
    fn begin(&mut self, index: &RuleIndex) {
        if self.epoch >= LAST_EPOCH {
            *self = Self::default();
        }
        self.epoch += 1;
        self.slots.resize(index.probes.len(), Seen::default());
        self.checks.resize(index.checks.len(), 0);
        self.automations.resize(index.len(), 0);
        self.chains.begin();
        self.found.clear();
        self.candidates = 0;
    }

    fn consider(
        &mut self,
        candidate: Candidate<'_>,
        required: u32,
        (index, facts, hits): (&RuleIndex, &Facts<'_>, &Hits),
    ) {
        self.candidates += 1;
        if candidate.mask & required != required {
            return;
        }
        let holds = candidate.conditions().all(|condition| match condition {
            Condition::Atom(atom) => hits.has(atom),
            Condition::Check(check) => self.holds(check, (index, facts, hits)),
        });
        if holds
            && let Some(matched) = self.automations.get_mut(candidate.automation as usize)
            && *matched != self.epoch
        {
            *matched = self.epoch;
            self.found.push(candidate.automation as usize);
        }
    }

    /// Tries a check, the first time that it is asked for.
    fn holds(&mut self, check: u32, on: (&RuleIndex, &Facts<'_>, &Hits)) -> bool {
        let place = check as usize;
        let known = self.checks.get(place).copied().unwrap_or_default();
        if known / 2 == self.epoch {
            return known % 2 == 1;
        }
        let holds =
            on.0.checks
                .get(place)
                .is_some_and(|check| self.tries(check, on));
        if let Some(known) = self.checks.get_mut(place) {
            *known = self.epoch * 2 + u32::from(holds);
        }
        holds
    }

    fn tries(&self, check: &Check, (_, facts, hits): (&RuleIndex, &Facts<'_>, &Hits)) -> bool {
        match check {
            Check::Any(atoms) => hits.have_any(atoms),
            Check::None(slot, atoms) => self.is_present(*slot) && !hits.have_any(atoms),
            Check::Absent(slot) => !self.is_present(*slot),
            Check::Beyond(slot, bound, limit) => self
                .numbers(*slot)
                .is_some_and(|numbers| numbers.are_beyond(*bound, *limit)),
            Check::Finds(slot, pattern) => {
                let seen = self.seen(*slot);
                let mut places = self.chains.places(seen.and_then(|seen| seen.values));
                places.any(|place| {
                    let text = facts.at(place).and_then(probe::text_of);
                    text.is_some_and(|text| pattern.finds(text))
                })
            }
        }
    }

    fn is_present(&self, slot: Slot) -> bool {
        self.seen(slot).is_some()
    }

    fn numbers(&self, slot: Slot) -> Option<Extremes> {
        self.seen(slot)?.numbers
    }

    /// What was seen of a slot in the event at hand.
    fn seen(&self, slot: Slot) -> Option<&Seen> {
        let seen = self.slots.get(slot.number());
        seen.filter(|seen| seen.epoch == self.epoch)
    }

    /// In the order of the automations, without those that are over, up to one that stops.
    fn finish(&mut self, index: &RuleIndex, now: i64) {
        self.found.retain(|place| !index.is_expired(*place, now));
        self.found.sort_unstable();
        let stop = self.found.iter().position(|place| index.stops(*place));
        if let Some(last) = stop {
            self.found.truncate(last + 1);
        }
    }
}
