//! What cannot be delivered becomes a dead letter, with its reason and its last failure.

use firebell::deliver::Identity;

use crate::kit::scene::{counted, everywhere, own, start, start_again, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, unique};

#[test]
fn a_final_answer_makes_a_dead_letter_at_once() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let elsewhere = receiver.url("/elsewhere");
        let cases = [
            ("bad", Answer::Status(400), "rejected", "400"),
            ("gone", Answer::Status(410), "gone", "410"),
            (
                "moved",
                Answer::WithHeader(302, "location", elsewhere.clone()),
                "redirected",
                "302",
            ),
            (
                "kept",
                Answer::WithHeader(307, "location", elsewhere),
                "redirected",
                "307",
            ),
        ];
        let mut plan = Plan::new(setup, &unique("final"));
        for (name, answer, ..) in &cases {
            receiver.answer(&format!("/{name}"), answer.clone());
            plan = plan.workflow(name, &receiver.url(&format!("/{name}")));
        }
        let plan = plan.on_high_alerts("a", &cases.clone().map(|(name, ..)| name));
        let _daemon = start(setup, &plan, 1);
        let record = whole_record();
        produce(&setup.cluster, &plan.name, std::slice::from_ref(&record));
        wait_settled(setup, &plan);

        let letters = wait_records(setup, plan.dead_letter_topic(), cases.len());
        assert_eq!(letters.len(), cases.len());
        for (name, _, reason, status) in cases {
            assert_eq!(receiver.requests(&format!("/{name}")).len(), 1, "{name}");
            let letter = letters
                .iter()
                .find(|one| own(one, "workflow") == name)
                .unwrap();
            assert_eq!(
                (own(letter, "reason"), own(letter, "status")),
                (reason, status)
            );
            assert_eq!(
                (own(letter, "stage"), own(letter, "attempts")),
                ("deliver", "1")
            );
            assert_eq!(
                (own(letter, "automation"), own(letter, "topic")),
                ("a", &*plan.name)
            );
            assert_eq!((&letter.key, &letter.value), (&record.key, &record.value));
            assert_eq!(letter.headers[0], record.headers[0]);
        }
        assert!(
            receiver.requests("/elsewhere").is_empty(),
            "a redirect was followed"
        );
    });
}

/// A record with a key and a foreign header.
fn whole_record() -> Record {
    Record {
        key: Some(b"key".to_vec()),
        headers: vec![("x".to_owned(), Some(vec![0xff]))],
        ..Record::of(events::alert(1, "High"))
    }
}

#[test]
fn a_delivery_without_attempts_left_is_a_dead_letter_with_its_last_failure() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("tired"))
            .set("retry.max_attempts", 4)
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        receiver.answer("/w", Answer::Status(503));
        let _daemon = start(setup, &plan, 1);
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of(events::alert(1, "High"))],
        );
        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        wait_settled(setup, &plan);

        // Three in process, and one from the retry topic.
        assert_eq!(receiver.requests("/w").len(), 4);
        assert_eq!(
            (own(&letters[0], "reason"), own(&letters[0], "attempts")),
            ("attempts-exhausted", "4")
        );
        assert_eq!(
            own(&letters[0], "error"),
            "4 attempts; last failure server-error: answered 503"
        );
        assert_eq!(own(&letters[0], "status"), "503");
        let retried: Vec<_> = plan
            .retry_topics()
            .iter()
            .map(|one| read(&setup.cluster, one).len())
            .collect();
        assert_eq!(retried, [1, 0]);
    });
}

#[test]
fn a_delivery_that_is_too_old_is_a_dead_letter_with_its_last_failure() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("old"))
            .set("retry.max_age", "1m")
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", 1)
            .on_high_alerts("a", &["w"]);
        receiver.answer("/w", Answer::Status(404));
        plan.create_topics(&setup.cluster, 1);
        // As it was parked by a daemon two minutes ago.
        let now = firebell::clock::now_millis();
        let (since, due) = ((now - 120_000).to_string(), (now - 1_000).to_string());
        let headers = [
            ("version", "1"),
            ("topic", &plan.name),
            ("partition", "7"),
            ("offset", "70"),
            ("place", "0"),
            ("kind", "Alerts"),
            ("id", "msg_0"),
            ("automation", "a"),
            ("workflow", "w"),
            ("attempts", "8"),
            ("rounds", "3"),
            ("since", &since),
            ("due", &due),
        ];
        let headers = headers.map(|(name, value)| (format!("firebell-{name}"), Some(value.into())));
        let parked = Record {
            headers: headers.to_vec(),
            ..Record::of(events::alert(1, "Low"))
        };
        // What a retry topic holds before its group's first start is nobody's to take up.
        let _daemon = start_again(&plan);
        produce(&setup.cluster, &plan.retry_topics()[0], &[parked]);
        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        wait_settled(setup, &plan);

        let requests = receiver.requests("/w");
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].header("webhook-id"), Some("msg_0"));
        assert_eq!(requests[0].header("ce-attempt"), Some("9"));
        // The release that parked it did not write the event's id, which is made of what it wrote.
        let identity = Identity::new(events::alert(1, "Low").as_bytes(), None, 0);
        assert_eq!(requests[0].header("ce-id"), Some(&*identity.event_id()));
        assert_eq!(
            (own(&letters[0], "reason"), own(&letters[0], "attempts")),
            ("expired", "9")
        );
        assert_eq!(
            own(&letters[0], "error"),
            "older than 60s; last failure not-found: answered 404"
        );
        assert_eq!(
            (own(&letters[0], "partition"), own(&letters[0], "offset")),
            ("7", "70")
        );
    });
}

#[test]
fn a_parked_delivery_whose_workflow_or_automation_stays_gone_is_a_dead_letter() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let name = unique("removed");
        let before = Plan::new(setup, &name)
            .workflow("stays", &receiver.url("/stays"))
            .workflow("goes", &receiver.url("/goes"))
            .on_high_alerts("stays", &["goes"])
            .on_high_alerts("goes", &["stays"]);
        let after = Plan::new(setup, &name)
            .workflow("stays", &receiver.url("/stays"))
            .set("retry.unknown_after", "2s")
            .on_high_alerts("stays", &["stays"]);
        receiver.answer("/stays", Answer::Status(503));
        receiver.answer("/goes", Answer::Status(503));
        let mut daemon = start(setup, &before, 1);
        produce(
            &setup.cluster,
            &name,
            &[Record::of(events::alert(1, "High"))],
        );
        wait_records(setup, &before.retry_topics()[0], 2);
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(0));
        let tried = (
            receiver.requests("/stays").len(),
            receiver.requests("/goes").len(),
        );

        let daemon = start_again(&after);
        let mut letters = wait_records(setup, after.dead_letter_topic(), 2);
        wait_settled(setup, &after);
        letters.sort_by_key(|one| own(one, "reason").to_owned());
        for (letter, reason, last) in [
            (
                &letters[0],
                "automation-removed",
                "no automation goes in the configuration",
            ),
            (
                &letters[1],
                "workflow-removed",
                "no workflow goes in the configuration",
            ),
        ] {
            assert_eq!(
                (own(letter, "reason"), own(letter, "error")),
                (reason, last)
            );
            assert_eq!(
                letter.value.as_deref(),
                Some(events::alert(1, "High").as_bytes())
            );
        }
        assert_eq!(letters.len(), 2);
        were_parked_on(setup, &after, (&daemon, &letters));
        let now = (
            receiver.requests("/stays").len(),
            receiver.requests("/goes").len(),
        );
        assert_eq!(now, tried, "what was removed was run");
    });
}

/// Each waited for two seconds, a second each time, and one line told of each name.
fn were_parked_on(setup: &Setup, plan: &Plan, (daemon, letters): (&Daemon, &[Record])) {
    let topics = plan.retry_topics();
    let parked = topics.iter().flat_map(|one| read(&setup.cluster, one));
    let mut waits = counted(parked.map(|one| own(&one, "reason").to_owned()));
    assert_eq!(waits.remove("server-error"), Some(2));
    let output = daemon.output();
    for letter in letters {
        let waited = waits.get(own(letter, "reason")).copied();
        assert!(waited.is_some_and(|times| times <= 2), "{waits:?}");
        let since: i64 = own(letter, "unknown-since").parse().unwrap();
        assert!(letter.timestamp.unwrap() >= since + 2_000);
        let error = format!("\"{}\"", own(letter, "error"));
        let warned = output.lines().filter(|one| one.contains("\"WARN\""));
        assert_eq!(warned.filter(|one| one.contains(&error)).count(), 1);
    }
}
