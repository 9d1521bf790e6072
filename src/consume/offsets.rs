//! The one place where an offset is handed to the client library.

use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

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
pub(super) fn store<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    (topic, partition): (&str, i32),
    next: i64,
) {
    // The list must not outlive this function: one alive when the consumer is dropped makes the
    // drop wait for ever.
    let mut list = TopicPartitionList::with_capacity(1);
    let stored = list
        .add_partition_offset(topic, partition, Offset::Offset(next))
        .and_then(|()| consumer.store_offsets(&list));
    match stored {
        Ok(()) => {}
        Err(KafkaError::StoreOffset(RDKafkaErrorCode::State)) => {
            tracing::debug!(
                topic,
                partition,
                next,
                "offset not stored: no longer assigned"
            );
        }
        Err(error) => {
            tracing::warn!(topic, partition, next, error = %error, "failed to store an offset");
        }
    }
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
