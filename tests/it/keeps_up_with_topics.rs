//! Topics change while a daemon runs, and while it does not: nothing that is written after that is
//! skipped, and an offset that no longer says where we stand is put right.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use crate::kit::changes::{
    commit, delete_topic, grow_topic, metadata, produce_aborted, recreate_topic,
};
use crate::kit::scene::{
    everywhere, on_kafka, start, start_again, wait_settled, where_it_can_fail,
};
use crate::kit::topics::{Record, committed, produce, read};
use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, throughout, unique, until};

const RESETS: &str = "firebell_offset_resets_total";

#[test]
fn what_is_done_after_an_offset_reset_is_committed_backward() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "reset", &receiver);
        plan.create_topics(&setup.cluster, 1);
        write(setup, &plan, 0..10);
        commit(&setup.cluster, (&plan.name, &plan.name), (50, ""));
        let daemon = start_again(&plan);
        wait_delivered(&receiver, 0..10);
        wait_committed(setup, &plan, 10);
        told_once(&daemon);
        stop(daemon);
        write(setup, &plan, 10..70);
        let _daemon = start_again(&plan);
        wait_delivered(&receiver, 0..70);
        assert_eq!(receiver.requests("/w").len(), 70, "{setup}: none twice");
    });
}

#[test]
fn an_offset_beyond_the_end_of_an_empty_topic_is_committed_backward() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "empty", &receiver);
        plan.create_topics(&setup.cluster, 1);
        commit(&setup.cluster, (&plan.name, &plan.name), (50, ""));
        let daemon = start_again(&plan);
        wait_committed(setup, &plan, 0);
        told_once(&daemon);
        stop(daemon);
        write(setup, &plan, 0..60);
        let _daemon = start_again(&plan);
        wait_delivered(&receiver, 0..60);
    });
}

#[test]
fn nothing_of_a_source_that_is_created_again_is_skipped() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "again", &receiver);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..20);
        wait_delivered(&receiver, 0..20);
        wait_committed(setup, &plan, 20);
        at_once(&daemon, || {
            recreate_topic(&setup.cluster, &plan.name, 1);
            write(setup, &plan, 20..70);
        });
        wait_delivered(&receiver, 0..70);
        wait_committed(setup, &plan, 50);
        told_once(&daemon);
        until("ready", || daemon.is_ready().then_some(()));
        stop(daemon);
        // What is committed belongs to the new topic: nothing is read again.
        let so_far = receiver.requests("/w").len();
        let _daemon = start_again(&plan);
        write(setup, &plan, 70..80);
        wait_delivered(&receiver, 0..80);
        assert_eq!(receiver.requests("/w").len(), so_far + 10, "{setup}");
    });
}

#[test]
fn nothing_of_a_source_that_was_created_again_meanwhile_is_skipped() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "meanwhile", &receiver);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..20);
        wait_delivered(&receiver, 0..20);
        stop(daemon);
        let beside = metadata(&setup.cluster, &plan.name, &plan.name);
        recreate_topic(&setup.cluster, &plan.name, 1);
        // Kafka forgets the offsets of a topic that is deleted, unless they are committed after that.
        commit(&setup.cluster, (&plan.name, &plan.name), (20, &beside));
        write(setup, &plan, 20..70);
        let daemon = start_again(&plan);
        wait_delivered(&receiver, 0..70);
        wait_committed(setup, &plan, 50);
        told_once(&daemon);
        assert_eq!(receiver.requests("/w").len(), 70, "{setup}: none twice");
    });
}

#[test]
fn nothing_of_a_retry_topic_that_is_created_again_is_skipped() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        receiver.script("/w", |_, nth| {
            Answer::Status(if nth < 30 { 503 } else { 200 })
        });
        let plan = plan(setup, "parked", &receiver)
            .set("workflows.w.attempts", 1)
            .set("workflows.w.breaker.enabled", false);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..30);
        receiver.wait_for("/w", 60);
        wait_settled(setup, &plan);
        let retry = &plan.retry_topics()[0];
        let parked = read(&setup.cluster, retry);
        assert_eq!(parked.len(), 30, "{setup}");
        at_once(&daemon, || {
            recreate_topic(&setup.cluster, retry, 1);
            produce(&setup.cluster, retry, &[parked.clone(), parked].concat());
        });
        receiver.wait_for("/w", 120);
    });
}

#[test]
fn a_daemon_whose_source_is_gone_is_not_ready_and_reads_it_once_it_is_there_again() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "gone", &receiver);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..20);
        wait_settled(setup, &plan);
        delete_topic(&setup.cluster, &plan.name);
        let why = format!("sources: the cluster has no topic {}", plan.name);
        until("readiness says that it is gone", || {
            let (status, text) = daemon.get("/readyz")?;
            (status == 503 && text.contains(&why)).then_some(())
        });
        setup.cluster.create_topic(&plan.name, 1);
        write(setup, &plan, 20..70);
        wait_delivered(&receiver, 0..70);
        until("it is ready again", || daemon.is_ready().then_some(()));
    });
}

#[test]
fn new_partitions_of_a_source_are_read() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "grows", &receiver);
        let _daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..3);
        wait_delivered(&receiver, 0..3);
        grow_topic(&setup.cluster, &plan.name, 3);
        let one = |number: u64| Record {
            partition: Some(i32::try_from(number % 3).unwrap()),
            ..Record::of(events::alert(number, "High"))
        };
        let records: Vec<_> = (3..12).map(one).collect();
        produce(&setup.cluster, &plan.name, &records);
        wait_delivered(&receiver, 0..12);
    });
}

#[test]
fn aborted_records_at_the_end_are_no_lag() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "aborted", &receiver);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..3);
        wait_delivered(&receiver, 0..3);
        let aborted: Vec<_> = (3..300).map(|n| events::alert(n, "High")).collect();
        produce_aborted(&setup.cluster, &plan.name, &aborted);
        stop(daemon);
        let daemon = start_again(&plan);
        until("the lag is none", || {
            (lag(&daemon, &plan)? == 0.0).then_some(())
        });
        // Some of the library's figures: it is told when it is known, not before.
        throughout(Duration::from_secs(4), || {
            let lag = lag(&daemon, &plan);
            assert!(lag.is_none_or(|lag| lag == 0.0), "{setup}: {lag:?}");
        });
    });
}

#[test]
fn a_lag_that_nobody_knows_is_not_told() {
    where_it_can_fail(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "unknown", &receiver);
        let daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..3);
        wait_delivered(&receiver, 0..3);
        until("it is told", || (lag(&daemon, &plan)? == 0.0).then_some(()));
        let faults = setup.cluster.faults().unwrap();
        faults.broker_down(1);
        until("it is told no more", || {
            lag(&daemon, &plan).is_none().then_some(())
        });
        faults.broker_up(1);
        until("it is told again", || lag(&daemon, &plan));
    });
}

fn plan(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    Plan::new(setup, &unique(name))
        .patient()
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"])
}

/// Does something of which the daemon sees the end alone.
fn at_once(daemon: &Daemon, change: impl FnOnce()) {
    daemon.signal("STOP");
    change();
    daemon.signal("CONT");
}

fn write(setup: &Setup, plan: &Plan, numbers: Range<u64>) {
    let records: Vec<_> = numbers
        .map(|number| Record::of(events::alert(number, "High")))
        .collect();
    produce(&setup.cluster, &plan.name, &records);
}

fn wait_delivered(receiver: &Receiver, numbers: Range<u64>) {
    let wanted: BTreeSet<u64> = numbers.collect();
    until(&format!("{} alerts are delivered", wanted.len()), || {
        let requests = receiver.requests("/w");
        let numbers = requests.iter().filter_map(|one| events::number(&one.body));
        let seen: BTreeSet<u64> = numbers.collect();
        wanted.is_subset(&seen).then_some(())
    });
}

fn wait_committed(setup: &Setup, plan: &Plan, next: i64) {
    until(&format!("{next} is committed"), || {
        let committed = committed(&setup.cluster, &plan.name, &plan.name);
        (committed[&0] == Some(next)).then_some(())
    });
}

/// One error line, and one count.
fn told_once(daemon: &Daemon) {
    until("the reset is counted", || {
        daemon.metric(RESETS, &[("group", "sources")])
    });
    assert_eq!(daemon.metric(RESETS, &[("group", "sources")]), Some(1.0));
    let output = daemon.output();
    let errors = output.lines().filter(|line| line.contains("\"ERROR\""));
    assert_eq!(errors.count(), 1, "{output}");
}

fn lag(daemon: &Daemon, plan: &Plan) -> Option<f64> {
    daemon.metric("firebell_consumer_lag", &[("topic", &plan.name)])
}

fn stop(mut daemon: Daemon) {
    daemon.sigterm();
    assert!(daemon.wait_exit().success());
}
