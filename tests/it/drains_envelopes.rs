//! A stop does not wait for a record of many events to find its places.

use std::time::Duration;

use serde_json::Value;

use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Daemon, Plan, Receiver, events, setups, unique};

const EVENTS: u64 = 200;

#[test]
fn a_stop_in_the_middle_of_a_large_envelope_ends_in_time() {
    let setup = &setups()[0];
    let receiver = Receiver::start();
    receiver.answer("/slow", Answer::Delay(Duration::from_millis(200), 200));
    let plan = Plan::new(setup, &unique("envelope"))
        .workflow("slow", &receiver.url("/slow"))
        .set("kafka.drain_timeout", "10s")
        .set("kafka.session_timeout", "12s")
        .set("shutdown.grace", "1m")
        .set("workflows.slow.max_in_flight", 1)
        .set("workflows.slow.queue", 1)
        .on_high_alerts("all", &["slow"]);
    plan.create_topics(&setup.cluster, 1);
    let mut daemon = Daemon::start(&plan);
    daemon.wait_ready();
    let all: Vec<Value> = (0..EVENTS)
        .map(|number| events::alert_value(number, "High"))
        .collect();
    let envelope = Record::of(Value::from(all).to_string());
    produce(&setup.cluster, &plan.name, &[envelope]);
    // One after the other they take forty seconds.
    receiver.wait_for("/slow", 3);
    daemon.sigterm();
    let status = daemon.wait_exit();
    assert_eq!(status.code(), Some(0), "{}", daemon.output());
    let parked: usize = plan
        .retry_topics()
        .iter()
        .map(|topic| read(&setup.cluster, topic).len())
        .sum();
    let delivered = receiver.requests("/slow").len();
    // A place is waited for half a second more, and then all others are parked.
    assert!(
        delivered < 100,
        "{delivered} were delivered before it ended"
    );
    assert_eq!(
        parked + delivered,
        usize::try_from(EVENTS).unwrap(),
        "each event once"
    );
}
