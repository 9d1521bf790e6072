//! Where the group of the retry topics begins, and what it may not leave behind.

use serde_json::json;

use crate::kit::scene::{everywhere, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, commit, committed, end_offsets, produce};
use crate::kit::{Answer, Cli, Daemon, Plan, Receiver, Setup, events, unique, until};

fn failing_at_first(receiver: &Receiver) {
    // Three attempts, parked, and taken.
    receiver.script("/w", |_, nth| {
        Answer::Status(if nth < 3 { 503 } else { 200 })
    });
}

fn plan(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    Plan::new(setup, &unique(name))
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"])
}

fn alert(setup: &Setup, plan: &Plan, number: u64) {
    let alert = Record::of(events::alert(number, "High"));
    produce(&setup.cluster, &plan.sources()[0], &[alert]);
}

fn stop(mut daemon: Daemon) {
    daemon.sigterm();
    assert_eq!(daemon.wait_exit().code(), Some(0));
}

/// What a start says that is refused, and `check --kafka` with it.
fn refused(plan: &Plan) -> String {
    let mut daemon = Daemon::start(plan);
    assert_eq!(daemon.wait_exit().code(), Some(64), "{}", daemon.output());
    let checked = Cli::new(plan).run(&["check", "--kafka"]);
    assert_eq!(checked.code, Some(64), "{checked:?}");
    let said = checked.err.trim_end();
    assert!(daemon.output().contains(said), "{}", daemon.output());
    said.to_owned()
}

#[test]
fn a_new_group_sends_nothing_again_that_was_parked_before_it() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        failing_at_first(&receiver);
        let old = plan(setup, "old", &receiver);
        let daemon = start(setup, &old, 1);
        alert(setup, &old, 1);
        receiver.wait_for("/w", 4);
        wait_settled(setup, &old);
        stop(daemon);

        let name = unique("new");
        setup.cluster.create_topic(&name, 1);
        let new = old
            .set("kafka.group_id", name.as_str())
            .set("sources", json!([{"topic": name, "kind": "auto"}]));
        let topic = &new.retry_topics()[0];
        let said = refused(&new);
        let holds = format!(
            "the group {name}.retry has never read {topic}, and 1 record was parked before it: {topic}/0/0 to 0"
        );
        assert!(said.contains(&holds), "{said}");
        assert_eq!(receiver.requests("/w").len(), 4);

        // What its help says, done: it begins at the end.
        let group = format!("{name}.retry");
        for (partition, end) in end_offsets(&setup.cluster, topic) {
            commit(&setup.cluster, &group, (topic, partition), end);
        }
        let _daemon = start_again(&new);
        alert(setup, &new, 2);
        receiver.wait_for("/w", 5);
        let numbers: Vec<_> = receiver.requests("/w").into_iter().collect();
        let last = numbers.last().unwrap();
        assert_eq!(events::number(&last.body), Some(2), "only what is new");
    });
}

#[test]
fn what_is_parked_after_the_first_start_is_taken_up_after_a_crash() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        failing_at_first(&receiver);
        let plan = plan(setup, "first", &receiver);
        let plan = plan.clone().set(
            "retry.tiers",
            json!([{"topic": format!("{}.retry", plan.name), "delay": "5s"}]),
        );
        let mut daemon = start(setup, &plan, 2);
        alert(setup, &plan, 1);
        wait_records(setup, &plan.retry_topics()[0], 1);
        daemon.sigkill();
        daemon.wait_exit();
        let _daemon = start_again(&plan);
        receiver.wait_for("/w", 4);
    });
}

#[test]
fn a_retry_topic_has_an_offset_before_anything_is_parked_there() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "offsets", &receiver);
        let _daemon = start(setup, &plan, 2);
        for topic in plan.retry_topics() {
            let offsets = committed(&setup.cluster, &plan.retry_group(), &topic);
            assert!(offsets.values().all(|next| *next == Some(0)), "{offsets:?}");
        }
    });
}

#[test]
fn a_tier_that_holds_unread_records_is_not_taken_out() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(503));
        let plan = plan(setup, "tiers", &receiver);
        let tiers = |last: &str| {
            let [first, second] = plan.retry_topics().try_into().unwrap();
            json!([{"topic": first, "delay": "1s"}, {"topic": second, "delay": last}])
        };
        let with = plan.clone().set("retry.tiers", tiers("1h"));
        let daemon = start(setup, &with, 1);
        alert(setup, &plan, 1);
        let [first, second] = plan.retry_topics().try_into().unwrap();
        wait_records(setup, &second, 1);
        stop(daemon);
        let without = plan
            .clone()
            .set("retry.tiers", json!([{"topic": first, "delay": "1s"}]));
        let said = refused(&without);
        let group = plan.retry_group();
        let left = format!(
            "retry.tiers no longer has {second}, and the group {group} has 1 record left unread there: {second}/0/0 to 0"
        );
        assert!(said.contains(&left), "{said}");

        // Back in, and read: now it may go.
        receiver.answer("/w", Answer::Status(200));
        let again = plan.clone().set("retry.tiers", tiers("2s"));
        let daemon = start_again(&again);
        wait_settled(setup, &again);
        stop(daemon);
        start_again(&without);
    });
}

#[test]
fn a_tier_with_records_that_the_group_never_read_is_not_taken_in() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(200));
        let plan = plan(setup, "taken-in", &receiver);
        let [first, second] = plan.retry_topics().try_into().unwrap();
        let tiers = json!([{"topic": first, "delay": "1s"}]);
        let daemon = start(setup, &plan.clone().set("retry.tiers", tiers), 1);
        stop(daemon);
        setup.cluster.create_topic(&second, 1);
        produce(
            &setup.cluster,
            &second,
            &[Record::of("parked by others"), Record::of("and this")],
        );
        let said = refused(&plan.set("kafka.start_timeout", "5s"));
        let holds = format!("2 records were parked before it: {second}/0/0 to 1");
        assert!(said.contains(&holds), "{said}");
        until("nothing was sent", || {
            receiver.requests("/w").is_empty().then_some(())
        });
    });
}
