//! The metrics of groups and partitions.

use metrics::{Counter, Gauge};

use super::catalogue::{
    COMMITS, CONSUMER_ERRORS, CONSUMER_LAG, HELD_PARTITIONS, OLDEST_UNSETTLED_SECONDS, REBALANCES,
    UNSETTLED,
};
use super::lag::UNKNOWN;
use crate::clock;
use crate::settle::Ledger;

/// Handles of one group's member.
pub struct GroupMetrics {
    /// Rebalances that gave.
    pub assigned: Counter,
    /// Rebalances that took.
    pub revoked: Counter,
    /// Commits that the broker took.
    pub committed: Counter,
    /// Commits that it did not.
    pub commit_failed: Counter,
    /// Errors lived through.
    pub errors: Counter,
}

impl GroupMetrics {
    /// The handles of this member.
    #[must_use]
    pub fn new(group: &str) -> Self {
        Self {
            assigned: REBALANCES.counter(&[group, "assigned"]),
            revoked: REBALANCES.counter(&[group, "revoked"]),
            committed: COMMITS.counter(&[group, "ok"]),
            commit_failed: COMMITS.counter(&[group, "failed"]),
            errors: CONSUMER_ERRORS.counter(&[group]),
        }
    }
}

/// Handles of one partition.
pub struct PartitionMetrics {
    unsettled: Gauge,
    oldest: Gauge,
    lag: Gauge,
    /// Counts the partitions of the member that are held for want of a workflow.
    pub held: Gauge,
}

impl PartitionMetrics {
    /// The handles of this partition, as this member of a group has it.
    #[must_use]
    pub fn new(group: &str, topic: &str, partition: i32) -> Self {
        let labels = [group, topic, &partition.to_string()];
        let lag = CONSUMER_LAG.gauge(&labels);
        // Until the library's figures tell it.
        lag.set(UNKNOWN);
        Self {
            unsettled: UNSETTLED.gauge(&labels),
            oldest: OLDEST_UNSETTLED_SECONDS.gauge(&labels),
            lag,
            held: HELD_PARTITIONS.gauge(&[group]),
        }
    }

    /// How the ledger stands now (milliseconds since the epoch).
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
    pub fn report(&self, ledger: &Ledger, now: i64) {
        self.unsettled.set(ledger.unsettled() as f64);
        let age = ledger
            .oldest()
            .map_or(0.0, |at| clock::between_millis(at, now).as_secs_f64());
        self.oldest.set(age);
    }

    /// The partition is no longer ours: what it showed is no longer true.
    pub fn forget(&self) {
        for gauge in [&self.unsettled, &self.oldest] {
            gauge.set(0.0);
        }
        self.lag.set(UNKNOWN);
    }
}
