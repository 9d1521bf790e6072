//! The circuit breaker of a lane: a pure state machine, the time passed in.
//!
//! Closed, it counts. Open, it lets nothing through until the next probe. Then exactly one request
//! is let through, the probe, whose end decides for all.

use std::time::Duration;

use tokio::time::Instant;

use super::window::{Counts, Window};
use crate::config::Breaker as Settings;

/// A breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    settings: Settings,
    state: State,
    window: Window,
    /// How long it is open when a probe fails, before that is doubled.
    probe_after: Duration,
    /// Rises with every change of state: what began before it says nothing of the state now.
    round: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Instant },
    Probing,
}

/// The right to send one request, and the duty to report how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket(u64);

/// What a request says of the workflow's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answers.
    Well,
    /// It does not, or with an error of its own.
    Ill,
    /// Nothing: the request was cut off, or was never sent.
    Unknown,
}

/// Why no request is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// Open until then.
    Until(Instant),
    /// A probe is under way. Whoever does not wait for its end may ask again then.
    Probing(Instant),
}

/// The states, for the metric: a number that rises with how much is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Lets requests through.
    Closed = 0,
    /// A probe is under way.
    HalfOpen = 1,
    /// Lets nothing through.
    Open = 2,
}

impl Breaker {
    /// A closed breaker.
    pub(super) const fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: State::Closed,
            window: Window::new(settings.window),
            probe_after: settings.probe_after,
            round: 0,
        }
    }

    /// Why a request would not be let through now, if so. Changes nothing.
    pub(super) fn shut(&self, now: Instant) -> Option<Shut> {
        match self.state {
            State::Open { until } if now < until => Some(Shut::Until(until)),
            State::Probing => Some(Shut::Probing(now + self.probe_after)),
            State::Closed | State::Open { .. } => None,
        }
    }

    /// Lets a request through, as a probe if it is time for one.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Ticket, Shut> {
        if let Some(shut) = self.shut(now) {
            return Err(shut);
        }
        if let State::Open { .. } = self.state {
            self.turn(State::Probing);
        }
        Ok(Ticket(self.round))
    }

    /// Takes the end of a request that was let through.
    pub(super) fn report(&mut self, ticket: Ticket, health: Health, now: Instant) {
        if ticket.0 != self.round {
            return;
        }
        match (self.state, health) {
            (State::Closed, Health::Well) => self.count(now, 0),
            (State::Closed, Health::Ill) => {
                self.count(now, 1);
                if self.is_too_much(now) {
                    self.open(now + self.probe_after);
                }
            }
            (State::Probing, Health::Well) => {
                self.probe_after = self.settings.probe_after;
                self.window.clear();
                self.turn(State::Closed);
            }
            (State::Probing, Health::Ill) => {
                let doubled = self.probe_after.saturating_mul(2);
                self.probe_after = doubled.min(self.settings.probe_max);
                self.open(now + self.probe_after);
            }
            // The next one is the probe.
            (State::Probing, Health::Unknown) => self.open(now),
            // No ticket bears the number of an open state.
            (State::Closed, Health::Unknown) | (State::Open { .. }, _) => {}
        }
    }

    /// The state, for the metric.
    pub(super) const fn position(&self) -> Position {
        match self.state {
            State::Closed => Position::Closed,
            State::Probing => Position::HalfOpen,
            State::Open { .. } => Position::Open,
        }
    }

    fn count(&mut self, now: Instant, part: u32) {
        self.window.add(now, Counts { whole: 1, part });
    }

    fn is_too_much(&mut self, now: Instant) -> bool {
        let Counts { whole, part } = self.window.sum(now);
        let share = f64::from(part) / f64::from(whole.max(1));
        whole >= self.settings.min_requests && share >= self.settings.failure_share
    }

    fn open(&mut self, until: Instant) {
        self.turn(State::Open { until });
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.round = self.round.wrapping_add(1);
    }
}

#[cfg(test)]
#[path = "breaker/tests.rs"]
mod tests;
