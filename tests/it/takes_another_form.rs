//! What a topic refuses for good is written in a form that it takes, and only what it takes in none is
//! held.

use std::slice;

use rdkafka::types::RDKafkaRespErr;
use rdkafka::types::RDKafkaRespErr::{
    RD_KAFKA_RESP_ERR_INVALID_CONFIG as INVALID_CONFIG,
    RD_KAFKA_RESP_ERR_INVALID_RECORD as INVALID_RECORD,
    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE as TOO_LARGE,
    RD_KAFKA_RESP_ERR_POLICY_VIOLATION as POLICY_VIOLATION,
};

use crate::kit::scene::{
    everywhere, own, start, start_again, wait_records, wait_settled, where_it_can_fail,
};
use crate::kit::topics::{Record, committed, produce};
use crate::kit::{Answer, Cli, Daemon, Plan, Receiver, Request, Setup, events, unique, until};

/// A plan whose workflow answers so.
fn answering(setup: &Setup, (name, receiver): (&str, &Receiver), status: u16) -> Plan {
    receiver.answer("/w", Answer::Status(status));
    Plan::new(setup, &unique(name))
        .workflow("w", &receiver.url("/w"))
        .set("workflows.w.attempts", 1)
        .on_high_alerts("a", &["w"])
}

/// The in-process cluster refuses so many writes, each once in its batch and once alone.
fn refuse(setup: &Setup, error: RDKafkaRespErr, forms: usize) {
    if let Some(faults) = setup.cluster.faults() {
        faults.fail_next(Request::Produce, &vec![error; 2 * forms]);
    }
}

fn with_header(value: impl Into<Vec<u8>>) -> Record {
    Record {
        headers: vec![("x".to_owned(), Some(vec![0xff]))],
        ..Record::of(value)
    }
}

#[test]
fn a_compacted_topic_gets_a_dead_letter_without_a_key_under_a_key_of_ours() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = answering(setup, ("compacted", &receiver), 400);
        let topic = plan.dead_letter_topic();
        let alert = with_header(events::alert(1, "High"));
        plan.create_topics(&setup.cluster, 1);
        let _daemon = if setup.cluster.faults().is_some() {
            start_refused(setup, &plan, &alert, (INVALID_RECORD, 1))
        } else {
            let daemon = start_again(&plan);
            setup.cluster.compact(topic);
            produce(&setup.cluster, &plan.name, slice::from_ref(&alert));
            daemon
        };
        let letters = wait_records(setup, topic, 1);
        wait_settled(setup, &plan);
        let letter = &letters[0];
        assert_eq!(own(letter, "reason"), "rejected");
        assert_eq!(own(letter, "changed"), "key-added");
        assert_eq!(
            (&letter.value, &letter.headers[0]),
            (&alert.value, &alert.headers[0])
        );
        let key = String::from_utf8(letter.key.clone().unwrap()).unwrap();
        assert!(key.contains(&format!("{}/0/0/0/msg_", plan.name)), "{key}");

        // Our key is none of the record's: nobody is shown it, and it does not go back.
        let cli = Cli::new(&plan);
        let shown = cli.line(&format!("dead-letters show {}", own(letter, "id")));
        assert!(
            shown.out.contains("key-added") && !shown.out.contains(&key),
            "{shown:?}"
        );
        receiver.answer("/w", Answer::Status(200));
        let redriven = cli.line("dead-letters redrive --yes");
        assert_eq!(redriven.code, Some(0), "{redriven:?}");
        until("it is delivered", || {
            (receiver.requests("/w").len() > 1).then_some(())
        });
        let back = wait_records(setup, &plan.retry_topics()[0], 1);
        assert_eq!((&back[0].key, &back[0].value), (&None, &alert.value));
        let listed = cli.line("dead-letters list");
        assert!(!listed.out.contains("open"), "{listed:?}");
    });
}

#[test]
fn a_delivery_that_no_retry_topic_takes_is_a_dead_letter_with_all_it_had() {
    for error in [INVALID_RECORD, POLICY_VIOLATION, INVALID_CONFIG] {
        where_it_can_fail(|setup| {
            let receiver = Receiver::start();
            let plan = answering(setup, ("refused-to-park", &receiver), 503);
            plan.create_topics(&setup.cluster, 1);
            let alert = with_header(events::alert(1, "High"));
            // As it is, and with a key.
            let daemon = start_refused(setup, &plan, &alert, (error, 2));
            let letters = wait_records(setup, plan.dead_letter_topic(), 1);
            wait_settled(setup, &plan);
            let letter = &letters[0];
            assert_eq!(
                (own(letter, "stage"), own(letter, "reason")),
                ("park", "refused-to-park")
            );
            assert!(own(letter, "error").contains("server-error"), "{letter:?}");
            assert_eq!((&letter.key, &letter.value), (&None, &alert.value));
            assert_eq!(letter.headers[0], alert.headers[0]);
            assert!(daemon.is_ready(), "a record that is refused is no outage");
        });
    }
}

#[test]
fn what_no_form_of_is_taken_is_held_with_the_reason_and_whole_when_it_is_taken() {
    where_it_can_fail(|setup| {
        let receiver = Receiver::start();
        let plan = answering(setup, ("refused", &receiver), 200);
        plan.create_topics(&setup.cluster, 1);
        let garbage = with_header("garbage");
        let good = Record::of(events::alert(1, "High"));
        produce(&setup.cluster, &plan.name, &[garbage.clone(), good]);
        refuse(setup, POLICY_VIOLATION, 100_000);
        let daemon = Daemon::start(&plan);
        let topic = plan.dead_letter_topic();
        let why = format!(
            "cannot write to {topic}: it refuses {}/0/0 in every form",
            plan.name
        );
        until("it is not ready, and says why", || {
            let (status, text) = daemon.get("/readyz")?;
            (status == 503 && text.contains(&why) && text.contains("Policy")).then_some(())
        });
        receiver.wait_for("/w", 1);
        let at = committed(&setup.cluster, &plan.name, &plan.name)[&0];
        assert!(matches!(at, None | Some(0)), "{at:?}");
        assert!(daemon.output().contains("in every form"));

        setup
            .cluster
            .faults()
            .unwrap()
            .fail_no_more(Request::Produce);
        until("it is ready again", || daemon.is_ready().then_some(()));
        wait_settled(setup, &plan);
        let letters = wait_records(setup, topic, 1);
        assert_eq!(
            (&letters[0].value, &letters[0].key),
            (&garbage.value, &None)
        );
        assert_eq!(letters[0].headers[0], garbage.headers[0]);
        assert_eq!(letters[0].header("firebell-changed"), None);
    });
}

#[test]
fn a_value_is_dropped_only_where_the_broker_refuses_it() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        // Far more than may be decoded, and less than the topic takes.
        let plan = answering(setup, ("large", &receiver), 200).set("decode.max_bytes", "4 KiB");
        let _daemon = start(setup, &plan, 1);
        let large = with_header(format!("[{}1]", " ".repeat(900_000)));
        produce(&setup.cluster, &plan.name, slice::from_ref(&large));
        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        assert_eq!(own(&letters[0], "reason"), "too-large");
        assert_eq!(letters[0].header("firebell-changed"), None);
        assert!(letters[0].value == large.value, "the value is not whole");
    });
}

#[test]
fn what_the_broker_refuses_is_left_out_and_nothing_else() {
    everywhere(|setup| {
        let key = |key: Vec<u8>, record: Record| Record {
            key: Some(key),
            ..record
        };
        // As it is, and without its headers.
        let value = key(b"k".to_vec(), with_header("x".repeat(5_000)));
        let found = letter_in_small_topic(setup, &value, 2);
        assert_eq!(own(&found, "changed"), "value-dropped");
        assert_eq!((&found.key, &found.value), (&value.key, &None));
        assert_eq!(found.headers[0], value.headers[0]);

        let headers = Record {
            headers: vec![("x".to_owned(), Some(vec![b'x'; 5_000]))],
            ..key(b"k".to_vec(), Record::of("garbage"))
        };
        let found = letter_in_small_topic(setup, &headers, 1);
        assert_eq!(own(&found, "changed"), "headers-dropped");
        assert_eq!((&found.key, &found.value), (&headers.key, &headers.value));

        let all = key(vec![b'k'; 5_000], value);
        let found = letter_in_small_topic(setup, &all, 3);
        assert_eq!(
            own(&found, "changed"),
            "key-replaced headers-dropped value-dropped"
        );
    });
}

/// What becomes of a record that is garbage where the dead-letter topic takes 2,000 bytes, after the
/// in-process cluster has refused so many forms of it.
fn letter_in_small_topic(setup: &Setup, record: &Record, forms: usize) -> Record {
    let receiver = Receiver::start();
    let plan = answering(setup, ("small", &receiver), 200);
    setup.cluster.create_topic(&plan.name, 1);
    setup
        .cluster
        .create_small_topic(plan.dead_letter_topic(), 2_000);
    for topic in plan.retry_topics() {
        setup.cluster.create_topic(&topic, 1);
    }
    let daemon = start_refused(setup, &plan, record, (TOO_LARGE, forms));
    let letters = wait_records(setup, plan.dead_letter_topic(), 1);
    wait_settled(setup, &plan);
    assert!(daemon.is_ready(), "a record that is too large is no outage");
    let at = ["topic", "partition", "offset"].map(|name| own(&letters[0], name));
    assert_eq!(at, [&plan.name, "0", "0"]);
    letters[0].clone()
}

/// Writes a record to the source, and starts a daemon whose first writes the in-process cluster
/// refuses: so many forms, each in its batch and then alone.
fn start_refused(
    setup: &Setup,
    plan: &Plan,
    record: &Record,
    (error, forms): (RDKafkaRespErr, usize),
) -> Daemon {
    produce(&setup.cluster, &plan.name, slice::from_ref(record));
    refuse(setup, error, forms);
    start_again(plan)
}
