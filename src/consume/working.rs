//! Whether a member works, by what the client library counts: its coordinator and the leaders of
//! its partitions answer.

use std::time::Duration;

use rdkafka::Statistics;
use rdkafka::statistics::{Broker, Partition};

use crate::telemetry::OwnPartition;

/// A connection may be made again within this time, and a leader be elected.
const PATIENCE: Duration = Duration::from_secs(10);
/// A broker that was asked something and has said nothing for so long does not answer. A fetch is
/// answered within `fetch.wait.max.ms`, a heartbeat at once.
const SILENCE: Duration = Duration::from_secs(30);

/// The library's names for a member that waits for the others.
const JOINING: [&str; 2] = ["wait-join", "wait-sync"];

/// The library's name for the connection to a group's coordinator.
const COORDINATOR: &str = "GroupCoordinator";

/// Why a member with these partitions does not work at present, if it does not.
pub(super) fn problem(statistics: &Statistics, assigned: &[OwnPartition]) -> Option<String> {
    coordinator(statistics).or_else(|| unread(statistics, assigned))
}

fn coordinator(statistics: &Statistics) -> Option<String> {
    let group = statistics.cgrp.as_ref()?;
    if group.state != "up" && millis(group.stateage) >= PATIENCE {
        return Some("the group's coordinator is not known".to_owned());
    }
    // It answers a request to join once all members have joined.
    if JOINING.contains(&group.join_state.as_str()) {
        return None;
    }
    let broker = statistics.brokers.get(COORDINATOR)?;
    silence(broker).map(|why| format!("the group's coordinator {why}"))
}

/// The first of the partitions whose leader does not answer, and how many there are.
fn unread(statistics: &Statistics, assigned: &[OwnPartition]) -> Option<String> {
    let why = |own: &OwnPartition| {
        let OwnPartition { topic, number, .. } = own;
        let found = statistics.topics.get(topic.as_ref())?;
        let why = unanswered(statistics, found.partitions.get(number)?)?;
        Some(format!("{topic}/{number} is not read: {why}"))
    };
    let mut all = assigned.iter().filter_map(why);
    let first = all.next()?;
    match all.count() {
        0 => Some(first),
        more => Some(format!("{first}; and {more} more partitions")),
    }
}

fn unanswered(statistics: &Statistics, partition: &Partition) -> Option<String> {
    let group = statistics.cgrp.as_ref();
    let is_settled = group.is_some_and(|group| millis(group.rebalance_age) >= SILENCE);
    if let Some(why) = unfetched(partition).filter(|_| is_settled) {
        return Some(why);
    }
    let leads = |broker: &&Broker| broker.nodeid == partition.leader && broker.nodeid >= 0;
    // Without a leader the library asks for one; with its topic gone the group takes the partition.
    let leader = statistics.brokers.values().find(leads)?;
    silence(leader).map(|why| format!("broker {} {why}", leader.nodeid))
}

/// Why the library asks nobody for a partition's records.
fn unfetched(partition: &Partition) -> Option<String> {
    let state = partition.fetch_state.as_str();
    if state != "active" {
        return Some(format!(
            "the client does not fetch it, its state is {state}"
        ));
    }
    // It takes no leader whose epoch is less than the last one's, as that of a topic that was
    // created again may be.
    (partition.broker < 0).then(|| "the client knows no broker for it".to_owned())
}

fn silence(broker: &Broker) -> Option<String> {
    if broker.state != "UP" {
        let down = micros(broker.stateage) >= PATIENCE;
        return down.then(|| "cannot be reached".to_owned());
    }
    let silent = micros(broker.rxidle).min(micros(broker.stateage));
    let asked = broker.waitresp_cnt > 0;
    (asked && silent >= SILENCE).then(|| format!("has not answered for {} s", silent.as_secs()))
}

/// The library says -1 for never.
fn millis(age: i64) -> Duration {
    Duration::from_millis(age.try_into().unwrap_or_default())
}

fn micros(age: i64) -> Duration {
    Duration::from_micros(age.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rdkafka::statistics::{ConsumerGroup, Topic};

    use super::*;
    use crate::telemetry::Progress;

    fn broker(state: &str, idle: i64) -> Broker {
        Broker {
            nodeid: 1,
            state: state.to_owned(),
            stateage: 3_600_000_000,
            rxidle: idle * 1_000_000,
            waitresp_cnt: 1,
            ..Broker::default()
        }
    }

    fn statistics(leader: Broker) -> Statistics {
        let partition = Partition {
            leader: 1,
            broker: 1,
            fetch_state: "active".to_owned(),
            ..Partition::default()
        };
        let topic = Topic {
            partitions: (0..3).map(|number| (number, partition.clone())).collect(),
            ..Topic::default()
        };
        let group = ConsumerGroup {
            state: "up".to_owned(),
            ..ConsumerGroup::default()
        };
        Statistics {
            brokers: [("b:9092/1".to_owned(), leader)].into(),
            topics: [("t".to_owned(), topic)].into(),
            cgrp: Some(group),
            ..Statistics::default()
        }
    }

    fn own(number: i32) -> OwnPartition {
        OwnPartition {
            topic: "t".into(),
            number,
            progress: Progress::Idle,
        }
    }

    fn said(statistics: &Statistics, partitions: i32) -> Option<String> {
        let assigned: Vec<_> = (0..partitions).map(own).collect();
        problem(statistics, &assigned)
    }

    #[test]
    fn a_leader_that_answers_is_no_problem() {
        assert_eq!(said(&statistics(broker("UP", 1)), 3), None);
        let unasked = Broker {
            waitresp_cnt: 0,
            ..broker("UP", 600)
        };
        assert_eq!(said(&statistics(unasked), 3), None);
    }

    #[test]
    fn a_leader_that_does_not_answer_is_told_with_its_partitions() {
        let silent = statistics(broker("UP", 31));
        assert_eq!(
            said(&silent, 1).as_deref(),
            Some("t/0 is not read: broker 1 has not answered for 31 s")
        );
        let down = statistics(broker("CONNECT", 31));
        assert_eq!(
            said(&down, 3).as_deref(),
            Some("t/0 is not read: broker 1 cannot be reached; and 2 more partitions")
        );
        assert_eq!(said(&down, 0), None);
    }

    #[test]
    fn a_partition_that_is_not_fetched_is_told() {
        let mut statistics = statistics(broker("UP", 1));
        let partitions = &mut statistics.topics.get_mut("t").unwrap().partitions;
        "offset-query".clone_into(&mut partitions.get_mut(&1).unwrap().fetch_state);
        assert_eq!(said(&statistics, 3), None);
        statistics.cgrp.as_mut().unwrap().rebalance_age = 30_000;
        assert_eq!(
            said(&statistics, 3).as_deref(),
            Some("t/1 is not read: the client does not fetch it, its state is offset-query")
        );
        let partitions = &mut statistics.topics.get_mut("t").unwrap().partitions;
        let second = partitions.get_mut(&1).unwrap();
        "active".clone_into(&mut second.fetch_state);
        second.broker = -1;
        assert_eq!(
            said(&statistics, 3).as_deref(),
            Some("t/1 is not read: the client knows no broker for it")
        );
    }

    #[test]
    fn a_coordinator_that_is_not_there_is_told() {
        let mut statistics = statistics(broker("UP", 1));
        let group = statistics.cgrp.as_mut().unwrap();
        "wait-coord".clone_into(&mut group.state);
        group.stateage = 9_999;
        assert_eq!(said(&statistics, 3), None);
        statistics.cgrp.as_mut().unwrap().stateage = 10_000;
        assert_eq!(
            said(&statistics, 3).as_deref(),
            Some("the group's coordinator is not known")
        );
        let group = statistics.cgrp.as_mut().unwrap();
        "up".clone_into(&mut group.state);
        let coordinator = broker("UP", 40);
        statistics
            .brokers
            .insert(COORDINATOR.to_owned(), coordinator);
        assert_eq!(
            said(&statistics, 3).as_deref(),
            Some("the group's coordinator has not answered for 40 s")
        );
        let group = statistics.cgrp.as_mut().unwrap();
        "wait-join".clone_into(&mut group.join_state);
        assert_eq!(said(&statistics, 3), None);
    }
}
