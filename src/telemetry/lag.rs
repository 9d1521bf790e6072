//! How far the partitions that are ours are behind: true, or not told.

use std::collections::BTreeMap;
use std::sync::Arc;

use rdkafka::Statistics;
use rdkafka::statistics::Partition;

use super::catalogue::{CONSUMER_LAG, RETRY_DEPTH};

/// The value of a gauge that is not told: it is left out of what is shown.
pub(super) const UNKNOWN: f64 = f64::NAN;

/// Whether all that has come of a partition is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is.
    Idle,
    /// Some of it is not.
    Busy,
}

/// A partition that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPartition {
    /// Its topic.
    pub topic: Arc<str>,
    /// Its number.
    pub number: i32,
    /// What became of what has come of it.
    pub progress: Progress,
}

/// Reports the lag of the partitions that are ours, and what waits in our part of the retry
/// topics: nothing, where no partition is ours any more.
#[expect(clippy::cast_precision_loss, reason = "offsets stay far below 2^53")]
pub fn report_lag<'a>(
    group: &str,
    statistics: &Statistics,
    assigned: &[OwnPartition],
    retry_topics: impl Iterator<Item = &'a str>,
) {
    let mut depths: BTreeMap<&str, f64> = retry_topics.map(|topic| (topic, 0.0)).collect();
    for own in assigned {
        let lag = lag(statistics, own).map_or(UNKNOWN, |lag| lag as f64);
        CONSUMER_LAG
            .gauge(&[group, &own.topic, &own.number.to_string()])
            .set(lag);
        if let Some(depth) = depths.get_mut(own.topic.as_ref()) {
            *depth += lag;
        }
    }
    for (topic, depth) in depths {
        RETRY_DEPTH.gauge(&[topic]).set(depth);
    }
}

/// The offsets from the oldest that is not settled to the end that may be read; `None` while the
/// library does not know both, or nobody tells it of new records.
fn lag(statistics: &Statistics, own: &OwnPartition) -> Option<i64> {
    let topic = statistics.topics.get(own.topic.as_ref())?;
    let found = topic.partitions.get(&own.number)?;
    let is_up = |id| {
        let mut brokers = statistics.brokers.values();
        brokers.any(|broker| i64::from(broker.nodeid) == id && broker.state == "UP")
    };
    // Without a broker the partition is with one of the library's own, which is always up.
    let broker = known(found.broker.into())?;
    let is_read = found.fetch_state == "active" && is_up(broker);
    is_read.then_some(())?;
    behind(found, own.progress)
}

fn behind(found: &Partition, progress: Progress) -> Option<i64> {
    // Of read-committed reading: what lies behind it may not be read yet. Negative while unknown.
    let end = known(found.ls_offset)?;
    // Aborted records and the marks of transactions come to nobody, so no offset of theirs is ever
    // settled: the place from which the library fetches next has passed them.
    if progress == Progress::Idle && found.fetchq_cnt == 0 && found.next_offset >= end {
        return Some(0);
    }
    let settled = known(found.stored_offset).or_else(|| known(found.committed_offset));
    let behind = end - settled.or_else(|| known(found.lo_offset))?;
    // What was committed lies behind the end: the log was cut off, or is another one.
    (behind >= 0).then_some(behind)
}

fn known(offset: i64) -> Option<i64> {
    (offset >= 0).then_some(offset)
}

#[cfg(test)]
mod tests {
    use rdkafka::statistics::{Broker, Topic};

    use super::*;

    /// A partition whose first 10 records are settled, and whose other 5 wait in the queue.
    fn partition() -> Partition {
        Partition {
            fetch_state: "active".to_owned(),
            fetchq_cnt: 5,
            next_offset: 15,
            stored_offset: 10,
            committed_offset: 8,
            lo_offset: 0,
            ls_offset: 15,
            ..Partition::default()
        }
    }

    #[test]
    fn what_is_not_settled_is_lag() {
        assert_eq!(behind(&partition(), Progress::Idle), Some(5));
        assert_eq!(behind(&partition(), Progress::Busy), Some(5));
    }

    #[test]
    fn nothing_is_lag_when_all_is_read_and_settled_whatever_was_aborted() {
        let read = Partition {
            fetchq_cnt: 0,
            ..partition()
        };
        assert_eq!(behind(&read, Progress::Idle), Some(0));
        assert_eq!(behind(&read, Progress::Busy), Some(5), "in flight");
        let fetching = Partition {
            next_offset: 12,
            ..read
        };
        assert_eq!(behind(&fetching, Progress::Idle), Some(5), "not fetched");
    }

    #[test]
    fn without_anything_stored_the_committed_offset_counts_and_then_the_oldest() {
        let committed = Partition {
            stored_offset: -1001,
            ..partition()
        };
        assert_eq!(behind(&committed, Progress::Idle), Some(7));
        let none = Partition {
            committed_offset: -1001,
            ..committed
        };
        assert_eq!(behind(&none, Progress::Idle), Some(15));
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let no_end = Partition {
            ls_offset: -1001,
            fetchq_cnt: 0,
            ..partition()
        };
        assert_eq!(behind(&no_end, Progress::Idle), None);
        let beyond = Partition {
            stored_offset: 50,
            ..partition()
        };
        assert_eq!(behind(&beyond, Progress::Idle), None);
    }

    #[test]
    fn a_partition_whose_broker_is_gone_tells_no_lag() {
        let own = OwnPartition {
            topic: "alerts".into(),
            number: 0,
            progress: Progress::Idle,
        };
        let lag_on = |broker: i32, state: &str| {
            let found = Partition {
                broker,
                ..partition()
            };
            let topic = Topic {
                partitions: [(0, found)].into(),
                ..Topic::default()
            };
            let broker = Broker {
                nodeid: broker,
                state: state.to_owned(),
                ..Broker::default()
            };
            let statistics = Statistics {
                brokers: [("one".to_owned(), broker)].into(),
                topics: [("alerts".to_owned(), topic)].into(),
                ..Statistics::default()
            };
            lag(&statistics, &own)
        };
        assert_eq!(lag_on(1, "UP"), Some(5));
        assert_eq!(lag_on(1, "TRY_CONNECT"), None);
        assert_eq!(lag_on(-1, "UP"), None);
        assert_eq!(lag(&Statistics::default(), &own), None);
    }
}
