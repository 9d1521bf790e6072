//! What a workflow asks for holds for its whole lane: a wait, and to be left alone.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::kit::scene::{counted, everywhere, own, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, end_offsets, produce, read};
use crate::kit::{Answer, Daemon, Plan, Received, Receiver, events, unique, until};

/// Longer than what is waited for in process, and than the retry topics' delays several times over,
/// on a busy machine as well.
const ASKED: Duration = Duration::from_secs(20);
const EVENTS: u64 = 20;

fn alerts(numbers: impl Iterator<Item = u64>) -> Vec<Record> {
    numbers
        .map(|number| Record::of(events::alert(number, "High")))
        .collect()
}

fn alarm(daemon: &Daemon, reason: &str) -> Option<f64> {
    let labels = [("workflow", "w"), ("reason", reason)];
    daemon.metric("firebell_workflow_alarm", &labels)
}

#[test]
fn nothing_is_sent_before_retry_after_not_even_once_parked() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.script("/w", |_, nth| match nth {
            0 => Answer::WithHeader(429, "retry-after", ASKED.as_secs().to_string()),
            _ => Answer::Status(200),
        });
        // One at a time, or others would be under way when the first one is answered.
        let plan = Plan::new(setup, &unique("asked"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.max_in_flight", 1)
            .on_high_alerts("a", &["w"]);
        let _daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &alerts(0..EVENTS));
        let count = usize::try_from(EVENTS).unwrap() + 1;
        let requests = receiver.wait_for("/w", count);
        wait_settled(setup, &plan);

        let gap = requests[1].at - requests[0].at;
        assert!(gap >= ASKED, "{setup}: sent after {gap:?}");
        let spent = |one: &&Received| Received::header(one, "ce-attempt") != Some("1");
        let spent = requests.iter().filter(spent).count();
        assert_eq!(spent, 1, "{setup}: only the one that was tried");
        // The tiers are shorter than the wait: who comes back too early is parked again.
        let topics = plan.retry_topics();
        let parked = topics.iter().flat_map(|topic| read(&setup.cluster, topic));
        let early = parked.filter(|one| own(one, "reason") == "not-before");
        let times = counted(early.map(|one| own(&one, "id").to_owned()));
        let most = times.values().max();
        assert!(most > Some(&1), "{setup}: {times:?}");
    });
}

#[test]
fn a_workflow_that_is_gone_gets_no_request_until_a_restart() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(410));
        let plan = Plan::new(setup, &unique("gone"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &alerts(0..1));
        wait_records(setup, plan.dead_letter_topic(), 1);
        receiver.answer("/w", Answer::Status(200));
        produce(&setup.cluster, &plan.name, &alerts(1..4));
        let letters = wait_records(setup, plan.dead_letter_topic(), 4);
        assert_eq!(receiver.requests("/w").len(), 1, "{setup}");
        let mut told: Vec<_> = letters
            .iter()
            .map(|letter| (own(letter, "reason"), own(letter, "attempts")))
            .collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [("gone", "0"), ("gone", "0"), ("gone", "0"), ("gone", "1")]
        );
        assert_eq!(alarm(&daemon, "gone"), Some(1.0), "{setup}");
        assert_eq!(
            daemon.output().matches("must be mended").count(),
            1,
            "{setup}"
        );
        wait_settled(setup, &plan);

        drop(daemon);
        let _daemon = start_again(&plan);
        produce(&setup.cluster, &plan.name, &alerts(4..5));
        receiver.wait_for("/w", 2);
        wait_settled(setup, &plan);
        let ends = end_offsets(&setup.cluster, plan.dead_letter_topic());
        assert_eq!(ends.values().sum::<i64>(), 4, "{setup}");
    });
}

#[test]
fn a_credential_that_is_refused_raises_an_alarm_until_it_is_mended() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(403));
        let name = unique("alarm");
        let tier = |delay: &str| json!({"topic": format!("{name}.retry.{delay}"), "delay": delay});
        let plan = Plan::new(setup, &name)
            // It is mended long before what is parked comes back.
            .set("retry.tiers", json!([tier("1s"), tier("10s")]))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 1);
        assert_eq!(alarm(&daemon, "unauthorized"), Some(0.0), "{setup}");
        let began = Instant::now();
        produce(&setup.cluster, &plan.name, &alerts(0..3));
        until("the alarm is raised", || {
            (alarm(&daemon, "unauthorized") == Some(1.0)).then_some(())
        });
        receiver.wait_for("/w", 3);
        receiver.answer("/w", Answer::Status(200));
        let requests = receiver.wait_for("/w", 6);
        wait_settled(setup, &plan);
        // The second tier, of ten seconds, and no attempts in process before it.
        assert_eq!(requests.len(), 6, "{setup}");
        assert!(requests[3].at - began >= Duration::from_secs(10), "{setup}");
        assert_eq!(alarm(&daemon, "unauthorized"), Some(0.0), "{setup}");
        assert_eq!(
            daemon.output().matches("must be mended").count(),
            1,
            "{setup}"
        );
    });
}
