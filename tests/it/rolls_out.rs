//! A process that does not know what another one parked passes it on: an update that is under way,
//! or is taken back, loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::kit::scene::{everywhere, own, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, unique, until};

const EVENTS: u64 = 6;
const PARTITIONS: i32 = 2;

/// What both know.
fn both(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    // With one retry topic each process has one of its partitions.
    let tier = json!({"topic": format!("{name}.retry"), "delay": "1s"});
    Plan::new(setup, name)
        .patient()
        .set("retry.tiers", json!([tier]))
        .set("retry.max_attempts", 10_000)
        .workflow("known", &receiver.url("/known"))
        .set("workflows.known.attempts", 1)
        .set("workflows.known.breaker.enabled", false)
        .on_high_alerts("a", &["known"])
}

/// Knows neither the automation `b` nor the workflow `fresh`.
fn old(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    both(setup, name, receiver).on_high_alerts("c", &["known"])
}

/// Knows both of them.
fn new(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    both(setup, name, receiver)
        .workflow("fresh", &receiver.url("/fresh"))
        .set("workflows.fresh.attempts", 1)
        .set("workflows.fresh.breaker.enabled", false)
        .on_high_alerts("b", &["known"])
        .on_high_alerts("c", &["fresh"])
}

/// Answers 503 until it is told to take what comes.
fn failing(receiver: &Receiver) -> Arc<AtomicBool> {
    let mended = Arc::new(AtomicBool::new(false));
    for path in ["/known", "/fresh"] {
        let mended = Arc::clone(&mended);
        receiver.script(path, move |_, _| {
            let taken = mended.load(Ordering::Relaxed);
            Answer::Status(if taken { 200 } else { 503 })
        });
    }
    mended
}

/// Alerts with keys, which would come back to where they were.
fn alerts() -> Vec<Record> {
    let alert = |number: u64| Record {
        key: Some(number.to_string().into_bytes()),
        ..Record::of(events::alert(number, "High"))
    };
    (0..EVENTS).map(alert).collect()
}

/// What waits, or waited, in the retry topics for this reason.
fn parked_for(setup: &Setup, plan: &Plan, reason: &str) -> Vec<Record> {
    let topics = plan.retry_topics();
    let all = topics.iter().flat_map(|topic| read(&setup.cluster, topic));
    all.filter(|one| own(one, "reason") == reason).collect()
}

/// Until the workflows have taken every delivery, and nothing is open.
fn wait_all_taken(setup: &Setup, plan: &Plan, receiver: &Receiver) {
    let taken = |path: &str| {
        let mut ids: Vec<String> = receiver
            .requests(path)
            .iter()
            .filter(|one| one.accepted())
            .map(|one| one.header("webhook-id").unwrap().to_owned())
            .collect();
        ids.sort();
        ids.dedup();
        ids.len()
    };
    let events = usize::try_from(EVENTS).unwrap();
    until("every delivery is taken", || {
        (taken("/known") == 2 * events && taken("/fresh") == events).then_some(())
    });
    wait_settled(setup, plan);
    assert_eq!(read(&setup.cluster, plan.dead_letter_topic()), []);
}

/// Starts `new`, has it park all that it makes of the alerts, and starts `old` beside it.
fn both_running(setup: &Setup, plans: [&Plan; 2]) -> [Daemon; 2] {
    let [new, old] = plans;
    let updated = start(setup, new, PARTITIONS);
    produce(&setup.cluster, &new.name, &alerts());
    let events = usize::try_from(EVENTS).unwrap();
    wait_records(setup, &new.retry_topics()[0], 3 * events);
    let outdated = start_again(old);
    for reason in ["automation-removed", "workflow-removed"] {
        until(&format!("the old process parks for {reason}"), || {
            (!parked_for(setup, new, reason).is_empty()).then_some(())
        });
    }
    [updated, outdated]
}

#[test]
fn what_one_process_does_not_know_reaches_one_that_does() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let mended = failing(&receiver);
        let name = unique("rolls-out");
        let (new, old) = (new(setup, &name, &receiver), old(setup, &name, &receiver));
        let [updated, outdated] = both_running(setup, [&new, &old]);
        mended.store(true, Ordering::Relaxed);
        wait_all_taken(setup, &new, &receiver);
        let lines = outdated.output();
        for word in ["no automation b in", "no workflow fresh in"] {
            assert_eq!(lines.matches(word).count(), 1, "{word}");
        }
        let lines = updated.output();
        assert!(!lines.contains("no automation") && !lines.contains("no workflow"));
        for one in parked_for(setup, &new, "workflow-removed") {
            let since: i64 = own(&one, "unknown-since").parse().unwrap();
            assert!(since <= one.timestamp.unwrap());
        }
    });
}

#[test]
fn an_update_that_is_taken_back_and_made_again_loses_nothing() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let mended = failing(&receiver);
        let name = unique("taken-back");
        let (new, old) = (new(setup, &name, &receiver), old(setup, &name, &receiver));
        let [mut updated, mut outdated] = both_running(setup, [&new, &old]);
        updated.sigterm();
        assert_eq!(updated.wait_exit().code(), Some(0));
        // The old one has all of them now.
        let events = usize::try_from(EVENTS).unwrap();
        for reason in ["automation-removed", "workflow-removed"] {
            until(&format!("all wait for {reason}"), || {
                let parked = parked_for(setup, &new, reason);
                let mut waiting: Vec<&str> = parked.iter().map(|one| own(one, "id")).collect();
                waiting.sort_unstable();
                waiting.dedup();
                (waiting.len() == events).then_some(())
            });
        }
        mended.store(true, Ordering::Relaxed);
        outdated.sigterm();
        assert_eq!(outdated.wait_exit().code(), Some(0));
        let _updated = start_again(&new);
        wait_all_taken(setup, &new, &receiver);
    });
}
