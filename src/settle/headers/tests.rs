use std::time::Duration;

use proptest::prelude::*;

use super::*;

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
        last_attempt in proptest::option::of(any::<i64>()),
        status in proptest::option::of(any::<u16>()),
        due in any::<i64>(),
    ) {
        let failure = Failure { status, ..Failure::new(Reason::ServerError, text) };
        let progress =
            Progress { attempts, rounds, since, last_attempt, failure: Some(failure) };
        let delivery = delivery(&automation, progress.clone(), Vec::new());
        let back = read(&carried(&delivery, due)).unwrap();
        prop_assert_eq!(back.progress, progress);
        prop_assert_eq!(back.automation, automation);
        prop_assert_eq!(back.origin, delivery.origin);
        prop_assert_eq!(back.due, due);
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
