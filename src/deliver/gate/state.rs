//! What a gate knows of its workflow: pure, the time passed in.

use std::time::Duration;

use tokio::time::Instant;

use super::super::breaker::{self, Breaker, Position, Ticket};
use super::super::budget::Budget;
use super::super::signal::Signal;
use crate::config::Flow;

/// What is known of a workflow.
#[derive(Debug)]
pub(super) struct State {
    /// The workflow is gone: nothing is sent to it again.
    off: bool,
    /// The workflow's own `Retry-After`.
    not_before: Option<Instant>,
    breaker: Option<Breaker>,
    /// For attempts in process after the first.
    pub(super) budget: Budget,
}

/// Why nothing is sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// For good.
    Off,
    /// The workflow asked for a wait.
    NotBefore(Instant),
    /// The breaker is open until its probe.
    Open(Instant),
    /// The probe is under way; whoever does not wait for its end may ask again then.
    Probing(Instant),
    /// The rate has no request for so long.
    Rate(Duration),
}

impl State {
    /// Nothing is known yet.
    pub(super) fn new(flow: &Flow) -> Self {
        Self {
            off: false,
            not_before: None,
            breaker: flow.breaker.map(Breaker::new),
            budget: Budget::new(flow.retry_budget),
        }
    }

    /// Why nothing is sent now, if so: the reason that holds for longest.
    pub(super) fn shut(&self, now: Instant) -> Option<Shut> {
        if self.off {
            return Some(Shut::Off);
        }
        let asked = self.not_before.filter(|until| *until > now);
        let breaker = self.breaker.as_ref().and_then(|breaker| breaker.shut(now));
        match (asked, breaker) {
            (Some(until), Some(breaker::Shut::Until(probe))) if probe > until => {
                Some(Shut::Open(probe))
            }
            (Some(until), _) => Some(Shut::NotBefore(until)),
            (None, breaker) => breaker.map(Shut::from),
        }
    }

    /// Asks the breaker, where there is one.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Option<Ticket>, Shut> {
        let breaker = self.breaker.as_mut();
        let ticket = breaker.map(|breaker| breaker.admit(now)).transpose();
        ticket.map_err(Shut::from)
    }

    /// Takes the end of a request.
    pub(super) fn report(&mut self, ticket: Option<Ticket>, signal: Signal, now: Instant) {
        self.off |= signal.gone;
        if let Some(rest) = signal.rest {
            // Never shortened: an earlier answer may have asked for more.
            self.not_before = self.not_before.max(Some(now + rest));
        }
        if let (Some(breaker), Some(ticket)) = (&mut self.breaker, ticket) {
            breaker.report(ticket, signal.health, now);
        }
    }

    /// Where the breaker stands; closed where there is none.
    pub(super) fn position(&self) -> Position {
        let breaker = self.breaker.as_ref();
        breaker.map_or(Position::Closed, Breaker::position)
    }
}

impl From<breaker::Shut> for Shut {
    fn from(shut: breaker::Shut) -> Self {
        match shut {
            breaker::Shut::Until(until) => Self::Open(until),
            breaker::Shut::Probing(until) => Self::Probing(until),
        }
    }
}
