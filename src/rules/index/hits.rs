//! Which atoms hold for the event at hand.

use crate::rules::index::atoms::Atom;

/// The atoms that hold, each once. What held before is forgotten by counting on.
#[derive(Debug, Clone, Default)]
pub(super) struct Hits {
    /// The number of the event.
    pub(super) epoch: u32,
    // By atom: the last event for which it held.
    stamps: Vec<u32>,
    list: Vec<Atom>,
}

impl Hits {
    pub(super) fn begin(&mut self, epoch: u32, atoms: usize) {
        if epoch <= self.epoch {
            self.stamps.clear();
        }
        self.epoch = epoch;
        self.stamps.resize(atoms, 0);
        self.list.clear();
    }

    #[inline]
    pub(super) fn hit(&mut self, atom: Atom) {
        if let Some(stamp) = self.stamps.get_mut(atom.0 as usize)
            && *stamp != self.epoch
        {
            *stamp = self.epoch;
            self.list.push(atom);
        }
    }

    #[inline]
    pub(super) fn has(&self, atom: Atom) -> bool {
        self.stamps.get(atom.0 as usize) == Some(&self.epoch)
    }

    pub(super) fn all(&self) -> &[Atom] {
        &self.list
    }
}
