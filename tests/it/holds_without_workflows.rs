//! A partition is held while no workflow that its events may need is tried, and only then.

use serde_json::json;

use crate::kit::scene::{everywhere, start, start_again, wait_settled};
use crate::kit::topics::{Record, all_committed, end_offsets, produce};
use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, unique, until};

const EVENTS: u64 = 1_000;

fn alerts(severity: &str, numbers: std::ops::Range<u64>) -> Vec<Record> {
    let alert = |number| Record::of(events::alert(number, severity));
    numbers.map(alert).collect()
}

/// A workflow whose breaker opens soon, and is probed often.
fn plan(setup: &Setup, receiver: &Receiver, name: &str) -> Plan {
    Plan::new(setup, &unique(name))
        .workflow("dead", &receiver.url("/dead"))
        .set("workflows.dead.max_in_flight", 4)
        .set("workflows.dead.queue", 8)
        // Long enough for the breaker to open while the partition waits: what is parked is its work
        // alone, however busy the machine is.
        .set("delivery.lane_wait", "20s")
        .set(
            "workflows.dead.breaker",
            json!({"min_requests": 5, "probe_after": "1s", "probe_max": "2s"}),
        )
        .on_high_alerts("high", &["dead"])
}

fn held(daemon: &Daemon) -> Option<f64> {
    daemon.metric("firebell_held_partitions", &[("group", "sources")])
}

fn wait_held(daemon: &Daemon) {
    until("its partition is held", || {
        (held(daemon) == Some(1.0)).then_some(())
    });
}

fn parked(setup: &Setup, plan: &Plan) -> i64 {
    let count = |topic: &String| end_offsets(&setup.cluster, topic).values().sum::<i64>();
    plan.retry_topics().iter().map(count).sum()
}

#[test]
fn a_partition_that_nobody_is_there_for_is_held_and_its_records_stay_where_they_are() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/dead", Answer::Status(503));
        let plan = plan(setup, &receiver, "held");
        let mut daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &alerts("High", 0..EVENTS));
        wait_held(&daemon);
        let sent = receiver.requests("/dead").len();
        // A probe that fails is parked, and the partition is held on.
        receiver.wait_for("/dead", sent + 3);
        assert_eq!(held(&daemon), Some(1.0));
        let count = parked(setup, &plan);
        assert!(count < 200, "{count} parked");
        assert!(!all_committed(&setup.cluster, &plan.name, &plan.name));
        let lines = daemon.output().matches("held: no workflow").count();
        assert_eq!(lines, 1, "{}", daemon.output());

        // A hold keeps no stop from its end, and what was held is read again.
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(0));
        receiver.answer("/dead", Answer::Status(200));
        let daemon = start_again(&plan);
        wait_settled(setup, &plan);
        until("it is no longer held", || {
            (held(&daemon) == Some(0.0)).then_some(())
        });
        let taken = receiver.requests("/dead");
        let mut taken: Vec<_> = taken
            .iter()
            .filter(|request| request.accepted())
            .filter_map(|request| events::number(&request.body))
            .collect();
        taken.sort_unstable();
        assert_eq!(taken, (0..EVENTS).collect::<Vec<_>>());
    });
}

#[test]
fn a_rare_event_for_a_healthy_workflow_is_not_held_up_by_a_dead_one() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/dead", Answer::Status(503));
        let rule = json!({"property": "Severity", "operator": "Equals", "value": "Medium"});
        let plan = plan(setup, &receiver, "rare")
            .workflow("healthy", &receiver.url("/healthy"))
            .automation(json!({
                "name": "medium",
                "kinds": ["alerts"],
                "rule_sets": [{"rules": [rule]}],
                "workflows": ["healthy"],
            }));
        let daemon = start(setup, &plan, 1);
        let mut records = alerts("High", 0..EVENTS);
        records.extend(alerts("Medium", EVENTS..EVENTS + 1));
        produce(&setup.cluster, &plan.name, &records);
        receiver.wait_for("/healthy", 1);
        assert_eq!(held(&daemon), Some(0.0));
        until("the dead one's deliveries are parked", || {
            all_committed(&setup.cluster, &plan.name, &plan.name).then_some(())
        });
        assert!(parked(setup, &plan) > 900);
    });
}
