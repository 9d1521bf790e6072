//! Commits of what was stored, and how they are counted.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use tokio::time::sleep;

use super::GroupContext;
use crate::config::GroupProtocol;
use crate::consume::offsets::Committed;

/// How long a commit may wait for the member's new epoch: some heartbeats that are sent at once.
const FRESH_EPOCH: Duration = Duration::from_secs(3);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

impl GroupContext {
    /// How often offsets are committed.
    pub(in crate::consume) const fn commit_interval(&self) -> Duration {
        self.kafka.commit_interval
    }

    /// Commits what is stored, where the library does not do it by itself.
    pub(in crate::consume) fn commit_by_ourselves(&self, consumer: &BaseConsumer<Self>) {
        if self.kafka.group_protocol == GroupProtocol::Consumer {
            self.commit(consumer);
        }
    }

    /// Commits what is stored, and waits for the answer.
    pub(in crate::consume) fn commit(&self, consumer: &BaseConsumer<Self>) -> Committed {
        let result = consumer.commit_consumer_state(CommitMode::Sync);
        self.count(&result);
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
