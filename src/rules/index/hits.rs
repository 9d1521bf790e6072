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

    /// Whether one of these holds; they rise.
    pub(super) fn have_any(&self, atoms: &[Atom]) -> bool {
        if atoms.len() / 16 <= self.list.len() {
            return atoms.iter().any(|atom| self.has(*atom));
        }
        // A management group is thousands of scopes, and an event is in few.
        let mut list = self.list.iter();
        list.any(|atom| atoms.binary_search(atom).is_ok())
    }

    pub(super) fn all(&self) -> &[Atom] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_few_and_one_of_many_are_found() {
        let mut hits = Hits::default();
        hits.begin(1, 1_000);
        hits.hit(Atom(500));
        let odd: Vec<Atom> = (0..1_000).filter(|n| n % 2 == 1).map(Atom).collect();
        let even: Vec<Atom> = (0..1_000).step_by(2).map(Atom).collect();
        assert!(!hits.have_any(&odd) && hits.have_any(&even));
        assert!(!hits.have_any(&[Atom(1)]) && hits.have_any(&[Atom(1), Atom(500)]));
        hits.begin(2, 1_000);
        assert!(!hits.have_any(&even) && !hits.have_any(&[]));
    }
}
