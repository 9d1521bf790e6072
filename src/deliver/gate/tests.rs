use std::future::Future;

use super::*;
use crate::config::{self, Sources};
use crate::deliver::place::Line;
use crate::deliver::{Outcome, Pace};
use crate::reason::{Failure, Reason};
use tokio_util::sync::CancellationToken;

/// The gate of a workflow with these keys, with a breaker that opens at the second failure.
fn gate(keys: &str) -> Gate {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = format!(
        "sources: [alerts]
workflows:
  w:
    url: http://127.0.0.1:1/
    backoff: {{ min: 1ms, max: 1ms }}
    {keys}
workflow_defaults: {{ breaker: {{ min_requests: 2 }} }}
"
    );
    std::fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let config = config::load(&sources).unwrap_or_else(|error| panic!("{error}"));
    Gate::new(&config.workflows["w"], LaneMetrics::new("w"))
}

fn no_haste() -> Haste {
    Haste::until(&CancellationToken::new())
}

async fn pass(gate: &Gate) -> Result<Pass<'_>, Undelivered> {
    gate.pass(&mut Allowance::new(Line::Short), &no_haste())
        .await
}

/// Why a delivery is refused, and how long it is to wait.
async fn refused(gate: &Gate) -> (Reason, Duration) {
    let Undelivered { failure, pace } = pass(gate).await.expect_err("it is refused");
    let Pace::UnspentFor(wait) = pace else {
        panic!("{pace:?}");
    };
    (failure.reason, wait)
}

fn answer(reason: Reason, pace: Pace) -> Signal {
    let failure = Failure::new(reason, "");
    let outcome = Outcome::Undelivered(Undelivered { failure, pace });
    Signal::of(&outcome, Duration::ZERO)
}

async fn end_all(gate: &Gate, times: usize, signal: Signal) {
    for _ in 0..times {
        pass(gate).await.unwrap().end(signal);
    }
}

fn ill() -> Signal {
    answer(Reason::ServerError, Pace::Soon)
}

fn well() -> Signal {
    Signal::of(&Outcome::Delivered, Duration::ZERO)
}

fn rest(seconds: u64) -> Signal {
    let wait = Duration::from_secs(seconds);
    answer(Reason::TooManyRequests, Pace::After(wait))
}

/// Whether it is still under way after everybody had a turn.
async fn waits(future: &mut (impl Future + Unpin)) -> bool {
    tokio::select! {
        biased;
        _ = future => false,
        () = tokio::task::yield_now() => true,
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_wait_that_was_asked_for_is_waited_by_every_delivery() {
    let gate = gate("");
    let earlier = pass(&gate).await.unwrap();
    end_all(&gate, 1, rest(2)).await;
    // A shorter one that is answered later takes nothing from it.
    earlier.end(rest(1));
    let began = Instant::now();
    drop(pass(&gate).await.unwrap());
    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    assert!(began.elapsed() < Duration::from_millis(2_010));
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_that_was_asked_for_parks_without_an_attempt() {
    let gate = gate("");
    end_all(&gate, 1, rest(60)).await;
    assert_eq!(
        refused(&gate).await,
        (Reason::NotBefore, Duration::from_mins(1))
    );
    assert_eq!(
        gate.opens_at(),
        Some(Instant::now() + Duration::from_mins(1))
    );
    // Whoever comes back too early is refused again, with what is left.
    tokio::time::advance(Duration::from_secs(40)).await;
    assert_eq!(refused(&gate).await.1, Duration::from_secs(20));
    gate.opens().await;
    assert_eq!(gate.opens_at(), None);
    assert!(pass(&gate).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_parks_until_its_probe_spread_by_a_tenth() {
    let gate = gate("");
    end_all(&gate, 2, ill()).await;
    let (reason, wait) = refused(&gate).await;
    assert_eq!(reason, Reason::BreakerOpen);
    let most = Duration::from_secs(33);
    assert!((Duration::from_secs(30)..=most).contains(&wait), "{wait:?}");
}

#[tokio::test(start_paused = true)]
async fn who_meets_a_probe_waits_for_its_end_and_goes_on() {
    let gate = gate("");
    end_all(&gate, 2, ill()).await;
    gate.opens().await;
    let probe = pass(&gate).await.unwrap();
    assert!(gate.opens_at().is_some());
    let mut second = Box::pin(pass(&gate));
    let mut partition = Box::pin(gate.opens());
    assert!(waits(&mut second).await && waits(&mut partition).await);
    probe.end(well());
    assert!(second.await.is_ok());
    partition.await;
}

#[tokio::test(start_paused = true)]
async fn who_meets_a_probe_that_hangs_is_parked() {
    let gate = gate("");
    end_all(&gate, 2, ill()).await;
    gate.opens().await;
    let _probe = pass(&gate).await.unwrap();
    let began = Instant::now();
    assert_eq!(refused(&gate).await.0, Reason::BreakerOpen);
    assert_eq!(began.elapsed().as_secs(), PROBE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_cut_off_frees_its_place() {
    let gate = gate("");
    end_all(&gate, 2, ill()).await;
    gate.opens().await;
    drop(pass(&gate).await.unwrap());
    let next = pass(&gate).await.unwrap();
    next.end(answer(Reason::CutOff, Pace::Soon));
    pass(&gate).await.unwrap().end(well());
    assert_eq!(gate.opens_at(), None);
}

#[tokio::test(start_paused = true)]
async fn an_adaptive_lane_sends_half_as_many_after_an_overload() {
    let gate = gate("max_in_flight: 4\n    adaptive: true");
    end_all(&gate, 1, answer(Reason::TimedOut, Pace::Soon)).await;
    let (_first, _second) = (pass(&gate).await.unwrap(), pass(&gate).await.unwrap());
    let mut third = Box::pin(pass(&gate));
    assert!(waits(&mut third).await);
}

#[tokio::test(start_paused = true)]
async fn a_seat_is_free_while_its_lane_waits() {
    let gate = gate("max_in_flight: 1");
    end_all(&gate, 1, rest(2)).await;
    let mut waiting = Box::pin(pass(&gate));
    assert!(waits(&mut waiting).await);
    let mut seat = Box::pin(gate.flight.seat());
    assert!(!waits(&mut seat).await, "the one seat is free");
}

#[tokio::test(start_paused = true)]
async fn who_got_its_seat_late_is_asked_again() {
    let gate = gate("max_in_flight: 1");
    let first = pass(&gate).await.unwrap();
    let mut second = Box::pin(pass(&gate));
    assert!(waits(&mut second).await);
    first.end(rest(60));
    let refused = second.await.expect_err("nothing is sent now");
    assert_eq!(refused.failure.reason, Reason::NotBefore);
}

#[tokio::test(start_paused = true)]
async fn what_the_rate_does_not_let_through_in_time_is_parked() {
    let gate = gate("rate: { requests: 1, per: 1m }");
    end_all(&gate, 1, well()).await;
    let (reason, wait) = refused(&gate).await;
    assert_eq!(reason, Reason::RateLimited);
    assert!(
        wait > Duration::from_secs(55) && wait <= Duration::from_mins(1),
        "{wait:?}"
    );
}

#[tokio::test]
async fn the_rate_spreads_what_comes_at_once() {
    let gate = gate("rate: { requests: 20, per: 1s }");
    let began = std::time::Instant::now();
    let all = [(); 5].map(|()| async { pass(&gate).await.unwrap().end(well()) });
    let [first, second, third, fourth, last] = all;
    tokio::join!(first, second, third, fourth, last);
    let four_intervals = Duration::from_millis(4 * 50);
    assert!(began.elapsed() >= four_intervals, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_drains_waits_for_nothing() {
    let gate = gate("");
    end_all(&gate, 1, rest(2)).await;
    let haste = no_haste();
    haste.drain();
    let refused = gate.pass(&mut Allowance::new(Line::Short), &haste).await;
    let Undelivered { failure, pace } = refused.expect_err("it is let go");
    assert_eq!((failure.reason, pace), (Reason::Draining, Pace::Unspent));
}

#[tokio::test(start_paused = true)]
async fn a_workflow_that_is_gone_is_asked_nothing_more() {
    let gate = gate("");
    end_all(&gate, 1, answer(Reason::Gone, Pace::Never)).await;
    let Undelivered { failure, pace } = pass(&gate).await.expect_err("it is off");
    assert_eq!((failure.reason, pace), (Reason::Gone, Pace::Never));
    assert_eq!(gate.opens_at(), None, "its deliveries do not wait");
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_is_not_enabled_never_opens() {
    let gate = gate("breaker: { enabled: false }");
    end_all(&gate, 200, ill()).await;
    assert_eq!(gate.opens_at(), None);
}

#[tokio::test]
async fn in_a_group_of_its_own_a_delivery_stands_in_line_until_it_is_let_go() {
    let gate = gate("rate: { requests: 1, per: 1m }");
    end_all(&gate, 1, well()).await;
    let haste = no_haste();
    let mut allowance = Allowance::new(Line::Long);
    let passing = gate.pass(&mut allowance, &haste);
    tokio::pin!(passing);
    assert!(waits(&mut passing).await);
    haste.drain();
    let refused = passing.await.expect_err("it is let go");
    assert_eq!(refused.failure.reason, Reason::Draining);
}
