//! Numbers that are looked up, and limits that a number is beyond.

use crate::rules::Number;
use crate::rules::index::atoms::Atom;
use crate::rules::index::check::Bound;

/// The least and the greatest number of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extremes {
    pub(super) least: Number,
    pub(super) greatest: Number,
}

impl Extremes {
    pub(super) fn with(seen: Option<Self>, number: Number) -> Self {
        seen.map_or(
            Self {
                least: number,
                greatest: number,
            },
            |seen| Self {
                least: seen.least.min(number),
                greatest: seen.greatest.max(number),
            },
        )
    }

    /// Whether one of the numbers is beyond a limit.
    pub(super) fn are_beyond(self, bound: Bound, limit: Number) -> bool {
        let number = match bound {
            Bound::Above | Bound::From => self.greatest,
            Bound::Below | Bound::UpTo => self.least,
        };
        bound.holds(&number, &limit)
    }
}

/// Numbers of a slot in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    equal: Vec<(Number, Atom)>,
    // The limits that are witnesses, by bound.
    limits: [Vec<(Number, Atom)>; 4],
}

impl Numbers {
    /// Of numbers that rise.
    pub(super) fn new(equal: Vec<(Number, Atom)>) -> Self {
        Self {
            equal,
            ..Self::default()
        }
    }

    pub(super) fn add_limits(&mut self, limits: Vec<(Bound, Number, Atom)>) {
        for (bound, limit, atom) in limits {
            if let Some(limits) = self.limits.get_mut(bound as usize) {
                limits.push((limit, atom));
            }
        }
        for limits in &mut self.limits {
            limits.sort_unstable();
        }
    }

    pub(super) fn equal_to(&self, number: Number, hit: &mut impl FnMut(Atom)) {
        let found = self.equal.binary_search_by(|(other, _)| other.cmp(&number));
        if let Some((_, atom)) = found.ok().and_then(|place| self.equal.get(place)) {
            hit(*atom);
        }
    }

    /// Every limit that one of the numbers is beyond: all those before a place, or all behind it.
    pub(super) fn beyond(&self, extremes: Extremes, hit: &mut impl FnMut(Atom)) {
        for (bound, limits) in Bound::ALL.into_iter().zip(&self.limits) {
            let beyond = |(limit, _): &(Number, Atom)| extremes.are_beyond(bound, *limit);
            let reached = match bound {
                Bound::Above | Bound::From => limits.get(..limits.partition_point(beyond)),
                Bound::Below | Bound::UpTo => {
                    limits.get(limits.partition_point(|limit| !beyond(limit))..)
                }
            };
            for (_, atom) in reached.unwrap_or_default() {
                hit(*atom);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_reaches_its_own_side() {
        let number = |text: &str| Number::parse(text).unwrap();
        let mut numbers = Numbers::new(vec![(number("1"), Atom(90)), (number("2.5"), Atom(91))]);
        let limits = ["3", "1", "2"].into_iter().zip(0..);
        let limits = limits.flat_map(|(limit, place)| {
            let bounds = Bound::ALL.into_iter().zip((0..).step_by(10));
            bounds.map(move |(bound, tens)| (bound, number(limit), Atom(tens + place)))
        });
        numbers.add_limits(limits.collect());
        let beyond = |least: &str, greatest: &str| {
            let extremes = Extremes::with(None, number(least));
            let extremes = Extremes::with(Some(extremes), number(greatest));
            let mut found = Vec::new();
            numbers.beyond(extremes, &mut |atom| found.push(atom.0));
            found
        };
        assert_eq!(beyond("2", "2"), [1, 11, 12, 20, 32, 30]);
        assert_eq!(
            beyond("0", "9"),
            [1, 2, 0, 11, 12, 10, 21, 22, 20, 31, 32, 30]
        );
        let mut found = Vec::new();
        for text in ["2", "2.50", "1.0", "1e0"] {
            numbers.equal_to(number(text), &mut |atom| found.push(atom.0));
        }
        assert_eq!(found, [91, 90, 90]);
    }
}
