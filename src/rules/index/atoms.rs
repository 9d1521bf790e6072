//! Conditions that a lookup decides, each with a number: while the index is built.

use std::collections::{BTreeMap, HashMap};

use crate::decode::Slot;
use crate::rules::Number;
use crate::rules::index::check::Bound;
use crate::rules::index::needles::Needles;
use crate::rules::index::numbers::Numbers;
use crate::rules::index::probe::Probe;
use crate::rules::index::scopes::Scopes;
use crate::rules::index::texts::{Parts, Texts};

/// The number of a condition, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Atom(pub(super) u32);

/// A shorter needle is in most texts.
const LONG_NEEDLE: usize = 3;

/// What a condition asks of a slot's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
}

/// The atoms of one slot.
#[derive(Debug, Default)]
struct OfSlot {
    texts: [HashMap<String, Atom>; 4],
    numbers: BTreeMap<Number, Atom>,
    limits: Vec<(Bound, Number, Atom)>,
    null: Option<Atom>,
    yes: Option<Atom>,
    no: Option<Atom>,
    present: Option<Atom>,
    /// Whether a check compares its numbers.
    compared: bool,
    /// Whether a check searches its texts.
    searched: bool,
}

/// All atoms so far.
#[derive(Debug, Default)]
pub(super) struct Atoms {
    // By slot.
    slots: Vec<OfSlot>,
    scopes: HashMap<String, Atom>,
    // By atom: what sharing it with one more rule set costs.
    weights: Vec<u32>,
}

impl Atoms {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            slots: std::iter::repeat_with(OfSlot::default)
                .take(slots)
                .collect(),
            ..Self::default()
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.weights.len()
    }

    /// How little an atom tells of an event, beside how many rule sets share it.
    pub(super) fn weight(&self, atom: Atom) -> u32 {
        self.weights.get(atom.0 as usize).copied().unwrap_or(1)
    }

    /// A folded text.
    pub(super) fn text(&mut self, slot: Slot, asks: Asks, text: &str) -> Option<Atom> {
        // Every text starts with the empty one, and no automaton looks for it.
        let asks = if asks == Asks::Contains && text.is_empty() {
            Asks::StartsWith
        } else {
            asks
        };
        let weight = match asks {
            Asks::Contains if text.len() < LONG_NEEDLE => 8,
            Asks::StartsWith | Asks::EndsWith if text.is_empty() => 64,
            Asks::Equals | Asks::StartsWith | Asks::EndsWith | Asks::Contains => 1,
        };
        let texts = self.slots.get_mut(slot.number())?;
        let texts = texts.texts.get_mut(asks as usize)?;
        if let Some(atom) = texts.get(text) {
            return Some(*atom);
        }
        let atom = next(&mut self.weights, weight);
        texts.insert(text.to_owned(), atom);
        Some(atom)
    }

    pub(super) fn number(&mut self, slot: Slot, number: Number) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        Some(*of.numbers.entry(number).or_insert_with(|| next(weights, 1)))
    }

    pub(super) fn yes(&mut self, slot: Slot) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        Some(*of.yes.get_or_insert_with(|| next(weights, 8)))
    }

    pub(super) fn no(&mut self, slot: Slot) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        Some(*of.no.get_or_insert_with(|| next(weights, 8)))
    }

    pub(super) fn null(&mut self, slot: Slot) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        Some(*of.null.get_or_insert_with(|| next(weights, 8)))
    }

    pub(super) fn present(&mut self, slot: Slot) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        Some(*of.present.get_or_insert_with(|| next(weights, 64)))
    }

    pub(super) fn scope(&mut self, folded: String) -> Atom {
        let weights = &mut self.weights;
        *self
            .scopes
            .entry(folded)
            .or_insert_with(|| next(weights, 4))
    }

    /// A limit that rule sets are filed under.
    pub(super) fn limit(&mut self, slot: Slot, bound: Bound, limit: Number) -> Option<Atom> {
        let (of, weights) = self.at(slot)?;
        let atom = next(weights, 1);
        of.limits.push((bound, limit, atom));
        Some(atom)
    }

    /// The numbers of this slot are compared.
    pub(super) fn compare(&mut self, slot: Slot) {
        if let Some((of, _)) = self.at(slot) {
            of.compared = true;
        }
    }

    /// The texts of this slot are searched.
    pub(super) fn search(&mut self, slot: Slot) {
        if let Some((of, _)) = self.at(slot) {
            of.searched = true;
        }
    }

    /// What looks the atoms up: by slot, and for scopes.
    pub(super) fn finish(self) -> (Vec<Probe>, Scopes) {
        let probes = self.slots.into_iter().map(OfSlot::finish).collect();
        (probes, Scopes::new(&sorted(self.scopes)))
    }

    fn at(&mut self, slot: Slot) -> Option<(&mut OfSlot, &mut Vec<u32>)> {
        Some((self.slots.get_mut(slot.number())?, &mut self.weights))
    }
}

impl OfSlot {
    fn finish(self) -> Probe {
        let [equals, starts, ends, contains] = self.texts.map(sorted);
        let reads_texts = [&equals, &starts, &ends, &contains]
            .iter()
            .any(|texts| !texts.is_empty());
        let reads_numbers = self.compared || !self.numbers.is_empty() || !self.limits.is_empty();
        let mut numbers = Numbers::new(self.numbers.into_iter().collect());
        numbers.add_limits(self.limits);
        Probe {
            equals: Texts::new(&equals),
            starts: Parts::new(&starts),
            ends: Parts::new(&ends),
            contains: Needles::new(&contains),
            numbers: reads_numbers.then_some(numbers),
            null: self.null,
            yes: self.yes,
            no: self.no,
            present: self.present,
            reads_texts,
            is_searched: self.searched,
        }
    }
}

fn next(weights: &mut Vec<u32>, weight: u32) -> Atom {
    weights.push(weight);
    Atom(u32::try_from(weights.len() - 1).unwrap_or(u32::MAX))
}

/// In the order in which they were met, so that the same rules make the same index.
fn sorted(texts: HashMap<String, Atom>) -> Vec<(String, Atom)> {
    let mut texts: Vec<(String, Atom)> = texts.into_iter().collect();
    texts.sort_unstable_by_key(|(_, atom)| *atom);
    texts
}
