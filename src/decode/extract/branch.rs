//! The tree of needed paths while it grows.

use std::collections::BTreeMap;

use crate::path::Step;

/// What is needed at one place of an event, and below it.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// Whether a path ends here.
    pub(super) end: bool,
    /// By exact name.
    pub(super) keys: BTreeMap<String, Self>,
    pub(super) indices: BTreeMap<usize, Self>,
    pub(super) each: Option<Box<Self>>,
}

impl Branch {
    pub(super) fn add(&mut self, steps: &[Step]) {
        let Some((step, rest)) = steps.split_first() else {
            self.end = true;
            return;
        };
        let below = match step {
            Step::Key(key) => self.keys.entry(key.clone().into_owned()).or_default(),
            Step::Index(index) => self.indices.entry(*index).or_default(),
            Step::Each => self.each.get_or_insert_default(),
        };
        below.add(rest);
    }
}
