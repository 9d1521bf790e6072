//! While Kafka takes no record, nothing is committed past what waits for it, and nobody is told
//! that all is well.

use std::time::Duration;

use rdkafka::types::RDKafkaRespErr;

use crate::kit::scene::{own, wait_records, wait_settled, where_it_can_fail};
use crate::kit::topics::{Record, committed, produce};
use crate::kit::{
    Answer, Cluster, Daemon, Plan, Receiver, Request, Setup, events, throughout, unique, until,
};

fn refuse_writes(cluster: &Cluster) {
    let denied = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    cluster
        .faults()
        .unwrap()
        .fail_next(Request::Produce, &vec![denied; 10_000]);
}

fn take_writes(cluster: &Cluster) {
    cluster.faults().unwrap().fail_no_more(Request::Produce);
}

#[test]
fn commits_nothing_past_a_record_that_cannot_be_dead_lettered() {
    where_it_can_fail(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("held"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let good = |n| Record::of(events::alert(n, "High"));
        let records = [
            good(1),
            good(2),
            Record::of("garbage"),
            good(3),
            Record::default(),
            good(4),
        ];
        produce(&setup.cluster, &plan.name, &records);
        refuse_writes(&setup.cluster);
        let mut daemon = Daemon::start(&plan);
        let topic = plan.dead_letter_topic();
        until_not_ready(&daemon, &format!("cannot write to {topic}"));
        receiver.wait_for("/w", 4);
        holds_at(setup, &plan, (&daemon, topic), 2);
        assert_eq!(daemon.get("/livez").unwrap().0, 200);

        // Held does not mean drained.
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(1));
        assert_eq!(
            committed(&setup.cluster, &plan.name, &plan.name)[&0],
            Some(2)
        );

        let daemon = Daemon::start(&plan);
        until_not_ready(&daemon, &format!("cannot write to {topic}"));
        take_writes(&setup.cluster);
        until("it is ready again", || daemon.is_ready().then_some(()));
        wait_settled(setup, &plan);
        let letters = wait_records(setup, topic, 1);
        assert_eq!(
            (own(&letters[0], "reason"), own(&letters[0], "offset")),
            ("not-json", "2")
        );
    });
}

#[test]
fn commits_nothing_past_a_delivery_that_cannot_be_parked() {
    where_it_can_fail(|setup| {
        let receiver = Receiver::start();
        receiver.script("/w", |request, _| {
            Answer::Status(if events::number(&request.body) == Some(1) {
                503
            } else {
                200
            })
        });
        let plan = Plan::new(setup, &unique("unparked"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", 1)
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let records: Vec<_> = (0..5)
            .map(|n| Record::of(events::alert(n, "High")))
            .collect();
        produce(&setup.cluster, &plan.name, &records);
        refuse_writes(&setup.cluster);
        let daemon = Daemon::start(&plan);
        let topic = plan.retry_topics().remove(0);
        until_not_ready(&daemon, &format!("cannot write to {topic}"));
        receiver.wait_for("/w", 5);
        holds_at(setup, &plan, (&daemon, &topic), 1);

        receiver.answer("/w", Answer::Status(200));
        take_writes(&setup.cluster);
        until("it is ready again", || daemon.is_ready().then_some(()));
        wait_settled(setup, &plan);
        // Held, not repeated: each request was sent once, and the refused one once more.
        assert_eq!(receiver.requests("/w").len(), 6);
    });
}

fn until_not_ready(daemon: &Daemon, why: &str) {
    until(&format!("not ready, since it {why}"), || {
        let (status, text) = daemon.get("/readyz")?;
        (status == 503 && text.contains(why)).then_some(())
    });
}

/// The commit stands at `next`, and still does when many commits could have passed it.
fn holds_at(setup: &Setup, plan: &Plan, (daemon, topic): (&Daemon, &str), next: i64) {
    let at = || committed(&setup.cluster, &plan.name, &plan.name)[&0];
    until("what is before it is committed", || {
        (at() == Some(next)).then_some(())
    });
    let failures = || daemon.metric("firebell_produce_failures_total", &[("topic", topic)]);
    let before = failures().unwrap();
    throughout(Duration::from_secs(2), || assert_eq!(at(), Some(next)));
    until("it is tried again and again", || {
        (failures().unwrap() >= before + 1.0).then_some(())
    });
    assert_eq!(at(), Some(next));
    assert!(!daemon.is_ready());
}

#[test]
fn a_member_whose_held_record_another_one_settles_is_ready_again() {
    where_it_can_fail(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("handed"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        produce(&setup.cluster, &plan.name, &[Record::of("garbage")]);
        refuse_writes(&setup.cluster);
        let first = Daemon::start(&plan);
        let why = format!("cannot write to {}", plan.dead_letter_topic());
        until_not_ready(&first, &why);
        let second = Daemon::start(&plan);
        // It is taken for dead, and the other one has its partition.
        first.signal("STOP");
        until_not_ready(&second, &why);
        take_writes(&setup.cluster);
        until("the other one has settled it", || {
            second.is_ready().then_some(())
        });
        wait_settled(setup, &plan);
        first.signal("CONT");
        until("it is ready again", || first.is_ready().then_some(()));
    });
}
