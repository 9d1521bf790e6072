//! Which properties of an event are read.

use std::cmp::Ordering;

use crate::decode::{event, kind};
use crate::fold;
use crate::path::{Path, Step};

/// The properties that somebody needs, as a tree of folded keys. Steps into arrays have no place
/// in it: an array is read whole, each element by the same needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    node: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All,
    Keys(Keys),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Keys {
    // A bit for the `mark` of each key: most keys of an event are told to be needless by it.
    marks: u128,
    // In the order of `order`.
    sorted: Vec<(String, Needs)>,
}

impl Needs {
    /// What decoding and scopes need of every event, and what these paths name.
    pub fn with<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut needs = Self::default();
        for steps in kind::paths().chain(event::paths()) {
            needs.add(steps);
        }
        for path in paths {
            needs.add(path.steps());
        }
        needs
    }

    /// All of an event: what `explain` shows, and what tests compare with.
    #[must_use]
    pub const fn everything() -> Self {
        Self { node: Node::All }
    }

    /// Whether nothing below this place is needed.
    pub(super) const fn is_end(&self) -> bool {
        match &self.node {
            Node::All => false,
            Node::Keys(keys) => keys.sorted.is_empty(),
        }
    }

    /// The needs below a key of an event, in whatever case it is written.
    pub(super) fn below(&self, key: &str) -> Option<&Self> {
        match &self.node {
            Node::All => Some(self),
            Node::Keys(keys) if key.is_ascii() => keys.find(key),
            Node::Keys(keys) => keys.find(&fold::fold(key)),
        }
    }

    fn add(&mut self, steps: &[Step]) {
        let Some((step, rest)) = steps.split_first() else {
            return;
        };
        let key = match step {
            Step::Key(key) => key,
            Step::Index(_) | Step::Each => return self.add(rest),
        };
        if let Node::Keys(keys) = &mut self.node
            && let Some(below) = keys.grow(&fold::fold(key))
        {
            below.add(rest);
        }
    }
}

impl Default for Needs {
    /// Nothing.
    fn default() -> Self {
        Self {
            node: Node::Keys(Keys::default()),
        }
    }
}

impl Keys {
    fn find(&self, key: &str) -> Option<&Needs> {
        if self.marks & mark(key) == 0 {
            return None;
        }
        let place = self
            .sorted
            .binary_search_by(|(folded, _)| order(folded, key))
            .ok()?;
        self.sorted.get(place).map(|(_, needs)| needs)
    }

    fn grow(&mut self, folded: &str) -> Option<&mut Needs> {
        self.marks |= mark(folded);
        let place = match self
            .sorted
            .binary_search_by(|(other, _)| order(other, folded))
        {
            Ok(place) => place,
            Err(place) => {
                self.sorted
                    .insert(place, (folded.to_owned(), Needs::default()));
                place
            }
        };
        self.sorted.get_mut(place).map(|(_, needs)| needs)
    }
}

/// One bit by the length, the first and the last byte, without case.
fn mark(key: &str) -> u128 {
    let lower = |byte: Option<u8>| usize::from(byte.unwrap_or_default() | 0x20);
    let (first, last) = (lower(key.bytes().next()), lower(key.bytes().next_back()));
    1 << ((key.len() * 13 + first * 5 + last) % 128)
}

/// By length, which alone tells most keys apart; then by the bytes of the folded form. `key` is
/// folded already, or ASCII.
fn order(folded: &str, key: &str) -> Ordering {
    let bytes = key.bytes().map(|byte| byte.to_ascii_lowercase());
    folded
        .len()
        .cmp(&key.len())
        .then_with(|| folded.bytes().cmp(bytes))
}
