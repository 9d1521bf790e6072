use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::deliver::Identity;

fn delivery(automation: &str, progress: Progress, foreign: Vec<Header>) -> Delivery {
    let coordinates = Coordinates {
        topic: "alerts".into(),
        partition: 2,
        offset: 77,
    };
    let carrier = Record {
        coordinates: coordinates.clone(),
        timestamp: Some(5),
        key: None,
        value: Some(Bytes::from_static(b"{}")),
        headers: foreign,
    };
    Delivery {
        origin: Origin {
            coordinates,
            timestamp: Some(5),
            place: 3,
            kind: EventKind::Alerts,
        },
        automation: automation.into(),
        workflow: "on-call".into(),
        id: "msg_00".into(),
        event_id: "evt_00".into(),
        progress,
        body: Bytes::from_static(b"{}"),
        value: Bytes::from_static(b"{}"),
        event_time: None,
        carrier: Arc::new(carrier),
    }
}

fn carried(delivery: &Delivery, due: i64) -> Record {
    let headers = foreign(&delivery.carrier)
        .chain(parked(delivery, due))
        .collect();
    Record {
        headers,
        ..Record::clone(&delivery.carrier)
    }
}

proptest! {
    #[test]
    fn what_is_parked_is_read_back(
        automation in "\\PC{1,40}",
        text in "\\PC{0,200}",
        attempts in any::<u32>(),
        rounds in any::<u32>(),
        since in any::<i64>(),
        first_attempt in proptest::option::of(any::<i64>()),
        last_attempt in proptest::option::of(any::<i64>()),
        redriven in any::<u32>(),
        unknown_since in proptest::option::of(any::<i64>()),
        status in proptest::option::of(any::<u16>()),
        due in any::<i64>(),
    ) {
        let failure = Failure { status, ..Failure::new(Reason::ServerError, text) };
        let progress = Progress {
            attempts, rounds, since, first_attempt, last_attempt, redriven, unknown_since,
            failure: Some(failure),
        };
        let delivery = delivery(&automation, progress.clone(), Vec::new());
        let back = read(&carried(&delivery, due)).unwrap();
        prop_assert_eq!(back.progress, progress);
        prop_assert_eq!(back.automation, automation);
        prop_assert_eq!(back.origin, delivery.origin);
        prop_assert_eq!(back.due, due);
        prop_assert_eq!(back.body, 0..2);
        prop_assert_eq!(back.event_id, Some(delivery.event_id));
    }
}

#[test]
fn headers_are_replaced_on_each_hop_and_foreign_ones_stay() {
    let foreign_headers = vec![
        ("trace".to_owned(), Some(Bytes::from_static(b"\xff\x00"))),
        ("trace".to_owned(), None),
    ];
    let first = delivery("page", Progress::default(), foreign_headers.clone());
    let mut second = first.clone();
    second.carrier = Arc::new(carried(&first, 1));
    second.progress.attempts = 9;
    let third = carried(&second, 2);
    assert_eq!(third.headers.len(), carried(&first, 1).headers.len());
    assert_eq!(foreign(&third).collect::<Vec<_>>(), foreign_headers);
    assert_eq!(read(&third).unwrap().progress.attempts, 9);
}

#[test]
fn what_was_parked_without_the_events_id_has_the_one_that_it_would_have() {
    let mut record = carried(&delivery("page", Progress::default(), Vec::new()), 1);
    record
        .headers
        .retain(|(name, _)| name != "firebell-event-id");
    let parked = read(&record).unwrap();
    assert_eq!(parked.event_id, None);
    let delivery = parked.delivery(&Arc::new(record));
    let expected = Identity::new(b"{}", Some(5), 3).event_id();
    assert_eq!((&*delivery.id, delivery.event_id), ("msg_00", expected));
}

#[test]
fn a_record_that_nobody_parked_says_which_header_is_missing() {
    let mut record = carried(&delivery("page", Progress::default(), Vec::new()), 1);
    record
        .headers
        .retain(|(name, _)| name != "firebell-workflow");
    assert_eq!(read(&record), Err(HeaderError::Missing("workflow")));
    record.headers.clear();
    assert_eq!(read(&record), Err(HeaderError::Missing("version")));
}

#[test]
fn a_version_from_the_future_is_named() {
    let mut record = carried(&delivery("page", Progress::default(), Vec::new()), 1);
    record
        .headers
        .retain(|(name, _)| name != "firebell-version");
    record
        .headers
        .push(("firebell-version".into(), Some(Bytes::from_static(b"9"))));
    assert_eq!(read(&record), Err(HeaderError::Version("9".into())));
}

#[test]
fn a_due_stamp_far_ahead_is_not_believed() {
    let parked = read(&carried(
        &delivery("page", Progress::default(), Vec::new()),
        90_000,
    ));
    let parked = parked.unwrap();
    let tier = Tier {
        topic: "t".into(),
        delay: Duration::from_secs(30),
    };
    assert_eq!(due(&parked, &tier, 60_000), 90_000);
    assert_eq!(due(&parked, &tier, 0), 30_000);
}

#[test]
fn the_body_is_found_again_within_a_whole_record() {
    let mut delivery = delivery("page", Progress::default(), Vec::new());
    delivery.value = Bytes::from_static(b"\xef\xbb\xbf {\"a\": 1} ");
    delivery.body = delivery.value.slice(4..12);
    delivery.event_time = Some("2026-01-01T00:00:00Z".to_owned());
    let mut record = carried(&delivery, 1);
    record.value = Some(delivery.value.clone());
    let back = read(&record).unwrap();
    assert_eq!(delivery.value.slice(back.body), delivery.body);
    assert_eq!(back.event_time, delivery.event_time);

    record.value = Some(Bytes::from_static(b"short"));
    assert_eq!(read(&record), Err(HeaderError::Unreadable("body")));
}

#[test]
fn what_cannot_be_read_keeps_its_headers_under_other_names() {
    let record = carried(&delivery("page", Progress::default(), Vec::new()), 1);
    let kept: Vec<Header> = previous(&record).collect();
    let workflow = kept
        .iter()
        .find(|(name, _)| name == "firebell-was-workflow");
    assert_eq!(workflow.unwrap().1.as_deref(), Some(&b"on-call"[..]));
    let again = Record {
        headers: kept.clone(),
        ..record
    };
    assert_eq!(previous(&again).collect::<Vec<_>>(), kept, "marked once");
}

#[test]
fn a_reason_of_a_later_release_is_left_out() {
    let failure = Failure::new(Reason::ServerError, "503");
    let progress = Progress {
        failure: Some(failure),
        ..Progress::default()
    };
    let mut record = carried(&delivery("page", progress, Vec::new()), 1);
    for (name, value) in &mut record.headers {
        if name == "firebell-reason" {
            *value = Some(Bytes::from_static(b"moon-phase"));
        }
    }
    assert_eq!(read(&record).unwrap().progress.failure, None);
}
