//! What fails is tried again: in process, then through the retry topics, and nothing else is.

use std::time::Duration;

use firebell::clock;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::kit::scene::{everywhere, own, start, wait_records, wait_settled, wall_clock};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Plan, Received, Receiver, events, unique};

/// Attempts in process. There are five seconds for them, on a busy machine as well.
const ATTEMPTS: usize = 2;

#[test]
fn a_failing_delivery_climbs_the_retry_topics_and_is_never_early() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("climbs"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", ATTEMPTS)
            .on_high_alerts("a", &["w"]);
        let failing = 2 * ATTEMPTS;
        let fail = move |_: &Received, nth| Answer::Status(if nth < failing { 503 } else { 200 });
        receiver.script("/w", fail);
        let _daemon = start(setup, &plan, 2);
        let record = Record {
            partition: Some(1),
            key: Some(vec![0xff, 0x00]),
            headers: vec![
                ("x-twice".to_owned(), Some(vec![0xfe])),
                ("x-twice".to_owned(), None),
                ("Firebell-like".to_owned(), Some(b"foreign".to_vec())),
            ],
            ..Record::of(format!(" {}\n", events::alert(1, "High")))
        };
        produce(&setup.cluster, &plan.name, std::slice::from_ref(&record));
        let requests = receiver.wait_for("/w", failing + 1);
        wait_settled(setup, &plan);

        assert_eq!(receiver.requests("/w").len(), failing + 1);
        for (number, request) in (1..).zip(&requests) {
            assert_eq!(request.header("ce-attempt"), Some(&*format!("{number}")));
            assert_eq!(
                request.header("webhook-id"),
                requests[0].header("webhook-id")
            );
            assert_eq!(request.body, requests[0].body);
            assert_eq!(request.header("ce-id"), requests[0].header("ce-id"));
            assert_eq!(
                request.header("ce-record"),
                Some(&*format!("{}/1/0", plan.name))
            );
        }
        // Attempts in process, parked, as many more, parked again, and one that is taken.
        for (round, topic, delay) in [(1, 0, 1_000), (2, 1, 2_000)] {
            let parked = read(&setup.cluster, &plan.retry_topics()[topic]);
            assert_eq!(parked.len(), 1, "{parked:?}");
            is_parked(&parked[0], &record, round);
            for (name, header) in [("id", "webhook-id"), ("event-id", "ce-id")] {
                assert_eq!(Some(own(&parked[0], name)), requests[0].header(header));
            }
            let due: i64 = own(&parked[0], "due").parse().unwrap();
            let last: i64 = own(&parked[0], "last-attempt").parse().unwrap();
            // The delay counts from the failure, and the record is made after it.
            let made = parked[0].timestamp.unwrap();
            assert!(
                (last + delay..=made + delay).contains(&due),
                "{due} {last} {made}"
            );
            let came = wall_clock(requests[ATTEMPTS * round].at);
            assert!(came >= due, "{} ms early", due - came);
        }
        assert!(read(&setup.cluster, plan.dead_letter_topic()).is_empty());
    });
}

/// What was there is there byte by byte, and ours stand once.
fn is_parked(parked: &Record, original: &Record, round: usize) {
    assert_eq!(
        (&parked.key, &parked.value),
        (&original.key, &original.value)
    );
    let (foreign, ours) = parked.headers.split_at(original.headers.len());
    assert_eq!(foreign, original.headers);
    let mut names: Vec<_> = ours.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.iter().all(|name| name.starts_with("firebell-")),
        "{names:?}"
    );
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "a header of ours stands twice: {ours:?}");
    let attempts = (ATTEMPTS * round).to_string();
    for (name, value) in [
        ("version", "1"),
        ("partition", "1"),
        ("offset", "0"),
        ("place", "0"),
        ("kind", "Alerts"),
        ("automation", "a"),
        ("workflow", "w"),
        ("attempts", &attempts),
        ("rounds", &round.to_string()),
        ("reason", "server-error"),
        ("status", "503"),
    ] {
        assert_eq!(own(parked, name), value, "{name}");
    }
}

#[test]
fn retry_after_picks_the_smallest_tier_that_is_long_enough() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let name = unique("after");
        let tier = |delay: &str| json!({"topic": format!("{name}.retry.{delay}"), "delay": delay});
        let mut plan =
            Plan::new(setup, &name).set("retry.tiers", json!([tier("1s"), tier("2s"), tier("1h")]));
        for name in ["one", "two", "date"] {
            plan = plan
                .workflow(name, &receiver.url(&format!("/{name}")))
                .set(&format!("workflows.{name}.attempts"), 1);
        }
        let plan = plan.on_high_alerts("a", &["one", "two", "date"]);
        let busy = |value: String| Answer::WithHeader(429, "retry-after", value);
        let once = |nth, answer: Answer| {
            if nth == 0 {
                answer
            } else {
                Answer::Status(200)
            }
        };
        receiver.script("/one", move |_, nth| once(nth, busy("1".to_owned())));
        receiver.script("/two", move |_, nth| once(nth, busy("2".to_owned())));
        receiver.answer("/date", busy(http_date(1_800)));
        let _daemon = start(setup, &plan, 1);
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of(events::alert(1, "High"))],
        );
        for (path, least) in [("/one", 1), ("/two", 2)] {
            let requests = receiver.wait_for(path, 2);
            let waited = requests[1].at - requests[0].at;
            assert!(waited >= Duration::from_secs(least), "{path}: {waited:?}");
        }
        wait_records(setup, &plan.retry_topics()[2], 1);
        let of = |topic: &String| {
            let records = read(&setup.cluster, topic);
            let mut names: Vec<_> = records
                .iter()
                .map(|one| own(one, "workflow").to_owned())
                .collect();
            names.sort();
            names
        };
        let found: Vec<_> = plan.retry_topics().iter().map(of).collect();
        assert_eq!(found, [["one"], ["two"], ["date"]]);
    });
}

/// So many seconds from now, in the form of HTTP.
fn http_date(seconds: i64) -> String {
    let then: Timestamp = clock::now() + SignedDuration::from_secs(seconds);
    then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[test]
fn only_what_failed_is_tried_again() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("only"))
            .workflow("healthy", &receiver.url("/healthy"))
            .workflow("failing", &receiver.url("/failing"))
            .on_high_alerts("a", &["failing", "healthy"]);
        receiver.script("/failing", |_, nth| {
            Answer::Status(if nth < 4 { 500 } else { 200 })
        });
        let _daemon = start(setup, &plan, 1);
        let list = format!("[{},{}]", events::alert(1, "High"), events::alert(2, "Low"));
        produce(&setup.cluster, &plan.name, &[Record::of(list)]);
        let requests = receiver.wait_for("/failing", 5);
        wait_settled(setup, &plan);
        assert!(requests[4].accepted());
        assert_eq!(receiver.requests("/failing").len(), 5);
        assert_eq!(receiver.requests("/healthy").len(), 1);
        let parked = read(&setup.cluster, &plan.retry_topics()[0]);
        assert_eq!(parked.len(), 1);
        // The event alone, not the envelope that it came in.
        assert_eq!(
            parked[0].value.as_deref(),
            Some(events::alert(1, "High").as_bytes())
        );
        assert_eq!(own(&parked[0], "workflow"), "failing");
    });
}
