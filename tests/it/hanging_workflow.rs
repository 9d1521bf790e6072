//! A workflow that hangs delays nobody else; a backlog is worked off without a retry topic.

mod timed;

use serde_json::json;

use crate::kit::scene::{everywhere, start, start_again};
use crate::kit::topics::{Record, end_offsets, produce};
use crate::kit::{Answer, Daemon, Plan, Receiver, events, setups, unique, until};

/// Events of which each runs a workflow that hangs and one that is well.
const EVENTS: usize = 500;
/// Deliveries that the hanging one takes on.
const PLACES: usize = 32;
/// Requests that it is sent at the same time.
const IN_FLIGHT: usize = 16;

#[test]
fn a_hanging_workflow_delays_nobody_else() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/hangs", Answer::Hang);
        let name = unique("hangs");
        // What is parked for it does not come back while it is looked at.
        let tier = json!({"topic": format!("{name}.retry.1h"), "delay": "1h"});
        let plan = Plan::new(setup, &name)
            .set("retry.tiers", json!([tier]))
            // Were the partition held for each delivery, this would take an hour and more.
            .set("delivery.lane_wait", "10s")
            .workflow("healthy", &receiver.url("/healthy"))
            .workflow("hangs", &receiver.url("/hangs"))
            .set("workflows.hangs.timeout", "5m")
            .set("workflows.hangs.max_in_flight", IN_FLIGHT)
            .set("workflows.hangs.queue", PLACES)
            .on_high_alerts("both", &["hangs", "healthy"]);
        let daemon = start(setup, &plan, 1);
        let alerts: Vec<Record> = (0..EVENTS as u64)
            .map(|number| Record::of(events::alert(number, "High")))
            .collect();
        produce(&setup.cluster, &plan.name, &alerts);

        let healthy = receiver.wait_for("/healthy", EVENTS);
        assert_eq!(healthy.len(), EVENTS, "{setup}: each once");
        let of_hangs = [("workflow", "hangs")];
        let unspent = (EVENTS - PLACES).to_string().parse().ok();
        until("what finds no place is parked", || {
            let parked = daemon.metric("firebell_parked_unspent_total", &of_hangs);
            (parked == unspent).then_some(())
        });
        assert_eq!(receiver.requests("/hangs").len(), IN_FLIGHT, "{setup}");
        let waits = daemon.metric("firebell_lane_wait_seconds_count", &of_hangs);
        assert_eq!(waits, Some(1.0), "{setup}: it was held once");
    });
}

/// Matching events of the backlog: more than the lane takes on, many times over.
const BACKLOG: u32 = 10_000;

#[test]
fn a_backlog_is_worked_off_without_a_retry() {
    // However late a busy machine frees a place, it is waited for.
    work_off(BACKLOG, "1m");
}

/// Has a backlog of so many events worked off, without a record in a retry topic.
fn work_off(backlog: u32, lane_wait: &str) {
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    let receiver = Receiver::start();
    let plan = Plan::new(setup, &unique("backlog"))
        .set("log.level", "warn")
        .set("delivery.lane_wait", lane_wait)
        .workflow("healthy", &receiver.url("/healthy"))
        .on_high_alerts("all", &["healthy"]);
    plan.create_topics(&setup.cluster, 4);
    let alert = |number: u32| Record {
        partition: Some(i32::try_from(number % 4).unwrap()),
        ..Record::of(format!(
            r#"{{"SystemAlertId":"{number}","AlertType":"B","Severity":"High"}}"#
        ))
    };
    for chunk in 0..backlog / 10_000 {
        let numbers = chunk * 10_000..(chunk + 1) * 10_000;
        let records: Vec<Record> = numbers.map(alert).collect();
        produce(&setup.cluster, &plan.name, &records);
    }
    let daemon: Daemon = start_again(&plan);
    let delivered = [("outcome", "delivered")];
    until("the backlog is worked off", || {
        let done = daemon.metric("firebell_deliveries_total", &delivered)?;
        (done >= f64::from(backlog)).then_some(())
    });
    let waits = daemon.metric("firebell_lane_wait_seconds_count", &[]);
    assert!(waits > Some(0.0), "{setup}: no place was waited for");
    for topic in plan.retry_topics() {
        let parked: i64 = end_offsets(&setup.cluster, &topic).values().sum();
        assert_eq!(parked, 0, "{setup}: {topic}");
    }
}
