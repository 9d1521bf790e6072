//! Where the values of each slot stand that a regular expression is tried on.

use std::iter;

/// Links of which the memory is kept, whatever a large event needed.
const KEPT: usize = 1 << 12;

/// A chain of places for each of some slots; made once, and used again for the next event.
#[derive(Debug, Clone, Default)]
pub(super) struct Chains {
    links: Vec<Link>,
}

/// One value.
#[derive(Debug, Clone, Copy)]
struct Link {
    place: usize,
    before: Option<End>,
}

/// The last link of a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct End(usize);

impl Chains {
    /// Forgets the event before.
    pub(super) fn begin(&mut self) {
        self.links.clear();
        self.links.shrink_to(KEPT);
    }

    /// A chain with one more place.
    pub(super) fn grow(&mut self, before: Option<End>, place: usize) -> End {
        self.links.push(Link { place, before });
        End(self.links.len() - 1)
    }

    /// The places of a chain, the last first.
    pub(super) fn places(&self, end: Option<End>) -> impl Iterator<Item = usize> {
        let link = |end: End| self.links.get(end.0);
        let links = iter::successors(end.and_then(link), move |one| one.before.and_then(link));
        links.map(|one| one.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chain_has_its_own_places() {
        let mut chains = Chains::default();
        let mut ends = [None; 3];
        for (place, slot) in [0, 1, 0, 0, 1].into_iter().enumerate() {
            ends[slot] = Some(chains.grow(ends[slot], place));
        }
        let places = ends.map(|end| chains.places(end).collect::<Vec<_>>());
        assert_eq!(places, [vec![3, 2, 0], vec![4, 1], vec![]]);
        chains.begin();
        assert_eq!(chains.places(ends[0]).count(), 0);
    }
}
