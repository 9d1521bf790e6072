//! Where two groups stand with each other: pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A topic and its partition.
pub(super) type Place = (String, i32);

/// Offsets of the next records to read.
pub(super) type Offsets = BTreeMap<Place, i64>;

/// What a group has committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Where it stands, partition by partition.
    pub(super) offsets: Offsets,
    /// Whether it was given up there: its workflow had no group of its own any more.
    pub(super) closed: bool,
    /// Where the offset was committed for another topic, which had the name before.
    pub(super) foreign: BTreeSet<Place>,
}

impl Standing {
    /// Whether somebody reads in this group, or has left off in the middle.
    pub(super) fn is_open(&self) -> bool {
        !self.closed && !self.offsets.is_empty()
    }

    /// Where it stands in the topics that there are: nowhere, where its offset is another one's.
    pub(super) fn of_these_topics(mut self) -> Self {
        for place in std::mem::take(&mut self.foreign) {
            self.offsets.remove(&place);
        }
        self
    }

    /// What the common group has read and this one has not. A partition that this one has no
    /// offset for is not looked at: it has to be given one before.
    pub(super) fn unread(&self, common: &Offsets) -> Vec<Unread> {
        let behind = self.offsets.iter().filter_map(|(place, own)| {
            let common = common.get(place)?;
            (own < common).then(|| Unread {
                place: place.clone(),
                from: *own,
                to: *common,
            })
        });
        behind.collect()
    }
}

/// Records of a partition that a group has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    place: Place,
    /// The first of them.
    from: i64,
    /// The one after the last.
    to: i64,
}

impl Unread {
    /// From one offset to before another.
    pub(super) const fn new(place: Place, from: i64, to: i64) -> Self {
        Self { place, from, to }
    }

    /// How many offsets that are; there may be fewer records.
    #[must_use]
    pub const fn count(&self) -> i64 {
        self.to - self.from
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (topic, partition) = &self.place;
        write!(f, "{topic}/{partition}/{} to {}", self.from, self.to - 1)
    }
}

/// Partitions that a message names.
const SHOWN: usize = 8;

/// Where they are, as far as it can be read at once.
pub(super) fn list(unread: &[Unread]) -> String {
    let mut shown: Vec<String> = unread.iter().take(SHOWN).map(Unread::to_string).collect();
    if unread.len() > SHOWN {
        shown.push(format!("and {} partitions more", unread.len() - SHOWN));
    }
    shown.join(", ")
}

/// How many they are.
pub(super) fn counted(unread: &[Unread]) -> String {
    match unread.iter().map(Unread::count).sum::<i64>() {
        1 => "1 record".to_owned(),
        many => format!("{many} records"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(list: &[(i32, i64)]) -> Offsets {
        let one = |(partition, next): &(i32, i64)| (("alerts".to_owned(), *partition), *next);
        list.iter().map(one).collect()
    }

    fn unread(own: &[(i32, i64)], common: &[(i32, i64)]) -> Vec<String> {
        let standing = Standing {
            offsets: offsets(own),
            ..Standing::default()
        };
        let unread = standing.unread(&offsets(common));
        unread.iter().map(Unread::to_string).collect()
    }

    #[test]
    fn what_the_common_group_has_read_and_the_own_one_has_not_is_unread() {
        let none: [String; 0] = [];
        assert_eq!(unread(&[(0, 5), (1, 7)], &[(0, 5), (1, 3)]), none);
        assert_eq!(
            unread(&[(0, 5), (1, 7)], &[(0, 8), (1, 8)]),
            ["alerts/0/5 to 7", "alerts/1/7 to 7"]
        );
        assert_eq!(unread(&[(0, 5)], &[(1, 8)]), none);
    }

    #[test]
    fn an_offset_of_a_topic_that_is_no_more_counts_for_nothing() {
        let standing = Standing {
            offsets: offsets(&[(0, 20), (1, 3)]),
            foreign: BTreeSet::from([("alerts".to_owned(), 0)]),
            closed: false,
        };
        assert!(standing.is_open());
        assert_eq!(standing.of_these_topics().offsets, offsets(&[(1, 3)]));
    }

    #[test]
    fn a_group_that_was_given_up_is_not_open() {
        let standing = |closed, list: &[(i32, i64)]| Standing {
            offsets: offsets(list),
            closed,
            foreign: BTreeSet::new(),
        };
        assert!(standing(false, &[(0, 0)]).is_open());
        assert!(!standing(true, &[(0, 0)]).is_open());
        assert!(!Standing::default().is_open());
    }
}
