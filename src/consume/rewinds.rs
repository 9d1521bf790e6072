//! Offsets that have to be committed although they are not greater than what is committed: the
//! library's own commits only go forward.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Place = (Arc<str>, i32);

/// The partitions of a member whose committed offset must be replaced, and those of which the
/// library has told that their offset was gone. Bounded by the partitions.
#[derive(Debug, Default)]
pub(super) struct Rewinds(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The offset of the next record to read that is not settled.
    pending: BTreeMap<Place, i64>,
    /// Told by the library, and no record has come since.
    heard: BTreeSet<Place>,
    /// Told by the library, and not yet compared with what is committed.
    to_compare: BTreeSet<Place>,
    /// Shown by a record, and told by nobody.
    untold: BTreeSet<Place>,
}

impl Rewinds {
    /// From now on this is what must be committed.
    pub(super) fn begin(&self, place: Place, next: i64) {
        self.lock().pending.insert(place, next);
    }

    /// The same, unless it is less already.
    pub(super) fn begin_at_most(&self, place: Place, next: i64) {
        let mut inner = self.lock();
        let pending = inner.pending.entry(place).or_insert(next);
        *pending = next.min(*pending);
    }

    /// Whether something must be committed for this partition.
    pub(super) fn is_pending(&self, place: &Place) -> bool {
        self.lock().pending.contains_key(place)
    }

    /// A record came whose offset is less than that of the one before it, or than what is committed.
    pub(super) fn went_back(&self, place: Place, next: i64) {
        let mut inner = self.lock();
        if !inner.heard.remove(&place) {
            inner.untold.insert(place.clone());
        }
        inner.pending.insert(place, next);
    }

    /// More is settled.
    pub(super) fn advance(&self, place: &Place, next: i64) {
        if let Some(pending) = self.lock().pending.get_mut(place) {
            *pending = next;
        }
    }

    /// What must be committed.
    pub(super) fn pending(&self) -> Vec<(Place, i64)> {
        let inner = self.lock();
        let pending = inner.pending.iter();
        pending
            .map(|(place, next)| (place.clone(), *next))
            .collect()
    }

    /// This was committed: from here on the library's commits go forward.
    pub(super) fn committed(&self, done: &[(Place, i64)]) {
        let mut inner = self.lock();
        for (place, next) in done {
            // What has advanced meanwhile is committed by the library; what went back is not.
            if inner.pending.get(place).is_some_and(|now| now >= next) {
                inner.pending.remove(place);
            }
        }
    }

    /// The library tells that the offset to read on from is gone.
    pub(super) fn hear(&self, place: Place) {
        let mut inner = self.lock();
        inner.to_compare.insert(place.clone());
        if !inner.untold.remove(&place) {
            inner.heard.insert(place);
        }
    }

    /// One of those that were told and have to be compared with what is committed.
    pub(super) fn to_compare(&self) -> Option<Place> {
        self.lock().to_compare.first().cloned()
    }

    /// It is compared.
    pub(super) fn compared(&self, place: &Place) {
        self.lock().to_compare.remove(place);
    }

    /// Those that went back without a word.
    pub(super) fn untold(&self) -> BTreeSet<Place> {
        self.lock().untold.clone()
    }

    /// Whether nobody has told it still; from now on somebody has.
    pub(super) fn tell(&self, place: &Place) -> bool {
        self.lock().untold.remove(place)
    }

    /// These partitions are no longer ours.
    pub(super) fn forget(&self, taken: &[(String, i32)]) {
        let mut inner = self.lock();
        for (topic, number) in taken {
            let place = (Arc::from(topic.as_str()), *number);
            inner.pending.remove(&place);
            inner.heard.remove(&place);
            inner.to_compare.remove(&place);
            inner.untold.remove(&place);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The partition of a line of the library's about an offset: `TOPIC [NUMBER]: offset reset (…`.
pub(super) fn place_of(line: &str) -> Option<(&str, i32)> {
    let (place, _) = line.split_once("]: offset reset")?;
    let (topic, number) = place.rsplit_once(" [")?;
    // The binding puts the library's thread before it.
    let topic = topic.rsplit(' ').next()?;
    Some((topic, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        (Arc::from("alerts"), 0)
    }

    #[test]
    fn what_went_back_is_committed_at_the_place_that_is_settled_by_then() {
        let rewinds = Rewinds::default();
        rewinds.advance(&place(), 3);
        assert!(rewinds.pending().is_empty());
        rewinds.went_back(place(), 0);
        rewinds.advance(&place(), 4);
        let pending = rewinds.pending();
        assert_eq!(pending, [(place(), 4)]);
        rewinds.advance(&place(), 6);
        rewinds.committed(&pending);
        assert!(rewinds.pending().is_empty(), "the rest goes forward");
    }

    #[test]
    fn what_went_back_once_more_is_committed_once_more() {
        let rewinds = Rewinds::default();
        rewinds.went_back(place(), 7);
        let pending = rewinds.pending();
        rewinds.went_back(place(), 0);
        rewinds.committed(&pending);
        assert_eq!(rewinds.pending(), [(place(), 0)]);
        rewinds.begin_at_most(place(), 5);
        assert_eq!(rewinds.pending(), [(place(), 0)]);
        rewinds.begin(place(), 50);
        rewinds.begin_at_most(place(), 3);
        assert_eq!(rewinds.pending(), [(place(), 3)]);
        rewinds.forget(&[("alerts".to_owned(), 0)]);
        assert!(rewinds.pending().is_empty());
    }

    #[test]
    fn a_reset_is_told_by_us_only_if_the_library_does_not() {
        let rewinds = Rewinds::default();
        rewinds.hear(place());
        rewinds.went_back(place(), 0);
        assert!(rewinds.untold().is_empty(), "it was heard before");
        rewinds.went_back(place(), 0);
        rewinds.hear(place());
        assert!(!rewinds.tell(&place()), "it is heard afterwards");
        rewinds.forget(&[("alerts".to_owned(), 0)]);
        rewinds.went_back(place(), 0);
        assert_eq!(rewinds.untold(), BTreeSet::from([place()]));
        assert!(rewinds.tell(&place()) && !rewinds.tell(&place()));
    }

    #[test]
    fn the_partition_of_a_reset_is_read_from_the_librarys_line() {
        let line = "defender.alerts [12]: offset reset (at offset 50, broker 1) to BEGINNING: why";
        assert_eq!(place_of(line), Some(("defender.alerts", 12)));
        let line = format!("[thrd:main]: {line}");
        assert_eq!(place_of(&line), Some(("defender.alerts", 12)));
        assert_eq!(place_of("alerts [1]: something else"), None);
    }
}
