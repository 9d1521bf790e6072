//! The one place where an offset is handed to the client library.
//!
//! A list of partitions that is alive when its consumer is dropped makes the drop wait for ever, so
//! every list ends in the function that made it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::topic_id::TopicId;

/// What a group has committed for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// The offset of the next record to read.
    pub(super) next: i64,
    /// The topic that it was committed for, where that is known.
    pub(super) topic: Option<TopicId>,
}

/// An offset to commit, of a topic and its partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    /// The topic and the partition.
    pub(super) place: (Arc<str>, i32),
    /// The offset of the next record to read.
    pub(super) offset: i64,
    /// The topic's id, where it is known.
    pub(super) topic: Option<TopicId>,
}

impl Next {
    /// The next record of this partition, and the topic's id where it is known.
    pub(super) const fn new(place: (Arc<str>, i32), offset: i64, topic: Option<TopicId>) -> Self {
        Self {
            place,
            offset,
            topic,
        }
    }

    fn add_to(&self, list: &mut TopicPartitionList) -> KafkaResult<()> {
        let (topic, partition) = &self.place;
        let mut added = list.add_partition(topic, *partition);
        if let Some(id) = self.topic {
            added.set_metadata(id.to_metadata());
        }
        added.set_offset(Offset::Offset(self.offset))
    }
}

/// Whether the broker took the stored offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Committed {
    /// It did, or there were none.
    Yes,
    /// The group is in the middle of a rebalance.
    NotNow,
    /// The member's epoch was raised on the way: the heartbeat that is under way brings the new
    /// one, and the same offsets are taken then.
    Stale,
    /// It did not.
    No,
}

/// Stores the offset of the next record to read; it is committed at the commit interval, and only
/// ever forward. A partition that is no longer ours is refused by the library, which is harmless:
/// its new owner commits.
pub(super) fn store<C: ConsumerContext>(consumer: &BaseConsumer<C>, next: &Next) {
    let mut list = TopicPartitionList::with_capacity(1);
    let stored = next
        .add_to(&mut list)
        .and_then(|()| consumer.store_offsets(&list));
    let ((topic, partition), next) = (&next.place, next.offset);
    match stored {
        Ok(()) => {}
        Err(KafkaError::StoreOffset(RDKafkaErrorCode::State)) => {
            tracing::debug!(
                topic = &**topic,
                partition,
                next,
                "offset not stored: no longer assigned"
            );
        }
        Err(error) => {
            tracing::warn!(topic = &**topic, partition, next, error = %error, "failed to store an offset");
        }
    }
}

/// Commits these offsets, backward, too, and waits for the answer.
pub(super) fn commit<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    all: &[Next],
) -> KafkaResult<()> {
    let mut list = TopicPartitionList::with_capacity(all.len());
    for next in all {
        next.add_to(&mut list)?;
    }
    consumer.commit(&list, CommitMode::Sync)
}

/// What the group has committed for these partitions.
pub(super) fn committed<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    places: &[(String, i32)],
    within: Duration,
) -> KafkaResult<BTreeMap<(String, i32), Standing>> {
    let mut list = TopicPartitionList::with_capacity(places.len());
    for (topic, partition) in places {
        list.add_partition(topic, *partition);
    }
    // The binding reads an empty list's elements from a null pointer.
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let answered = consumer.committed_offsets(list, within)?;
    let mut standings = BTreeMap::new();
    for one in answered.elements() {
        one.error()?;
        if let Offset::Offset(next) = one.offset() {
            let topic = TopicId::of_metadata(one.metadata());
            let place = (one.topic().to_owned(), one.partition());
            standings.insert(place, Standing { next, topic });
        }
    }
    Ok(standings)
}

/// The topics and partitions of a list, copied out of the library's memory.
#[must_use]
pub(super) fn places(list: &TopicPartitionList) -> Vec<(String, i32)> {
    // The binding reads an empty list's elements from a null pointer.
    if list.count() == 0 {
        return Vec::new();
    }
    list.elements()
        .iter()
        .map(|one| (one.topic().to_owned(), one.partition()))
        .collect()
}
