//! The gate of a lane: who sends a request, and when.
//!
//! In this order: the line of the rate; off, not before, breaker; a seat; and these again, since
//! getting a seat takes time. A seat is never held while anything is waited for.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::allowance::{Allowance, IN_PROCESS};
use super::breaker::{Position, Ticket};
use super::concurrency::Concurrency;
use super::flight::{Flight, Seat};
use super::rate::{Rate, Turn};
use super::refusal::Refusal;
use super::signal::Signal;
use super::{Haste, Undelivered, backoff};
use crate::config::{Backoff, Workflow};
use crate::telemetry::LaneMetrics;

mod pass;
mod state;

pub(super) use pass::Pass;
use state::{Shut, State};

/// How long a delivery waits for a probe's end before it is parked.
const PROBE: Duration = Duration::from_secs(1);

/// The gate of one lane.
#[derive(Debug)]
pub(super) struct Gate {
    flight: Flight,
    rate: Option<Rate>,
    state: Mutex<State>,
    /// Rung whenever what was shut may be open.
    changed: Notify,
    /// For who waits together: not all at once.
    backoff: Backoff,
    metrics: LaneMetrics,
}

impl Gate {
    /// The open gate of a workflow's lane.
    pub(super) fn new(workflow: &Workflow, metrics: LaneMetrics) -> Self {
        let flow = &workflow.flow;
        let max = workflow.max_in_flight;
        let concurrency = flow.adaptive.then(|| Concurrency::new(max));
        metrics.limit(max);
        metrics.breaker.set(f64::from(Position::Closed as u8));
        Self {
            flight: Flight::new(max, concurrency),
            rate: flow.rate.map(Rate::new),
            state: Mutex::new(State::new(flow)),
            changed: Notify::new(),
            backoff: workflow.backoff,
            metrics,
        }
    }

    /// The right to send a request, once there is one: or why the delivery is to be parked.
    pub(super) async fn pass(
        &self,
        allowance: &mut Allowance,
        haste: &Haste,
    ) -> Result<Pass<'_>, Undelivered> {
        let _turn = self.turn(allowance, haste).await?;
        loop {
            if let Some(shut) = self.shut() {
                self.wait_out(shut, allowance, haste).await?;
                continue;
            }
            let seat = self.seat(haste).await?;
            match self.enter() {
                Ok(ticket) => return Ok(Pass::new(self, seat, ticket)),
                Err(shut) => {
                    drop(seat);
                    self.wait_out(shut, allowance, haste).await?;
                }
            }
        }
    }

    /// When it is worth asking again, if deliveries are parked now without an attempt: because the
    /// breaker is open, or the workflow asked for a wait that does not fit in process.
    pub(super) fn opens_at(&self) -> Option<Instant> {
        let now = Instant::now();
        match self.lock().shut(now)? {
            Shut::NotBefore(until) => (until > now + IN_PROCESS).then_some(until),
            Shut::Open(until) | Shut::Probing(until) => Some(until),
            Shut::Off | Shut::Rate(_) => None,
        }
    }

    /// Whether deliveries are tried, and not one of them as a probe: when that is due,
    /// [`Gate::opens_at`] names no time until it is sent.
    pub(super) fn is_tried(&self) -> bool {
        self.opens_at().is_none() && self.lock().position() == Position::Closed
    }

    /// Whether nothing is sent for longer than this wait, as far as is known.
    pub(super) fn is_shut_for(&self, wait: Duration) -> bool {
        match self.shut() {
            Some(Shut::NotBefore(until)) => until > Instant::now() + wait,
            Some(Shut::Open(_) | Shut::Probing(_)) => true,
            Some(Shut::Off | Shut::Rate(_)) | None => false,
        }
    }

    /// Waits until [`Gate::opens_at`] names no time any more.
    pub(super) async fn opens(&self) {
        loop {
            let changed = self.changed.notified();
            let Some(until) = self.opens_at() else {
                return;
            };
            tokio::select! {
                () = changed => {}
                () = sleep_until(until) => {}
            }
        }
    }

    /// A delivery's first attempt is made.
    pub(super) fn earn(&self) {
        self.lock().budget.earn(Instant::now());
    }

    /// Whether there is one more attempt in the budget; it is spent.
    pub(super) fn spend(&self) -> bool {
        let affordable = self.lock().budget.spend(Instant::now());
        if !affordable {
            self.metrics.over_budget.increment(1);
        }
        affordable
    }

    /// The place in the line of the rate, for a lane that has one.
    async fn turn(
        &self,
        allowance: &Allowance,
        haste: &Haste,
    ) -> Result<Option<Turn<'_>>, Undelivered> {
        let Some(rate) = &self.rate else {
            return Ok(None);
        };
        let line = rate.line();
        if !allowance.stands(line) {
            return Err(self.booked(Refusal::RateLimited(line)).into());
        }
        let began = Instant::now();
        let turn = tokio::select! {
            biased;
            () = haste.draining() => return Err(Refusal::Draining.into()),
            turn = rate.turn() => turn,
        };
        self.metrics.rate_wait_seconds.record(began.elapsed());
        Ok(Some(turn))
    }

    async fn seat(&self, haste: &Haste) -> Result<Seat<'_>, Undelivered> {
        tokio::select! {
            biased;
            () = haste.is_cut() => Err(Refusal::Draining.into()),
            seat = self.flight.seat() => Ok(seat),
        }
    }

    fn shut(&self) -> Option<Shut> {
        self.lock().shut(Instant::now())
    }

    /// Goes through, if nothing speaks against it.
    fn enter(&self) -> Result<Option<Ticket>, Shut> {
        let now = Instant::now();
        let mut state = self.lock();
        if let Some(shut) = state.shut(now) {
            return Err(shut);
        }
        // A breaker that admits must have a request to see: so the rate comes before it.
        if let Some(rate) = &self.rate {
            rate.take().map_err(Shut::Rate)?;
        }
        let before = state.position();
        let ticket = state.admit(now)?;
        self.show(before, state.position());
        Ok(ticket)
    }

    /// Waits for what is shut to open, if that is soon; else says why the delivery is parked.
    async fn wait_out(
        &self,
        shut: Shut,
        allowance: &mut Allowance,
        haste: &Haste,
    ) -> Result<(), Undelivered> {
        let now = Instant::now();
        let (wait, refusal) = match shut {
            Shut::Off => return Err(Refusal::Gone.into()),
            Shut::Open(until) => return Err(Refusal::Open(backoff::spread(until - now)).into()),
            Shut::Probing(until) => (PROBE, Refusal::Open(backoff::spread(until - now))),
            Shut::NotBefore(until) => {
                let jitter = backoff::wait(self.backoff, 1, fastrand::f64());
                let wait = until - now + jitter;
                (wait, Refusal::NotBefore(until - now))
            }
            Shut::Rate(wait) => (wait, Refusal::RateLimited(wait)),
        };
        let endless = matches!(shut, Shut::Rate(_)) && allowance.stands(Duration::MAX);
        if !endless && !allowance.take(wait) {
            return Err(self.booked(refusal).into());
        }
        let probing = matches!(shut, Shut::Probing(_));
        let changed = self.changed.notified();
        if probing && !matches!(self.shut(), Some(Shut::Probing(_))) {
            return Ok(());
        }
        tokio::select! {
            biased;
            () = haste.draining() => Err(Refusal::Draining.into()),
            () = changed, if probing => Ok(()),
            () = sleep(wait) => if probing { Err(refusal.into()) } else { Ok(()) },
        }
    }

    /// Whoever must come back for the rate does so in its turn.
    fn booked(&self, refusal: Refusal) -> Refusal {
        match (&self.rate, refusal) {
            (Some(rate), Refusal::RateLimited(wait)) => Refusal::RateLimited(rate.book(wait)),
            (_, refusal) => refusal,
        }
    }

    /// Takes the end of a request.
    fn report(&self, ticket: Option<Ticket>, signal: Signal) {
        let mut state = self.lock();
        let before = state.position();
        state.report(ticket, signal, Instant::now());
        self.show(before, state.position());
    }

    /// Says that the breaker has moved.
    fn show(&self, before: Position, after: Position) {
        if before == after {
            return;
        }
        self.metrics.breaker.set(f64::from(after as u8));
        let workflow = self.metrics.workflow();
        match after {
            Position::Open if before == Position::Closed => tracing::warn!(
                workflow,
                "the breaker opens: deliveries are parked without an attempt"
            ),
            Position::Closed => tracing::info!(workflow, "the breaker closes: the probe was taken"),
            Position::Open | Position::HalfOpen => tracing::debug!(workflow, ?after, "breaker"),
        }
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "gate/tests.rs"]
mod tests;
