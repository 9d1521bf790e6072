//! Whoever stops leaves its groups: nobody waits for it, neither the next process nor the others.

mod rolling;
mod timed;

use std::time::Duration;

use rolling::lateness;

use crate::kit::scene::{everywhere, on_kafka, start_again};
use crate::kit::topics::{Record, produce};
use crate::kit::{
    Answer, Daemon, Plan, Receiver, Setup, events, members, throughout, unique, until,
};

/// A session that no wait of a test outlasts: what is left in a group stays there.
const SESSION: &str = "5m";

/// Alerts for a workflow that works, one that has a group of its own, and one that fails: each
/// group has read something.
fn plan(setup: &Setup, receiver: &Receiver) -> Plan {
    receiver.answer("/fails", Answer::Status(503));
    Plan::new(setup, &unique("leaves"))
        .set("kafka.session_timeout", SESSION)
        .workflow("w", &receiver.url("/w"))
        .workflow("own", &receiver.url("/own"))
        .set("workflows.own.own_group", true)
        .workflow("fails", &receiver.url("/fails"))
        .on_high_alerts("a", &["w", "own", "fails"])
}

fn groups(plan: &Plan) -> [String; 3] {
    let own = format!("{}.own", plan.name);
    [plan.name.clone(), plan.retry_group(), own]
}

fn stop(mut daemon: Daemon) {
    daemon.sigterm();
    assert_eq!(daemon.wait_exit().code(), Some(0));
}

fn produce_one(setup: &Setup, plan: &Plan, number: u64) {
    let record = Record::of(events::alert(number, "High"));
    produce(&setup.cluster, &plan.name, &[record]);
}

#[test]
fn a_drained_stop_leaves_no_member_in_any_group() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, &receiver);
        plan.create_topics(&setup.cluster, 4);
        for number in 0..5 {
            let daemon = start_again(&plan);
            produce_one(setup, &plan, number);
            for path in ["/w", "/own"] {
                receiver.wait_for(path, usize::try_from(number).unwrap() + 1);
            }
            receiver.wait_for("/fails", 1);
            stop(daemon);
            for group in groups(&plan) {
                assert_eq!(members(&setup.cluster, &group), 0, "{group}, stop {number}");
            }
        }
    });
}

#[test]
fn a_stop_before_the_first_assignment_leaves_no_member() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, &receiver);
        plan.create_topics(&setup.cluster, 4);
        for wait in [0, 50, 100, 200, 400] {
            let daemon = Daemon::start(&plan);
            until("it joins", || {
                daemon
                    .output()
                    .contains("\"message\":\"started\"")
                    .then_some(())
            });
            throughout(Duration::from_millis(wait), || {});
            stop(daemon);
            for group in groups(&plan) {
                assert_eq!(
                    members(&setup.cluster, &group),
                    0,
                    "{group}, after {wait} ms"
                );
            }
        }
    });
}

#[test]
fn a_member_with_a_name_of_its_own_stays_and_finds_its_partitions_again() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, &receiver).set("kafka.group_instance_id", "pod-0");
        plan.create_topics(&setup.cluster, 4);
        for number in 0..2 {
            let daemon = start_again(&plan);
            produce_one(setup, &plan, number);
            receiver.wait_for("/w", usize::try_from(number).unwrap() + 1);
            stop(daemon);
            assert_eq!(members(&setup.cluster, &plan.name), 1, "stop {number}");
        }
    });
}

#[test]
fn a_rolling_restart_waits_for_nobody_and_repeats_nothing() {
    everywhere(|setup| {
        if setup.takes_commits_while_joining() {
            lateness(setup);
        }
    });
}
