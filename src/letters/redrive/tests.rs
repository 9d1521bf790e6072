use bytes::Bytes;

use super::*;
use crate::consume::Record;
use crate::deliver::Identity;
use crate::event::Coordinates;
use crate::letters::{Entry, Extent, Settled, Unmarked};
use crate::settle::headers::PREFIX;
use crate::settle::marker::redriven_from;

const NOW: i64 = 1_800_000_000_000;

fn record(offset: i64, headers: &[(&str, &str)]) -> Record {
    let header = |(name, value): &(&str, &str)| {
        let value = Bytes::copy_from_slice(value.as_bytes());
        (format!("{PREFIX}{name}"), Some(value))
    };
    Record {
        coordinates: Coordinates {
            topic: "dead".into(),
            partition: 0,
            offset,
        },
        timestamp: Some(NOW - 1_000),
        key: Some(Bytes::from_static(b"key")),
        value: Some(Bytes::from_static(b" {} ")),
        headers: headers.iter().map(header).collect(),
    }
}

/// A dead letter of a delivery to `on-call` that was redriven so often.
fn letter(redriven: &str) -> Record {
    record(
        7,
        &[
            ("version", "1"),
            ("topic", "alerts"),
            ("partition", "3"),
            ("offset", "42"),
            ("timestamp", "5"),
            ("place", "0"),
            ("kind", "Alerts"),
            ("id", "msg_1"),
            ("automation", "page"),
            ("workflow", "on-call"),
            ("attempts", "9"),
            ("rounds", "4"),
            ("since", "1"),
            ("body", "1-3"),
            ("first-attempt", "2"),
            ("last-attempt", "3"),
            ("redriven", redriven),
            ("stage", "deliver"),
            ("reason", "gone"),
            ("error", "answered 410"),
        ],
    )
}

fn read(record: Record) -> Arc<Letter> {
    match Entry::of(record) {
        Entry::Letter(letter) => Arc::new(letter),
        other @ (Entry::Marker(_) | Entry::Unreadable(..)) => panic!("no letter: {other:?}"),
    }
}

fn judged(record: Record, to: Option<&str>) -> Result<Redrive, Cannot> {
    let config = crate::config::defaults_for_tests();
    let rules = Rules {
        config: &config,
        to,
        max_redrives: 3,
    };
    rules.judge(&read(record), NOW)
}

#[test]
fn a_redriven_delivery_begins_anew_and_counts() {
    let redrive = judged(letter("2"), Some("on-call")).unwrap();
    let expected = Progress {
        since: NOW,
        redriven: 3,
        ..Progress::default()
    };
    assert_eq!(redrive.parked.progress, expected);
    assert_eq!((&*redrive.parked.id, redrive.parked.due), ("msg_1", NOW));
    let delivery = redrive.parked.delivery(&redrive.letter.record);
    assert_eq!(
        (&*delivery.body, &*delivery.value),
        (&b"{}"[..], &b" {} "[..])
    );
}

#[test]
fn to_another_workflow_it_has_the_id_that_it_would_have_had_there() {
    let redrive = judged(letter("0"), Some("pager")).unwrap();
    let parked = redrive.parked;
    let there = Identity::new(b"{}", Some(5), 0).delivery_id("page", "pager");
    assert_eq!(parked.id, there);
    assert_eq!(parked.workflow, "pager");
}

#[test]
fn what_cannot_be_put_back_says_why() {
    let mut without_value = letter("0");
    without_value.value = None;
    let mut without_automation = letter("0");
    without_automation
        .headers
        .retain(|(name, _)| name != "firebell-automation");
    let never = record(
        1,
        &[
            ("version", "1"),
            ("topic", "alerts"),
            ("partition", "0"),
            ("offset", "0"),
            ("stage", "decode"),
            ("reason", "not-json"),
        ],
    );
    let to = Some("on-call");
    let said: Vec<String> = [
        judged(never, to),
        judged(without_value, to),
        judged(without_automation, to),
        judged(letter("3"), to),
        judged(letter("0"), None),
    ]
    .into_iter()
    .map(|judged| judged.unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    there never was a delivery: the record could not be read. Mend its producer, and produce it again
    the dead letter has no value, since the cluster took none of its size: its original is where `show` says
    its headers cannot be read: header firebell-automation is missing
    it was redriven 3 times already: mend the workflow first, then raise --max-redrives
    the configuration has no workflow `on-call`: name another one with --to (known here: nothing)
    ");
}

/// Offsets begin at nought again when a topic is made anew: the place alone proves nothing.
#[test]
fn only_the_same_delivery_with_the_same_count_was_put_back_already() {
    let dead = letter("1");
    let mut unmarked = Unmarked::default();
    let mut old = record(0, &[("redriven", "2")]);
    old.headers.push(redriven_from(&dead, "msg_1"));
    let kept = |from| Extent {
        topic: "dead".into(),
        partitions: [(0, from..9)].into(),
    };
    let noted = unmarked.note(&old, (&Settled::default(), &kept(0), NOW));
    assert!(noted.is_ok() && !unmarked.has(&read(dead.clone())));
    let parked = |id: &str, redriven: &str| {
        let mut parked = record(0, &[("redriven", redriven)]);
        parked.headers.push(redriven_from(&dead, id));
        parked
    };
    for (id, redriven, expected) in [
        ("msg_2", "2", false),
        ("msg_1", "1", false),
        ("msg_1", "2", true),
    ] {
        let parked = parked(id, redriven);
        for (from, expected) in [(8, false), (7, expected)] {
            let known = (&Settled::default(), &kept(from), NOW - 1_000);
            assert!(unmarked.note(&parked, known).is_ok());
            let has = unmarked.has(&read(dead.clone()));
            assert_eq!(has, expected, "{id} {redriven}, kept from {from}");
        }
    }
}
