//! The known bug of a peer: a webhook answers 401, a later event is delivered, its offset is
//! committed, and the refused event is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::kit::scene::{everywhere, own, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, committed, produce, read};
use crate::kit::{Answer, Plan, Received, Receiver, Setup, events, unique, until};

#[test]
fn an_event_refused_with_401_is_not_lost_when_later_ones_are_delivered() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let repaired = Arc::new(AtomicBool::new(false));
        let name = unique("refused");
        // It is killed long before what is parked comes back, or that might be parked twice.
        let tier = |delay: &str| json!({"topic": format!("{name}.retry.{delay}"), "delay": delay});
        let plan = Plan::new(setup, &name)
            .set("retry.tiers", json!([tier("1s"), tier("10s")]))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let broken = Arc::clone(&repaired);
        receiver.script("/w", move |request, _| {
            let second = events::number(&request.body) == Some(2);
            let refuse = second && !broken.load(Ordering::SeqCst);
            Answer::Status(if refuse { 401 } else { 200 })
        });
        let mut daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &four());
        receiver.wait_for("/w", 4);
        wait_for_commit(setup, &plan, 4);
        daemon.sigkill();
        daemon.wait_exit();

        // A credential is not mended within seconds: it waits in the second tier.
        let parked = wait_records(setup, &plan.retry_topics()[1], 1);
        assert_eq!(
            (own(&parked[0], "reason"), own(&parked[0], "status")),
            ("unauthorized", "401")
        );
        let refused = requests_of(&receiver, 2).len();
        let _daemon = start_again(&plan);
        // Refused again by the daemon that took over, and still not lost.
        until("it is tried again", || {
            (requests_of(&receiver, 2).len() > refused).then_some(())
        });
        repaired.store(true, Ordering::SeqCst);
        until("the second event arrives", || {
            requests_of(&receiver, 2).last()?.accepted().then_some(())
        });
        wait_settled(setup, &plan);
        for number in 1..=4 {
            let requests = requests_of(&receiver, number);
            let taken = requests.iter().filter(|one| one.accepted()).count();
            assert_eq!(taken, 1, "event {number}");
            let same =
                |one: &Received| one.header("webhook-id") == requests[0].header("webhook-id");
            assert!(requests.iter().all(same));
        }
        assert!(read(&setup.cluster, plan.dead_letter_topic()).is_empty());
    });
}

/// The sharper form: the crash comes while the refused event is still in flight, and the later
/// ones are delivered.
#[test]
fn an_event_in_flight_at_a_crash_is_not_lost_when_later_ones_are_delivered() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let (crashed, repaired) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicBool::new(false)),
        );
        let plan = Plan::new(setup, &unique("in-flight"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.timeout", "5m")
            .on_high_alerts("a", &["w"]);
        let (after, mended) = (Arc::clone(&crashed), Arc::clone(&repaired));
        receiver.script("/w", move |request, _| {
            match (events::number(&request.body), mended.load(Ordering::SeqCst)) {
                (Some(2), false) if !after.load(Ordering::SeqCst) => Answer::Hang,
                (Some(2), false) => Answer::Status(401),
                _ => Answer::Status(200),
            }
        });
        let mut daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &four());
        receiver.wait_for("/w", 4);
        // What is before the refused event, and not what is after it.
        wait_for_commit(setup, &plan, 1);
        daemon.sigkill();
        daemon.wait_exit();
        crashed.store(true, Ordering::SeqCst);

        let _daemon = start_again(&plan);
        let parked = wait_records(setup, &plan.retry_topics()[1], 1);
        assert_eq!(
            (own(&parked[0], "offset"), own(&parked[0], "status")),
            ("1", "401")
        );
        repaired.store(true, Ordering::SeqCst);
        wait_settled(setup, &plan);
        for number in 1..=4 {
            let requests = requests_of(&receiver, number);
            assert!(
                requests.iter().any(Received::accepted),
                "event {number} is lost"
            );
        }
        // A crash repeats what was after the oldest unsettled record, and nothing else.
        assert_eq!(requests_of(&receiver, 1).len(), 1);
    });
}

fn four() -> Vec<Record> {
    (1..=4)
        .map(|n| Record::of(events::alert(n, "High")))
        .collect()
}

fn requests_of(receiver: &Receiver, number: u64) -> Vec<Received> {
    let all = receiver.requests("/w").into_iter();
    all.filter(|one| events::number(&one.body) == Some(number))
        .collect()
}

fn wait_for_commit(setup: &Setup, plan: &Plan, next: i64) {
    until("the sources are committed", || {
        let committed = committed(&setup.cluster, &plan.name, &plan.name);
        (committed.get(&0) == Some(&Some(next))).then_some(())
    });
}
