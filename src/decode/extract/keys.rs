//! The needed keys of an object, found by a key of an event in whatever case.

use std::ops::Range;

use crate::fold;

/// A needed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// As a rule writes it.
    pub(super) name: String,
    folded: String,
    /// The number of its node.
    pub(super) node: usize,
    /// The slots at and below it.
    pub(super) slots: Range<u32>,
}

/// How a key of an event stands to a needed one; the better hides the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Spelling {
    /// It differs by case.
    #[default]
    Other,
    Exact,
}

impl Key {
    pub(super) fn spelling(&self, name: &str) -> Spelling {
        if self.name == name {
            Spelling::Exact
        } else {
            Spelling::Other
        }
    }

    pub(super) fn new(name: String, node: usize, slots: Range<u32>) -> Self {
        let folded = fold::fold(&name).into_owned();
        Self {
            name,
            folded,
            node,
            slots,
        }
    }
}

/// A hash table with chains; those of one bucket lie side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Keys {
    sorted: Vec<Key>,
    // Where each bucket's keys start, and behind the last one their end. Empty without keys.
    starts: Vec<u32>,
    shift: u32,
    // A bit for the `mark` of each key: most keys of an event are told to be needless by it.
    marks: u64,
}

impl Keys {
    pub(super) fn new(mut keys: Vec<Key>) -> Self {
        if keys.is_empty() {
            return Self::default();
        }
        let bits = (keys.len() * 4).next_power_of_two().ilog2().max(4);
        let shift = u32::BITS - bits;
        let bucket = |key: &Key| hash(key.folded.as_bytes()) >> shift;
        keys.sort_by_key(bucket);
        let starts = (0..=1_u32 << bits)
            .map(|number| keys.partition_point(|key| bucket(key) < number))
            .map(|start| u32::try_from(start).unwrap_or(u32::MAX))
            .collect();
        let marks = |marks, key: &Key| marks | mark(key.folded.as_bytes());
        Self {
            marks: keys.iter().fold(0, marks),
            sorted: keys,
            starts,
            shift,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Whether a key in ASCII may be one of these.
    #[inline]
    pub(super) fn may_hold(&self, key: &str) -> bool {
        self.marks & mark(key.as_bytes()) != 0
    }

    /// The keys that are this one but for case. `key` is folded, or ASCII.
    pub(super) fn find<'k, 't>(
        &'k self,
        key: &'t str,
    ) -> impl Iterator<Item = &'k Key> + use<'k, 't> {
        let chain = self.chain(key).unwrap_or_default();
        chain
            .iter()
            .filter(move |one| one.name == key || one.folded.eq_ignore_ascii_case(key))
    }

    fn chain(&self, key: &str) -> Option<&[Key]> {
        let bucket = hash(key.as_bytes()).checked_shr(self.shift)? as usize;
        let start = *self.starts.get(bucket)?;
        let end = *self.starts.get(bucket + 1)?;
        self.sorted.get(start as usize..end as usize)
    }
}

/// One bit by the length, the first and the last byte, without case.
#[inline]
fn mark(key: &[u8]) -> u64 {
    match key {
        [first, .., last] => {
            let bytes = usize::from(first | 0x20) * 5 + usize::from(last | 0x20);
            1 << ((key.len() * 13 + bytes) % 64)
        }
        // So short a key is rare in an event.
        [] | [_] => 1,
    }
}

/// By length and three bytes, without case. The keys come from the rules, never from an event.
fn hash(key: &[u8]) -> u32 {
    let lower = |place: usize| u32::from(key.get(place).copied().unwrap_or_default() | 0x20);
    let last = key.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, reason = "a hash")]
    let length = key.len() as u32;
    let mixed = length ^ lower(0) << 8 ^ lower(key.len() / 2) << 16 ^ lower(last) << 24;
    mixed.wrapping_mul(0x9e37_79b1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Keys {
        let key = |(node, name): (usize, &&str)| Key::new((*name).to_owned(), node, 0..0);
        Keys::new(names.iter().enumerate().map(key).collect())
    }

    #[test]
    fn keys_are_found_in_any_case() {
        let keys = keys(&["Severity", "severity", "name", "k", "", "properties"]);
        let found = |key: &str| {
            let mut nodes: Vec<usize> = keys.find(key).map(|key| key.node).collect();
            nodes.sort_unstable();
            nodes
        };
        assert_eq!(found("SEVERITY"), [0, 1]);
        assert_eq!(found("NAME"), [2]);
        assert_eq!(found(&fold::fold("\u{212a}")), [3]);
        assert_eq!(found(""), [4]);
        assert!(keys.may_hold("SEVERITY") && keys.may_hold("K") && keys.may_hold(""));
        assert!(!keys.may_hold("nothing"));
        assert_eq!(found("nome"), [0; 0]);
        assert_eq!(found("propertiez"), [0; 0]);
    }

    #[test]
    fn every_key_of_many_is_found() {
        let names: Vec<String> = (0..2_000).map(|n| format!("property{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let keys = keys(&names);
        for (node, name) in names.iter().enumerate() {
            let found: Vec<usize> = keys.find(name).map(|key| key.node).collect();
            assert_eq!(found, [node], "{name}");
            assert!(keys.may_hold(name));
        }
    }

    #[test]
    fn without_keys_nothing_is_found() {
        assert_eq!(keys(&[]).find("a").count(), 0);
        assert!(!keys(&[]).may_hold("a"));
    }
}
