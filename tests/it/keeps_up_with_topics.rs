//! Topics change while a daemon runs, and while it does not: nothing that is written after that is
//! skipped, and an offset that no longer says where we stand is put right.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use crate::kit::changes::{grow_topic, produce_aborted};
use crate::kit::scene::{on_kafka, start, start_again, where_it_can_fail};
use crate::kit::topics::{Record, produce};
use crate::kit::{Daemon, Plan, Receiver, Setup, events, throughout, unique, until};

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

fn lag(daemon: &Daemon, plan: &Plan) -> Option<f64> {
    daemon.metric("firebell_consumer_lag", &[("topic", &plan.name)])
}

fn stop(mut daemon: Daemon) {
    daemon.sigterm();
    assert!(daemon.wait_exit().success());
}
