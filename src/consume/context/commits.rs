//! Commits of what was stored, and how they are counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use tokio::time::sleep;

use super::GroupContext;
use crate::config::GroupProtocol;
use crate::consume::offsets::{self, Committed, Next};

/// How long a commit may wait for the member's new epoch: some heartbeats that are sent at once.
const FRESH_EPOCH: Duration = Duration::from_secs(3);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

impl GroupContext {
    /// How often offsets are committed.
    pub(in crate::consume) const fn commit_interval(&self) -> Duration {
        self.kafka.commit_interval
    }

    /// Commits what the library does not commit by itself.
    pub(in crate::consume) fn commit_by_ourselves(&self, consumer: &BaseConsumer<Self>) {
        match self.kafka.group_protocol {
            GroupProtocol::Consumer => self.commit(consumer),
            GroupProtocol::Classic => self.commit_backward(consumer),
        };
    }

    /// Commits what is stored, and waits for the answer.
    pub(in crate::consume) fn commit(&self, consumer: &BaseConsumer<Self>) -> Committed {
        let backward = self.commit_backward(consumer);
        // Each waits for the coordinator, where there is none.
        if backward == Committed::No {
            return backward;
        }
        let result = consumer.commit_consumer_state(CommitMode::Sync);
        match (backward, self.judge(&result)) {
            (Committed::Yes, forward) => forward,
            (backward, _) => backward,
        }
    }

    /// Commits the offsets that are not greater than what is committed; from there on the library
    /// goes forward.
    fn commit_backward(&self, consumer: &BaseConsumer<Self>) -> Committed {
        let pending = self.rewinds.pending();
        if pending.is_empty() {
            return Committed::Yes;
        }
        let next = |(place, offset): &((Arc<str>, i32), i64)| {
            let topic = self.identities.beginning(place).topic.get().copied();
            Next::new(place.clone(), *offset, topic)
        };
        let all: Vec<Next> = pending.iter().map(next).collect();
        let committed = self.judge(&offsets::commit(consumer, &all));
        if committed == Committed::Yes {
            self.rewinds.committed(&pending);
        }
        committed
    }

    fn judge(&self, result: &KafkaResult<()>) -> Committed {
        self.count(result);
        match result {
            Ok(()) | Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => Committed::Yes,
            // With the old generation while the new one is on its way here.
            Err(KafkaError::ConsumerCommit(
                RDKafkaErrorCode::RebalanceInProgress | RDKafkaErrorCode::IllegalGeneration,
            )) => Committed::NotNow,
            Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::StaleMemberEpoch)) => Committed::Stale,
            Err(_) => Committed::No,
        }
    }

    /// Commits what is stored, before a partition goes to its next owner. Only a stale epoch is
    /// waited for, which the library leaves to us: it heartbeats at once, in a thread of its own.
    /// Under the classic protocol the new generation comes by this very callback's end.
    pub(in crate::consume) fn commit_before_leaving(
        &self,
        consumer: &BaseConsumer<Self>,
    ) -> Committed {
        let until = Instant::now() + self.kafka.drain_timeout.min(FRESH_EPOCH);
        loop {
            match self.commit(consumer) {
                Committed::Stale if Instant::now() < until => self.runtime.block_on(async {
                    sleep(PAUSE).await;
                }),
                answer
                @ (Committed::Yes | Committed::NotNow | Committed::Stale | Committed::No) => {
                    return answer;
                }
            }
        }
    }

    /// Counts a commit. One that meets a rebalance comes again once the group has settled.
    pub(super) fn count(&self, result: &KafkaResult<()>) {
        match result {
            Ok(()) => self.metrics.committed.increment(1),
            Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => {}
            Err(KafkaError::ConsumerCommit(
                RDKafkaErrorCode::RebalanceInProgress | RDKafkaErrorCode::StaleMemberEpoch,
            )) => self.metrics.commit_failed.increment(1),
            Err(error) => {
                self.metrics.commit_failed.increment(1);
                tracing::warn!(group = &*self.name, error = %error, "failed to commit");
            }
        }
    }
}
