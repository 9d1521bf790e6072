//! The right to send one request.

use super::super::breaker::Ticket;
use super::super::flight::Seat;
use super::super::signal::Signal;
use super::Gate;
use crate::telemetry::Held;

/// The right to send one request. Dropped without an end, it says nothing of the workflow.
#[derive(Debug)]
#[must_use]
pub(in crate::deliver) struct Pass<'a> {
    gate: &'a Gate,
    seat: Seat<'a>,
    /// Until its end is known.
    ticket: Option<Ticket>,
    _counted: Held,
}

impl<'a> Pass<'a> {
    pub(super) fn new(gate: &'a Gate, seat: Seat<'a>, ticket: Option<Ticket>) -> Self {
        Self {
            gate,
            seat,
            ticket,
            _counted: Held::new(&gate.metrics.in_flight),
        }
    }

    /// The request ended so.
    pub(in crate::deliver) fn end(mut self, signal: Signal) {
        self.gate.report(self.ticket.take(), signal);
        if let Some(limit) = self.seat.report(signal.load) {
            self.gate.metrics.limit(limit);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.gate.report(Some(ticket), Signal::NONE);
        }
    }
}
