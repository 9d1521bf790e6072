//! A stop that is asked for loses nothing, repeats nothing, and ends in time.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::types::RDKafkaRespErr;

use crate::kit::scene::{
    counted, everywhere, own, start, start_again, wait_records, wait_settled, where_it_can_fail,
};
use crate::kit::topics::{Record, end_offsets, produce, read};
use crate::kit::{Answer, Daemon, Plan, Received, Receiver, Request, Setup, events, unique, until};

#[test]
fn a_stop_with_deliveries_in_flight_repeats_none_of_them() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Delay(Duration::from_millis(200), 200));
        let plan = Plan::new(setup, &unique("stopped"))
            .patient()
            .workflow("w", &receiver.url("/w"))
            // No more are waiting to be sent when it stops than are sent at once.
            .set("workflows.w.queue", 16)
            .on_high_alerts("a", &["w"]);
        let mut daemon = start(setup, &plan, 4);
        produce(&setup.cluster, &plan.name, &alerts(0..100));
        receiver.wait_for("/w", 10);
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(0));
        assert!(daemon.output().contains("\"message\":\"drained\""));
        // What was begun was finished, and the rest was left to the next.
        let done = receiver.requests("/w").len();
        assert!(done >= 10, "{done}");

        let _daemon = start_again(&plan);
        wait_settled(setup, &plan);
        each_once(&receiver, 100);
    });
}

fn alerts(numbers: std::ops::Range<u64>) -> Vec<Record> {
    numbers
        .map(|n| Record::of(events::alert(n, "High")))
        .collect()
}

fn each_once(receiver: &Receiver, count: u64) {
    let requests = receiver.requests("/w");
    let numbers = counted(requests.iter().filter_map(|one| events::number(&one.body)));
    let expected: BTreeMap<_, _> = (0..count).map(|number| (number, 1)).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn a_revocation_whose_commit_meets_a_newer_epoch_repeats_nothing() {
    where_it_can_fail(|setup| {
        // Nobody else has epochs.
        if setup.group_protocol != "consumer" {
            return;
        }
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("epoch"))
            .patient()
            .workflow("w", &receiver.url("/w"))
            // Nothing but the revocation commits.
            .set("kafka.commit_interval", "1m")
            .on_high_alerts("a", &["w"]);
        let mut first = start(setup, &plan, 2);
        let alert = |n: u64, partition| Record {
            partition: Some(partition),
            ..Record::of(events::alert(n, "High"))
        };
        let records: Vec<_> = (0..20).map(|n| alert(n, i32::from(n % 2 == 0))).collect();
        produce(&setup.cluster, &plan.name, &records);
        receiver.wait_for("/w", 20);
        let stale = RDKafkaRespErr::RD_KAFKA_RESP_ERR_STALE_MEMBER_EPOCH;
        let faults = setup.cluster.faults().unwrap();
        faults.fail_next(Request::OffsetCommit, &[stale]);
        let mut second = start_again(&plan);
        until("the first gives a partition up", || {
            first.output().contains("partitions revoked").then_some(())
        });
        let failed = [("group", "sources"), ("result", "failed")];
        let failed = first.metric("firebell_commits_total", &failed);
        assert!(failed >= Some(1.0), "no commit met the newer epoch");
        for daemon in [&mut first, &mut second] {
            daemon.sigterm();
            assert_eq!(daemon.wait_exit().code(), Some(0));
        }
        wait_settled(setup, &plan);
        each_once(&receiver, 20);
    });
}

#[test]
fn a_stop_parks_what_hangs_and_ends_in_time() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = of_hanging(setup, &receiver)
            .set("kafka.drain_timeout", "10s")
            .set("kafka.session_timeout", "12s")
            .set("shutdown.grace", "1m");
        let mut daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &alerts(0..3));
        receiver.wait_for("/hang", 3);
        receiver.wait_for("/w", 3);
        daemon.sigterm();
        // Past its grace it would end with 1.
        assert_eq!(daemon.wait_exit().code(), Some(0));

        let parked = wait_records(setup, &plan.retry_topics()[0], 3);
        assert_eq!(parked.len(), 3);
        for one in &parked {
            let words = (
                own(one, "workflow"),
                own(one, "reason"),
                own(one, "attempts"),
            );
            assert_eq!(words, ("hangs", "cut-off", "1"));
        }
        assert!(crate::kit::topics::all_committed(
            &setup.cluster,
            &plan.name,
            &plan.name
        ));

        receiver.answer("/hang", Answer::Status(200));
        let _daemon = start_again(&plan);
        wait_settled(setup, &plan);
        each_once(&receiver, 3);
        let accepted = receiver
            .requests("/hang")
            .into_iter()
            .filter(Received::accepted);
        let numbers = counted(accepted.filter_map(|one| events::number(&one.body)));
        assert_eq!(numbers, BTreeMap::from([(0, 1), (1, 1), (2, 1)]));
    });
}

/// A workflow that never answers beside one that does, for every alert of high severity.
fn of_hanging(setup: &Setup, receiver: &Receiver) -> Plan {
    receiver.answer("/hang", Answer::Hang);
    Plan::new(setup, &unique("hangs"))
        .workflow("hangs", &receiver.url("/hang"))
        .set("workflows.hangs.timeout", "5m")
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["hangs", "w"])
}

#[test]
fn a_second_signal_ends_at_once() {
    everywhere(|setup| {
        for second in ["TERM", "INT"] {
            let receiver = Receiver::start();
            let plan = of_hanging(setup, &receiver)
                .set("kafka.drain_timeout", "2m")
                .set("kafka.session_timeout", "150s")
                .set("shutdown.grace", "3m");
            let mut daemon = start(setup, &plan, 1);
            produce(&setup.cluster, &plan.name, &alerts(0..1));
            receiver.wait_for("/hang", 1);
            daemon.sigterm();
            until("it says that it drains", || {
                let (status, text) = daemon.get("/readyz")?;
                (status == 503 && text.contains("draining")).then_some(())
            });
            daemon.signal(second);
            assert_eq!(daemon.wait_exit().code(), Some(1));
            assert!(daemon.output().contains("asked twice"));
            // When half of the drain's time is over, what hangs is parked: it was not waited for.
            let parked = end_offsets(&setup.cluster, &plan.retry_topics()[0]);
            assert_eq!(parked.values().sum::<i64>(), 0);
        }
    });
}

#[test]
fn a_member_that_joins_and_leaves_costs_neither_loss_nor_repetition() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Delay(Duration::from_millis(20), 200));
        let plan = Plan::new(setup, &unique("joined"))
            .patient()
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let mut first = start(setup, &plan, 4);
        let send = |numbers| {
            // Evenly, so that each member has its share.
            let mut records = alerts(numbers);
            for (record, partition) in records.iter_mut().zip((0..4).cycle()) {
                record.partition = Some(partition);
            }
            produce(&setup.cluster, &plan.name, &records)
        };
        send(0..200);
        if !setup.takes_commits_while_joining() {
            wait_settled(setup, &plan);
        }
        let mut second = start_again(&plan);
        if setup.takes_commits_while_joining() {
            send(200..400);
        }
        let delivered = |one: &Daemon| one.metric("firebell_deliveries_total", &[]).unwrap_or(0.0);
        until("the second has a share of the work", || {
            (partitions(&first) == 2 && partitions(&second) == 2).then_some(())
        });
        send(if setup.takes_commits_while_joining() {
            400..600
        } else {
            200..600
        });
        until("the second works", || {
            (delivered(&second) >= 20.0).then_some(())
        });
        send(600..800);
        second.sigterm();
        assert_eq!(second.wait_exit().code(), Some(0));
        send(800..1_000);
        wait_settled(setup, &plan);
        first.sigterm();
        assert_eq!(first.wait_exit().code(), Some(0));

        each_once(&receiver, 1_000);
        for topic in plan.retry_topics() {
            assert!(read(&setup.cluster, &topic).is_empty(), "{topic}");
        }
    });
}

/// Partitions of the source that a daemon has, by its own lines.
fn partitions(daemon: &Daemon) -> i64 {
    let text = daemon.output();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|line| line["group"] == "sources");
    lines
        .filter_map(|line| match line["message"].as_str()? {
            "partitions assigned" => line["partitions"].as_i64(),
            "partitions revoked" => Some(-line["partitions"].as_i64()?),
            _ => None,
        })
        .sum()
}
