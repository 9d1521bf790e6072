//! Which dead letters are settled: a bit for each, so that memory stays small however many.

use std::collections::BTreeMap;

use crate::settle::marker::{Marker, Settling};

/// Offsets a page.
const PAGE: i64 = 4096;
/// Offsets a word.
const WORD: i64 = 64;
/// Words a page.
const WORDS: usize = 64;

/// What became of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing yet.
    Open,
    /// Its delivery was put back into a retry topic.
    Redriven,
    /// Somebody said that nothing is to be done.
    Purged,
}

impl State {
    /// The state's word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Redriven => "redriven",
            Self::Purged => "purged",
        }
    }
}

/// What the markers of a topic settle. Memory: two bits for each record between the first and the
/// last one settled at most, in pages of 4,096 offsets, and none where nothing is settled.
#[derive(Debug, Default)]
pub struct Settled {
    redriven: Offsets,
    purged: Offsets,
}

impl Settled {
    /// Remembers what a marker settles.
    pub fn mark(&mut self, marker: &Marker) {
        let offsets = match marker.settling {
            Settling::Redriven => &mut self.redriven,
            Settling::Purged => &mut self.purged,
        };
        offsets.insert(marker.partition, marker.offset);
    }

    /// What became of the dead letter that stands here.
    #[must_use]
    pub fn state(&self, partition: i32, offset: i64) -> State {
        if self.redriven.contains(partition, offset) {
            State::Redriven
        } else if self.purged.contains(partition, offset) {
            State::Purged
        } else {
            State::Open
        }
    }
}

/// A set of places in one topic.
#[derive(Debug, Default)]
struct Offsets(BTreeMap<(i32, i64), Box<[u64; WORDS]>>);

impl Offsets {
    fn insert(&mut self, partition: i32, offset: i64) {
        let (page, word, bit) = split(offset);
        let words = self.0.entry((partition, page));
        let words = words.or_insert_with(|| Box::new([0; WORDS]));
        if let Some(word) = words.get_mut(word) {
            *word |= bit;
        }
    }

    fn contains(&self, partition: i32, offset: i64) -> bool {
        let (page, word, bit) = split(offset);
        let words = self.0.get(&(partition, page));
        let word = words.and_then(|words| words.get(word));
        word.is_some_and(|word| word & bit != 0)
    }
}

/// The page, the word in it, and the bit in that.
fn split(offset: i64) -> (i64, usize, u64) {
    let within = offset.rem_euclid(PAGE);
    let word = usize::try_from(within / WORD).unwrap_or(0);
    (offset.div_euclid(PAGE), word, 1 << (within % WORD))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_set_of_all_places(
            inserted in proptest::collection::vec((0..3_i32, 0..20_000_i64), 0..200),
            asked in proptest::collection::vec((0..3_i32, 0..20_000_i64), 200),
        ) {
            let mut offsets = Offsets::default();
            for (partition, offset) in &inserted {
                offsets.insert(*partition, *offset);
            }
            let all: BTreeSet<_> = inserted.iter().collect();
            for place in asked.iter().chain(&inserted) {
                prop_assert_eq!(offsets.contains(place.0, place.1), all.contains(place));
            }
        }
    }

    #[test]
    fn a_million_settled_letters_take_an_eighth_of_a_megabyte() {
        let mut offsets = Offsets::default();
        for offset in 0..1 << 20 {
            offsets.insert(0, offset);
        }
        let page = usize::try_from(PAGE / 8).unwrap();
        assert_eq!(offsets.0.len() * page, 1 << 17);
        assert!(offsets.contains(0, (1 << 20) - 1) && !offsets.contains(0, 1 << 20));
    }
}
