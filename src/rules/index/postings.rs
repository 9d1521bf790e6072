//! The rule sets as words, those of one witness side by side.

use std::ops::Range;

use crate::event::EventKind;
use crate::rules::index::atoms::Atom;
use crate::rules::index::check::Check;
use crate::rules::index::compile::{self, Conjunction};
use crate::rules::index::witness::Filed;

/// Marks a word that is a check's number, not an atom's.
const CHECK: u32 = 1 << 31;

/// A condition of a rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Atom(Atom),
    Check(u32),
}

/// A rule set that its witness made a candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'p> {
    pub(super) automation: u32,
    pub(super) mask: u32,
    words: &'p [u32],
}

impl<'p> Candidate<'p> {
    /// What must hold beside the witness, in the order of cost.
    #[inline]
    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition> + use<'p> {
        self.words.iter().map(|word| {
            if word & CHECK == 0 {
                Condition::Atom(Atom(*word))
            } else {
                Condition::Check(word & !CHECK)
            }
        })
    }
}

/// The rule sets under one atom.
#[derive(Debug, Clone, Default)]
struct Group {
    // In `words`.
    alone: Range<u32>,
    // In `pairs`.
    pairs: Range<u32>,
}

/// The rule sets under two atoms, by the second.
#[derive(Debug, Clone)]
struct Pair {
    second: Atom,
    words: Range<u32>,
}

/// Every rule set as automation, mask, number of conditions, conditions.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    words: Vec<u32>,
    // By atom.
    groups: Vec<Group>,
    pairs: Vec<Pair>,
    // By kind.
    always: Vec<Range<u32>>,
}

impl Postings {
    /// `filed` is sorted.
    pub(super) fn new(
        conjunctions: &[Conjunction],
        checks: &[Check],
        (filed, atoms): (&[Filed], usize),
    ) -> Self {
        let mut built = Self {
            groups: vec![Group::default(); atoms],
            ..Self::default()
        };
        for filed in filed.chunk_by(|left, right| left.first == right.first) {
            match filed.first().and_then(|filed| filed.first) {
                None => built.add_always((conjunctions, checks), filed),
                Some(first) => built.add_group(first, (conjunctions, checks), filed),
            }
        }
        built
    }

    fn add_always(&mut self, of: (&[Conjunction], &[Check]), filed: &[Filed]) {
        for kind in EventKind::ALL {
            let listens = |filed: &&Filed| {
                let conjunction = of.0.get(filed.conjunction);
                conjunction.is_some_and(|one| one.mask & compile::bit(kind) != 0)
            };
            let words = self.add_all(of, filed.iter().filter(listens));
            self.always.push(words);
        }
    }

    fn add_group(&mut self, first: Atom, of: (&[Conjunction], &[Check]), filed: &[Filed]) {
        let mut group = Group::default();
        let pairs = self.pairs.len();
        for filed in filed.chunk_by(|left, right| left.second == right.second) {
            let words = self.add_all(of, filed);
            match filed.first().and_then(|filed| filed.second) {
                None => group.alone = words,
                Some(second) => self.pairs.push(Pair { second, words }),
            }
        }
        group.pairs = word(pairs)..word(self.pairs.len());
        if let Some(place) = self.groups.get_mut(first.0 as usize) {
            *place = group;
        }
    }

    fn add_all<'f>(
        &mut self,
        (conjunctions, checks): (&[Conjunction], &[Check]),
        filed: impl IntoIterator<Item = &'f Filed>,
    ) -> Range<u32> {
        let start = self.words.len();
        for filed in filed {
            if let Some(conjunction) = conjunctions.get(filed.conjunction) {
                self.add(conjunction, checks, filed);
            }
        }
        word(start)..word(self.words.len())
    }

    fn add(&mut self, conjunction: &Conjunction, checks: &[Check], filed: &Filed) {
        self.words
            .extend([conjunction.automation, conjunction.mask]);
        let count = self.words.len();
        self.words.push(0);
        let known = [filed.first, filed.second];
        let atoms = conjunction.atoms.iter();
        let atoms = atoms.filter(|atom| !known.contains(&Some(**atom)));
        self.words.extend(atoms.map(|atom| atom.0));
        let mut left = conjunction.checks.clone();
        left.retain(|check| Some(*check) != filed.known);
        left.sort_by_key(|check| checks.get(*check as usize).map(Check::cost));
        self.words.extend(left.iter().map(|check| check | CHECK));
        let conditions = self.words.len() - count - 1;
        if let Some(place) = self.words.get_mut(count) {
            *place = word(conditions);
        }
    }

    /// The candidates that an atom makes when it holds, where their second atom `holds` too.
    pub(super) fn under<F: Fn(Atom) -> bool>(
        &self,
        atom: Atom,
        holds: F,
    ) -> impl Iterator<Item = Candidate<'_>> + use<'_, F> {
        let group = self.groups.get(atom.0 as usize);
        let alone = group.map(|group| self.candidates(&group.alone));
        let pairs = group.and_then(|group| self.pairs.get(span(&group.pairs)));
        let pairs = pairs.unwrap_or_default().iter();
        let beside = pairs
            .filter(move |pair| holds(pair.second))
            .flat_map(|pair| self.candidates(&pair.words));
        alone.into_iter().flatten().chain(beside)
    }

    /// The candidates that every event of a kind has.
    pub(super) fn always(&self, kind: EventKind) -> Candidates<'_> {
        let words = self.always.get(kind as usize);
        self.candidates(words.unwrap_or(&(0..0)))
    }

    fn candidates(&self, words: &Range<u32>) -> Candidates<'_> {
        Candidates {
            words: self.words.get(span(words)).unwrap_or_default(),
        }
    }
}

/// Candidates one after the other.
pub(super) struct Candidates<'p> {
    words: &'p [u32],
}

impl<'p> Iterator for Candidates<'p> {
    type Item = Candidate<'p>;

    #[inline]
    fn next(&mut self) -> Option<Candidate<'p>> {
        let ([automation, mask, count], rest) = self.words.split_first_chunk()?;
        let (words, rest) = rest.split_at_checked(*count as usize)?;
        self.words = rest;
        Some(Candidate {
            automation: *automation,
            mask: *mask,
            words,
        })
    }
}

const fn span(words: &Range<u32>) -> Range<usize> {
    words.start as usize..words.end as usize
}

/// Four billion words are 16 GiB: more than a configuration holds.
fn word(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
