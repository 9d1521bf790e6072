//! Texts that are looked for inside of others.

use std::fmt;

use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder};
use memchr::memmem::Finder;

use crate::rules::index::atoms::Atom;

/// From so many on, one automaton for all is faster than one search for each.
const MANY: usize = 25;

/// The needles of a slot; none is empty, none is there twice.
#[derive(Clone)]
pub(super) enum Needles {
    Few(Vec<(Finder<'static>, Atom)>),
    Many(DoubleArrayAhoCorasick<u32>),
}

impl Needles {
    pub(super) fn new(texts: &[(String, Atom)]) -> Self {
        if texts.len() >= MANY {
            let values = texts.iter().map(|(text, atom)| (text, atom.0));
            if let Ok(automaton) = DoubleArrayAhoCorasickBuilder::new().build_with_values(values) {
                return Self::Many(automaton);
            }
        }
        let finder = |(text, atom): &(String, Atom)| (Finder::new(text).into_owned(), *atom);
        Self::Few(texts.iter().map(finder).collect())
    }

    /// Every one that is in the text, some more than once.
    pub(super) fn within(&self, text: &str, hit: &mut impl FnMut(Atom)) {
        match self {
            Self::Few(finders) => {
                for (finder, atom) in finders {
                    if finder.find(text.as_bytes()).is_some() {
                        hit(*atom);
                    }
                }
            }
            Self::Many(automaton) => {
                for found in automaton.find_overlapping_iter(text) {
                    hit(Atom(found.value()));
                }
            }
        }
    }
}

impl Default for Needles {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl fmt::Debug for Needles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Needles")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_find_the_same() {
        for count in [3, MANY, 400] {
            let mut texts: Vec<(String, Atom)> = (10..)
                .take(count - 3)
                .map(|n| (format!("needle {n}"), Atom(n)))
                .collect();
            let more = ["le 1", "e", "ä"]
                .map(str::to_owned)
                .into_iter()
                .zip((0..).map(Atom));
            texts.extend(more);
            let mut found = Vec::new();
            Needles::new(&texts).within("a needle 11, ä", &mut |atom| found.push(atom.0));
            found.sort_unstable();
            found.dedup();
            let expected: &[u32] = if count > 3 {
                &[0, 1, 2, 11]
            } else {
                &[0, 1, 2]
            };
            assert_eq!(found, expected, "{count}");
        }
    }
}
