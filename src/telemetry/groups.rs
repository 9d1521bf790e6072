//! The metrics of groups and partitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use metrics::{Counter, Gauge};
use rdkafka::Statistics;

use super::catalogue::{
    COMMITS, CONSUMER_ERRORS, CONSUMER_LAG, HELD_PARTITIONS, OLDEST_UNSETTLED_SECONDS, REBALANCES,
    RETRY_DEPTH, UNSETTLED,
};
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
        Self {
            unsettled: UNSETTLED.gauge(&labels),
            oldest: OLDEST_UNSETTLED_SECONDS.gauge(&labels),
            lag: CONSUMER_LAG.gauge(&labels),
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
        for gauge in [&self.unsettled, &self.oldest, &self.lag] {
            gauge.set(0.0);
        }
    }
}

/// Reports the lag of the partitions that are ours, and what waits in our part of the retry
/// topics: nothing, where no partition is ours any more.
#[expect(clippy::cast_precision_loss, reason = "offsets stay far below 2^53")]
pub fn report_lag<'a>(
    group: &str,
    statistics: &Statistics,
    assigned: &[(Arc<str>, i32)],
    retry_topics: impl Iterator<Item = &'a str>,
) {
    let mut depths: BTreeMap<&str, i64> = retry_topics.map(|topic| (topic, 0)).collect();
    for (topic, partition) in assigned {
        let found = statistics.topics.get(topic.as_ref());
        let Some(found) = found.and_then(|topic| topic.partitions.get(partition)) else {
            continue;
        };
        // -1 until the library knows.
        let lag = found.consumer_lag.max(0);
        CONSUMER_LAG
            .gauge(&[group, topic, &partition.to_string()])
            .set(lag as f64);
        if let Some(depth) = depths.get_mut(topic.as_ref()) {
            *depth += lag;
        }
    }
    for (topic, depth) in depths {
        RETRY_DEPTH.gauge(&[topic]).set(depth as f64);
    }
}
