//! Texts that are looked up whole, by their first bytes, or by their last.

use crate::rules::index::atoms::Atom;
use crate::rules::index::hash::{self, Rolling};

const EMPTY: u32 = u32::MAX;

/// A flat hash table from texts to atoms.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    // Twice as many as there are texts, at least: the hash, and the place in `entries`.
    table: Vec<(u32, u32)>,
    entries: Vec<Entry>,
    // Every text, one behind the other.
    letters: String,
    // Bytes of the longest.
    longest: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: usize,
    end: usize,
    atom: Atom,
}

impl Texts {
    pub(super) fn new(texts: &[(String, Atom)]) -> Self {
        if texts.is_empty() {
            return Self::default();
        }
        let size = (texts.len() * 2).next_power_of_two();
        let mut built = Self {
            table: vec![(0, EMPTY); size],
            longest: texts.iter().map(|(text, _)| text.len()).max().unwrap_or(0),
            ..Self::default()
        };
        for (place, (text, atom)) in (0..EMPTY).zip(texts) {
            let start = built.letters.len();
            built.letters.push_str(text);
            built.entries.push(Entry {
                start,
                end: built.letters.len(),
                atom: *atom,
            });
            built.put(hash::of(text), place);
        }
        built
    }

    fn put(&mut self, hash: u32, place: u32) {
        let free = self.chain(hash).find(|at| {
            let cell = self.table.get(*at);
            cell.is_none_or(|(_, place)| *place == EMPTY)
        });
        if let Some(cell) = free.and_then(|at| self.table.get_mut(at)) {
            *cell = (hash, place);
        }
    }

    fn chain(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let mask = self.table.len().saturating_sub(1);
        let first = hash as usize;
        (0..self.table.len()).map(move |step| (first + step) & mask)
    }

    /// The atom of a text.
    pub(super) fn get(&self, text: &str) -> Option<Atom> {
        // Long texts are seldom looked for, and dear to hash.
        if text.len() > self.longest || self.entries.is_empty() {
            return None;
        }
        self.find(text, hash::of(text))
    }

    /// The atom of a text, with its hash.
    fn find(&self, text: &str, hash: u32) -> Option<Atom> {
        for at in self.chain(hash) {
            let (found, place) = *self.table.get(at)?;
            if place == EMPTY {
                return None;
            }
            if found == hash
                && let Some(entry) = self.entries.get(place as usize)
                && self.letters.get(entry.start..entry.end) == Some(text)
            {
                return Some(entry.atom);
            }
        }
        None
    }
}

/// Texts of some lengths: a part of each of these lengths is looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    texts: Texts,
    // In bytes, rising.
    lengths: Vec<usize>,
}

impl Parts {
    pub(super) fn new(texts: &[(String, Atom)]) -> Self {
        let mut lengths: Vec<usize> = texts.iter().map(|(text, _)| text.len()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self {
            texts: Texts::new(texts),
            lengths,
        }
    }

    /// Every one that the text starts with.
    pub(super) fn starts_of(&self, text: &str, hit: &mut impl FnMut(Atom)) {
        let mut rolling = Rolling::new(text);
        for length in self
            .lengths
            .iter()
            .take_while(|length| **length <= text.len())
        {
            let hash = rolling.up_to(*length);
            if let Some(part) = text.get(..*length)
                && let Some(atom) = self.texts.find(part, hash)
            {
                hit(atom);
            }
        }
    }

    /// Every one that the text ends with.
    pub(super) fn ends_of(&self, text: &str, hit: &mut impl FnMut(Atom)) {
        for length in &self.lengths {
            let part = text.len().checked_sub(*length);
            let Some(part) = part.and_then(|start| text.get(start..)) else {
                continue;
            };
            if let Some(atom) = self.texts.get(part) {
                hit(atom);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(texts: &[&str]) -> Vec<(String, Atom)> {
        let texts = texts.iter().map(|text| (*text).to_owned());
        texts.zip((0..).map(Atom)).collect()
    }

    #[test]
    fn every_text_of_many_is_found_and_no_other() {
        let texts: Vec<String> = (0..5_000).map(|n| format!("text {n}")).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let table = Texts::new(&numbered(&all));
        for (text, atom) in texts.iter().zip((0..).map(Atom)) {
            assert_eq!(table.get(text), Some(atom));
            let other = format!("{text} ");
            assert_eq!(table.get(&other), None);
        }
        assert_eq!(Texts::new(&[]).get(""), None);
    }

    #[test]
    fn parts_are_found_at_their_end_alone() {
        let parts = Parts::new(&numbered(&["ab", "abc", "ä", "c", "", "abcd"]));
        let found = |ends: bool, text: &str| {
            let mut found = Vec::new();
            let mut hit = |atom: Atom| found.push(atom.0);
            if ends {
                parts.ends_of(text, &mut hit);
            } else {
                parts.starts_of(text, &mut hit);
            }
            found
        };
        assert_eq!(found(false, "abcx"), [4, 0, 1]);
        assert_eq!(found(true, "xabc"), [4, 3, 1]);
        assert_eq!(found(false, "äb"), [4, 2]);
        assert_eq!(found(true, "bä"), [4, 2]);
        assert_eq!(found(false, ""), [4]);
        // The second byte of `ä` starts no character.
        assert_eq!(found(true, "ã"), [4]);
    }
}
