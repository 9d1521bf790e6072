//! The metrics of one lane.

use std::fmt;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use super::catalogue::{ATTEMPT_SECONDS, ATTEMPTS, IN_FLIGHT, LANE_DEPTH, LANE_WAIT_SECONDS};
use crate::reason::Reason;

/// Handles of one workflow's lane.
#[derive(Clone)]
pub struct LaneMetrics {
    workflow: String,
    /// Deliveries with a place.
    pub depth: Gauge,
    /// Requests in flight.
    pub in_flight: Gauge,
    /// How long partitions were held for a place.
    pub hold_seconds: Histogram,
    attempt_seconds: Histogram,
    delivered: Counter,
}

impl LaneMetrics {
    /// The handles of this workflow's lane.
    #[must_use]
    pub fn new(workflow: &str) -> Self {
        Self {
            workflow: workflow.to_owned(),
            depth: LANE_DEPTH.gauge(&[workflow]),
            in_flight: IN_FLIGHT.gauge(&[workflow]),
            hold_seconds: LANE_WAIT_SECONDS.histogram(&[workflow]),
            attempt_seconds: ATTEMPT_SECONDS.histogram(&[workflow]),
            delivered: ATTEMPTS.counter(&[workflow, "delivered"]),
        }
    }

    /// An attempt was taken.
    pub fn delivered(&self, elapsed: Duration) {
        self.delivered.increment(1);
        self.attempt_seconds.record(elapsed);
    }

    /// An attempt was not taken.
    pub fn failed(&self, reason: Reason, elapsed: Duration) {
        ATTEMPTS
            .counter(&[&self.workflow, reason.label()])
            .increment(1);
        self.attempt_seconds.record(elapsed);
    }
}

impl fmt::Debug for LaneMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LaneMetrics({})", self.workflow)
    }
}
