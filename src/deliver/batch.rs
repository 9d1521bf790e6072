//! Batches: deliveries of one workflow in one request, each with an end of its own.
//!
//! A delivery that is to make one attempt joins the batch that is open, and waits for its share of
//! the end. The batch is a task: it outlives none of its members, and ends when all have gone. It
//! passes the lane's gate as one request. What is refused for what is in it is sent again in halves,
//! so that one bad event takes no other with it.

mod gathering;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;

use super::allowance::Allowance;
use super::lane::Lane;
use super::place::Line;
use super::{Delivery, Haste, Outcome, Pace, Progress, Undelivered};
use crate::clock;
use crate::reason::{Failure, Reason};

pub(super) use gathering::Batches;
use gathering::Opened;

/// Statuses that may be about one event of many.
const ABOUT_ITS_EVENTS: [u16; 3] = [400, 413, 422];

/// What a member gets of its batch's end: its outcome, and what it has spent; or why there was no
/// attempt.
type Share = Result<(Outcome, Progress), Undelivered>;

/// A delivery in a batch.
#[derive(Debug)]
struct Member {
    delivery: Delivery,
    /// How long it may stand in the line of the rate.
    line: Line,
    reply: oneshot::Sender<Share>,
    /// Whether it is part of a request in flight.
    in_flight: Arc<AtomicBool>,
}

/// One attempt of a delivery, together with those that join in time.
pub(super) async fn attempt(
    lane: &Arc<Lane>,
    batches: &Arc<Batches>,
    (delivery, waits): (&mut Delivery, Line),
    haste: &Haste,
) -> Result<Outcome, Undelivered> {
    let (reply, mut share) = oneshot::channel();
    let in_flight = Arc::new(AtomicBool::new(false));
    let member = Member {
        delivery: delivery.clone(),
        line: waits,
        reply,
        in_flight: Arc::clone(&in_flight),
    };
    let (number, opened) = batches.join(member);
    if let Some(opened) = opened {
        // Whoever waits for a share waits for it.
        let task = run(Arc::clone(lane), Arc::clone(batches), opened);
        drop(tokio::spawn(task));
    }
    let flush = async {
        haste.draining().await;
        batches.flush(number);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        share = &mut share => match share {
            Ok(Ok((outcome, progress))) => {
                delivery.progress = progress;
                Ok(outcome)
            }
            Ok(Err(refused)) => Err(refused),
            Err(_) => cut_off(delivery, &in_flight),
        },
        // Before the cut, which is a call to drain as well.
        () = flush => cut_off(delivery, &in_flight),
        () = haste.is_cut() => cut_off(delivery, &in_flight),
    }
}

/// A member that does not wait for its batch any more.
fn cut_off(delivery: &mut Delivery, in_flight: &AtomicBool) -> Result<Outcome, Undelivered> {
    if !in_flight.load(Ordering::Relaxed) {
        let text = "let go before an attempt";
        return Err(Undelivered {
            failure: Failure::new(Reason::Draining, text),
            pace: Pace::Unspent,
        });
    }
    delivery.progress.attempted(clock::now_millis());
    Ok(super::lane::cut_off())
}

/// One batch from its opening to its end.
async fn run(lane: Arc<Lane>, batches: Arc<Batches>, opened: Opened) {
    let mut units = vec![batches.gathered(opened).await];
    while let Some(mut unit) = units.pop() {
        unit.retain(|member| !member.reply.is_closed());
        if unit.is_empty() {
            continue;
        }
        let sent = send(&lane, &mut unit).await;
        match sent {
            Ok(outcome) if unit.len() > 1 && is_about_its_events(&outcome) => {
                let mut first = unit;
                let second = first.split_off(first.len() / 2);
                units.extend([second, first]);
            }
            sent => tell(unit, &sent),
        }
    }
}

/// One request for all of them. It ends early when all have gone.
async fn send(lane: &Lane, unit: &mut [Member]) -> Result<Outcome, Undelivered> {
    let flags: Vec<Arc<AtomicBool>> = unit.iter().map(|one| Arc::clone(&one.in_flight)).collect();
    let mark = |in_flight| {
        for flag in &flags {
            flag.store(in_flight, Ordering::Relaxed);
        }
    };
    let patient = unit.iter().all(|one| one.line == Line::Long);
    let mut allowance = Allowance::new(if patient { Line::Long } else { Line::Short });
    let mut deliveries: Vec<Delivery> = unit.iter().map(|one| one.delivery.clone()).collect();
    let outcome = {
        let all_gone = gone(unit);
        tokio::pin!(all_gone);
        let unhurried = Haste::unhurried();
        let pass = tokio::select! {
            biased;
            pass = lane.pass(&mut allowance, &unhurried) => pass?,
            () = &mut all_gone => return Ok(super::lane::cut_off()),
        };
        mark(true);
        lane.request(&mut deliveries, pass, all_gone).await
    };
    mark(false);
    for (member, delivery) in unit.iter_mut().zip(deliveries) {
        member.delivery = delivery;
    }
    Ok(outcome)
}

/// Until nobody waits for a share any more.
async fn gone(unit: &mut [Member]) {
    for member in unit {
        member.reply.closed().await;
    }
}

/// Whether one event of many may be why all were refused.
fn is_about_its_events(outcome: &Outcome) -> bool {
    let Outcome::Undelivered(Undelivered { failure, pace }) = outcome else {
        return false;
    };
    let status = failure
        .status
        .is_some_and(|status| ABOUT_ITS_EVENTS.contains(&status));
    *pace == Pace::Never && (status || failure.reason == Reason::RenderFailed)
}

fn tell(unit: Vec<Member>, sent: &Result<Outcome, Undelivered>) {
    for member in unit {
        let progress = member.delivery.progress;
        let share = sent.clone().map(|outcome| (outcome, progress));
        // One that has gone has settled itself.
        let _told = member.reply.send(share);
    }
}

#[cfg(test)]
#[path = "batch/tests.rs"]
mod tests;
