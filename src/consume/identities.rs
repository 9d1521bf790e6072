//! Which topic each partition was taken on from, and whether its name now stands for another one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::look::{Answer, Told};
use super::offsets::Standing;
use super::topic_id::TopicId;

type Place = (Arc<str>, i32);

/// What a partition's task must know of where it begins.
#[derive(Debug, Clone, Default)]
pub(super) struct Beginning {
    /// The topic's id, once it is known: stands beside each offset that is stored.
    pub(super) topic: Arc<OnceLock<TopicId>>,
    /// The offset of the next record to read, by what the group has committed of this very topic.
    pub(super) next: Option<i64>,
}

/// Where a partition begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Where the group stands, if it does.
    Committed,
    /// With the first record: what is committed was another topic's.
    Anew,
}

impl Start {
    /// Of a partition of which this is told and committed.
    pub(super) fn of(told: Option<Told>, committed: Option<&Standing>) -> Self {
        match (told, committed.and_then(|standing| standing.topic)) {
            (Some(Told::Id(is)), Some(was)) if is.replaces(was) => Self::Anew,
            _ => Self::Committed,
        }
    }
}

/// The topics of one member's partitions.
#[derive(Debug, Default)]
pub(super) struct Identities(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    places: BTreeMap<Place, Taken>,
    /// The last id of each topic that was subscribed to.
    last: BTreeMap<Arc<str>, TopicId>,
}

#[derive(Debug)]
struct Taken {
    beginning: Beginning,
    /// Whether it must be taken on once more, as soon as its topic's id is told: there was no such
    /// topic, or the group's offset could not be read.
    unsure: bool,
}

impl Identities {
    /// A partition is taken on. Where the cluster has not told the topic, the one is taken that the
    /// group's offset was committed for.
    pub(super) fn take_on(&self, place: Place, told: Option<Told>, committed: Option<&Standing>) {
        let id = match told {
            Some(Told::Id(id)) => Some(id),
            _ => committed.and_then(|standing| standing.topic),
        };
        let next = match Start::of(told, committed) {
            Start::Committed => committed.map(|standing| standing.next),
            Start::Anew => None,
        };
        let topic = Arc::new(id.map_or_else(OnceLock::new, OnceLock::from));
        let taken = Taken {
            beginning: Beginning { topic, next },
            unsure: told == Some(Told::Missing),
        };
        self.lock().places.insert(place, taken);
    }

    /// A partition is taken on of which the group's offset could not be read.
    pub(super) fn take_on_unread(&self, place: &Place, told: Option<Told>) {
        self.take_on(place.clone(), told, None);
        if let Some(taken) = self.lock().places.get_mut(place) {
            taken.unsure = true;
        }
    }

    /// What the task of a partition must know.
    pub(super) fn beginning(&self, place: &Place) -> Beginning {
        let known = self.lock();
        let taken = known.places.get(place);
        taken
            .map(|taken| taken.beginning.clone())
            .unwrap_or_default()
    }

    /// These partitions are no longer ours.
    pub(super) fn forget(&self, taken: &[(String, i32)]) {
        let mut known = self.lock();
        for (topic, number) in taken {
            known.places.remove(&(Arc::from(topic.as_str()), *number));
        }
    }

    /// Notes a topic's id, and answers whether this member has known another one by its name.
    pub(super) fn note(&self, topic: &Arc<str>, id: TopicId) -> Noted {
        match self.lock().last.insert(Arc::clone(topic), id) {
            None => Noted::First,
            Some(last) if last == id => Noted::Same,
            Some(_) => Noted::Other,
        }
    }

    /// The topics, with their ids, whose partitions must be taken on again: the name stands for
    /// another topic, or there was none when they were taken on. A partition whose topic was not
    /// known gets to know it.
    pub(super) fn replaced(&self, answer: &Answer) -> BTreeMap<Arc<str>, TopicId> {
        let known = self.lock();
        let mut replaced = BTreeMap::new();
        for ((topic, _), taken) in &known.places {
            let Some(Told::Id(is)) = answer.get(topic.as_ref()) else {
                continue;
            };
            if taken.unsure || taken.beginning.topic.get_or_init(|| *is) != is {
                replaced.insert(Arc::clone(topic), *is);
            }
        }
        replaced
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an id compares with the last one by this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// There was none.
    First,
    /// It is the same.
    Same,
    /// It is another.
    Other,
}

#[cfg(test)]
#[path = "identities/tests.rs"]
mod tests;
