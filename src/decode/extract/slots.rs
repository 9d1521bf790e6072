//! The properties that are read, each with a number.

use std::ops::Range;

use crate::decode::extract::branch::Branch;
use crate::decode::extract::keys::{Key, Keys};
use crate::decode::extract::known::{self, Known};
use crate::fold;
use crate::path::{Path, Step};

/// The number of a property, from 0; as good as an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub(super) u32);

impl Slot {
    /// The number.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0 as usize
    }
}

/// Every property that is read of an event: what decoding and scopes need, and what these paths
/// name. Immutable, shared by all partitions.
#[derive(Debug, Clone)]
pub struct Slots {
    nodes: Vec<Node>,
    // How many slots there are.
    count: u32,
    known: Known,
}

/// One place of an event at which something is read, or below which.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) slot: Option<Slot>,
    pub(super) keys: Keys,
    pub(super) items: Option<Items>,
}

/// What is read of the elements of an array, beside what is read of them as if they stood in
/// its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Items {
    /// The node for an element in the array's place.
    pub(super) within: usize,
    pub(super) each: Option<usize>,
    // In the order of the indices.
    indices: Vec<(usize, usize)>,
}

impl Items {
    pub(super) fn at(&self, index: usize) -> Option<usize> {
        let place = self.indices.binary_search_by_key(&index, |(at, _)| *at);
        self.indices.get(place.ok()?).map(|(_, node)| *node)
    }
}

impl Slots {
    /// The slots of these paths.
    #[must_use]
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut root = Branch::default();
        known::paths().for_each(|steps| root.add(steps));
        for path in paths {
            root.add(path.steps());
        }
        let mut slots = Self {
            nodes: Vec::new(),
            count: 0,
            known: Known::default(),
        };
        slots.grow(root);
        slots.known = Known::new(&slots);
        slots
    }

    /// The slot of a path, if it was named.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<Slot> {
        self.at(path.steps())
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none; there always is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn at(&self, steps: &[Step]) -> Option<Slot> {
        let mut node = self.root()?;
        for step in steps {
            node = self.node(match step {
                Step::Key(name) => {
                    let folded = fold::fold(name);
                    let mut keys = node.keys.find(&folded);
                    keys.find(|key| key.name == *name)?.node
                }
                Step::Index(index) => node.items.as_ref()?.at(*index)?,
                Step::Each => node.items.as_ref()?.each?,
            })?;
        }
        node.slot
    }

    pub(super) fn root(&self) -> Option<&Node> {
        // Pushed last: see `grow`.
        self.nodes.last()
    }

    pub(super) fn node(&self, number: usize) -> Option<&Node> {
        self.nodes.get(number)
    }

    pub(super) const fn nodes(&self) -> usize {
        self.nodes.len()
    }

    pub(super) const fn known(&self) -> &Known {
        &self.known
    }

    /// Lays a branch out, all below it first. The slots of a branch lie side by side.
    fn grow(&mut self, branch: Branch) -> (usize, Range<u32>) {
        let start = self.count;
        let slot = branch.end.then(|| self.slot());
        let mut keys = Vec::new();
        for (name, below) in branch.keys {
            let (node, slots) = self.grow(below);
            keys.push(Key::new(name, node, slots));
        }
        let each = branch.each.map(|below| self.grow(*below).0);
        let below = branch.indices.into_iter();
        let indices: Vec<_> = below.map(|(at, below)| (at, self.grow(below).0)).collect();
        let keys = Keys::new(keys);
        let mut node = Node {
            slot,
            keys,
            items: None,
        };
        if each.is_some() || !indices.is_empty() {
            // An element that is an array itself is not taken apart again.
            let within = self.push(node.clone());
            node.items = Some(Items {
                within,
                each,
                indices,
            });
        }
        (self.push(node), start..self.count)
    }

    fn slot(&mut self) -> Slot {
        self.count += 1;
        Slot(self.count - 1)
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}
