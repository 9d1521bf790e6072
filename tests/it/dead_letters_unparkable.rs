//! What no retry topic can hold, and what nobody parked there, ends as a dead letter.

use rdkafka::types::RDKafkaRespErr;

use crate::kit::scene::{everywhere, own, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Plan, Receiver, Request, events, unique};

#[test]
fn a_delivery_too_large_to_park_is_a_dead_letter_with_its_value() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(503));
        let plan = Plan::new(setup, &unique("unparkable"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", 1)
            .on_high_alerts("a", &["w"]);
        setup.cluster.create_topic(&plan.name, 1);
        setup.cluster.create_topic(plan.dead_letter_topic(), 1);
        for topic in plan.retry_topics() {
            setup.cluster.create_small_topic(&topic, 2_000);
        }
        let mut alert = events::alert_value(1, "High");
        alert["Description"] = "x".repeat(5_000).into();
        let record = Record {
            key: Some(b"k".to_vec()),
            headers: vec![("x".to_owned(), Some(vec![0xff]))],
            ..Record::of(alert.to_string())
        };
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of("[]"), record.clone()],
        );
        if let Some(faults) = setup.cluster.faults() {
            let too_large = RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
            // In its batch, and alone.
            faults.fail_next(Request::Produce, &[too_large; 2]);
        }
        let daemon = start_again(&plan);
        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        wait_settled(setup, &plan);

        assert_eq!(letters.len(), 1);
        let letter = &letters[0];
        assert_eq!(
            (own(letter, "stage"), own(letter, "reason")),
            ("park", "too-large-to-park")
        );
        assert_eq!(letter.value, record.value);
        assert_eq!(letter.header("firebell-changed"), None);
        assert_eq!(
            (&letter.key, &letter.headers[0]),
            (&record.key, &record.headers[0])
        );
        let at = ["topic", "partition", "offset", "place"].map(|name| own(letter, name));
        assert_eq!(at, [&plan.name, "0", "1", "0"]);
        assert_eq!(
            (own(letter, "workflow"), own(letter, "attempts")),
            ("w", "1")
        );
        for topic in plan.retry_topics() {
            assert!(read(&setup.cluster, &topic).is_empty(), "{topic}");
        }
        assert!(daemon.is_ready(), "a record that is too large is no outage");
    });
}

#[test]
fn a_record_in_a_retry_topic_that_nobody_parked_is_a_dead_letter() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("strays"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let _daemon = start(setup, &plan, 1);
        let topic = &plan.retry_topics()[1];
        let with = |headers: &[(&str, &[u8])]| {
            let headers = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Some(value.to_vec())));
            Record {
                headers: headers.collect(),
                ..Record::of(events::alert(1, "High"))
            }
        };
        let strays = [
            with(&[("x-foreign", b"kept")]),
            with(&[("firebell-version", b"9")]),
            with(&[("firebell-version", b"\xff")]),
            with(&[("firebell-version", b"1"), ("firebell-topic", b"t")]),
            Record::default(),
        ];
        produce(&setup.cluster, topic, &strays);
        wait_settled(setup, &plan);

        let letters = wait_records(setup, plan.dead_letter_topic(), strays.len());
        let mut errors: Vec<_> = letters
            .iter()
            .map(|one| (own(one, "offset"), own(one, "error")))
            .collect();
        errors.sort_unstable();
        assert_eq!(
            errors,
            [
                ("0", "header firebell-version is missing"),
                ("1", "headers of version 9, where 1 is known"),
                (
                    "2",
                    "header firebell-version has a value that cannot be read"
                ),
                ("3", "header firebell-kind is missing"),
                ("4", "header firebell-version is missing"),
            ]
        );
        for letter in &letters {
            let offset: usize = own(letter, "offset").parse().unwrap();
            assert_eq!(
                (own(letter, "topic"), own(letter, "reason")),
                (&**topic, "bad-headers")
            );
            assert_eq!(letter.value, strays[offset].value);
        }
        assert!(receiver.requests("/w").is_empty());
    });
}
