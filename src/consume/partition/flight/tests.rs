use std::future::{pending, ready};

use super::*;
use crate::settle::Limits;

const TIMEOUT: Duration = Duration::from_mins(10);

/// How a delivery of a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Settled,
    Never,
    Panic,
    Cancelled,
}

/// Nothing in flight, of a partition whose records begin at 10.
fn nothing() -> Flight {
    let limits = Limits {
        records: 10,
        bytes: 1_000,
        span: 10,
    };
    Flight::new(
        Ledger::new(1, limits),
        Alone::Goes,
        &CancellationToken::new(),
    )
}

/// Takes on a record with a delivery that ends so.
async fn take(flight: &mut Flight, offset: i64, end: End) {
    let mut deliveries = JoinSet::new();
    deliveries.spawn(async {});
    let last = deliveries.spawn(async move {
        match end {
            End::Settled => {}
            End::Never | End::Cancelled => pending().await,
            End::Panic => panic!("a defect"),
        }
    });
    if end == End::Cancelled {
        last.abort();
    }
    let ticket = flight.ledger.receive(offset, 1, 0);
    flight.admitting = Some(Admission {
        ticket,
        places: Box::pin(ready(InFlight::of(deliveries))),
    });
    flight.step().await.unwrap();
}

#[tokio::test]
async fn a_record_whose_deliveries_are_settled_is_settled_once() {
    let mut flight = nothing();
    take(&mut flight, 10, End::Settled).await;
    flight.step().await.unwrap();
    let ledger = flight.ledger();
    assert_eq!((ledger.unsettled(), ledger.watermark()), (0, Some(11)));
}

#[tokio::test]
async fn a_record_whose_delivery_was_cancelled_or_panicked_stays_unsettled() {
    for end in [End::Cancelled, End::Panic] {
        let mut flight = nothing();
        take(&mut flight, 10, end).await;
        let ended = flight.step().await.unwrap_err();
        assert_eq!(ended.is_cancelled(), end == End::Cancelled, "{end:?}");
        let ledger = flight.ledger();
        assert_eq!(ledger.unsettled(), 1, "{end:?}");
        assert!(ledger.watermark().is_none_or(|next| next <= 10), "{end:?}");
    }
}

#[tokio::test]
async fn what_is_abandoned_while_it_runs_stays_unsettled() {
    let mut flight = nothing();
    take(&mut flight, 10, End::Never).await;
    take(&mut flight, 11, End::Settled).await;
    flight.step().await.unwrap();
    let abandon = CancellationToken::new();
    abandon.cancel();
    flight.drain(TIMEOUT, &abandon).await;
    assert_eq!(flight.ledger().unsettled(), 1);
    assert!(flight.ledger().watermark().is_none_or(|next| next <= 10));
}

#[tokio::test]
async fn a_drain_leaves_unsettled_what_was_cancelled_and_settles_no_other_for_it() {
    let mut flight = nothing();
    take(&mut flight, 10, End::Settled).await;
    take(&mut flight, 11, End::Cancelled).await;
    flight.drain(TIMEOUT, &CancellationToken::new()).await;
    assert!(flight.ledger().unsettled() >= 1);
    assert!(flight.ledger().watermark().is_none_or(|next| next <= 11));
}
