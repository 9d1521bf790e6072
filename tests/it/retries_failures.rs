//! What fails is tried again: in process, then through the retry topics, and nothing else is.

use std::time::Duration;

use firebell::clock;
use jiff::{SignedDuration, Timestamp};

use crate::kit::scene::{SOON, everywhere, own, start, wait_settled, wall_clock};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Plan, Received, Receiver, events, unique};

#[test]
fn a_failing_delivery_climbs_the_retry_topics_and_is_never_early() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("climbs"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let fail_six = |_: &Received, nth| Answer::Status(if nth < 6 { 503 } else { 200 });
        receiver.script("/w", fail_six);
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
        let requests = receiver.wait_for("/w", 7, SOON);
        wait_settled(setup, &plan);

        assert_eq!(receiver.requests("/w").len(), 7);
        for (number, request) in (1..).zip(&requests) {
            assert_eq!(request.header("ce-attempt"), Some(&*format!("{number}")));
            assert_eq!(
                request.header("webhook-id"),
                requests[0].header("webhook-id")
            );
            assert_eq!(request.body, requests[0].body);
            assert_eq!(
                request.header("ce-id"),
                Some(&*format!("{}/1/0/0", plan.name))
            );
        }
        // Three attempts, parked, three more, parked again, and one that is taken.
        for (round, topic, delay) in [(1, 0, 1_000), (2, 1, 2_000)] {
            let parked = read(&setup.cluster, &plan.retry_topics()[topic]);
            assert_eq!(parked.len(), 1, "{parked:?}");
            is_parked(&parked[0], &record, round);
            let due: i64 = own(&parked[0], "due").parse().unwrap();
            let last: i64 = own(&parked[0], "last-attempt").parse().unwrap();
            assert!(
                (delay..delay + 5_000).contains(&(due - last)),
                "{due} {last}"
            );
            let came = wall_clock(requests[3 * round].at);
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
    let attempts = (3 * round).to_string();
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
        let mut plan = Plan::new(setup, &unique("after"));
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
        receiver.script("/date", move |_, nth| once(nth, busy(http_date(2))));
        let _daemon = start(setup, &plan, 1);
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of(events::alert(1, "High"))],
        );
        for path in ["/one", "/two", "/date"] {
            let requests = receiver.wait_for(path, 2, SOON);
            let waited = requests[1].at - requests[0].at;
            let least = Duration::from_secs(if path == "/one" { 1 } else { 2 });
            assert!(waited >= least, "{path}: {waited:?}");
        }
        let of = |topic: &String| {
            let records = read(&setup.cluster, topic);
            let mut names: Vec<_> = records
                .iter()
                .map(|one| own(one, "workflow").to_owned())
                .collect();
            names.sort();
            names
        };
        assert_eq!(of(&plan.retry_topics()[0]), ["one"]);
        assert_eq!(of(&plan.retry_topics()[1]), ["date", "two"]);
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
        let requests = receiver.wait_for("/failing", 5, SOON);
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
