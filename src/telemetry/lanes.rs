//! The metrics of one lane.

use std::fmt;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use super::catalogue::{
    ALARM, ATTEMPT_SECONDS, ATTEMPTS, BREAKER, IN_FLIGHT, LANE_DEPTH, LANE_WAIT_SECONDS, LIMIT,
    OVER_BUDGET, RATE_WAIT_SECONDS, UNSPENT,
};
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
    /// How long deliveries waited for the rate.
    pub rate_wait_seconds: Histogram,
    /// The breaker's position.
    pub breaker: Gauge,
    /// Attempts that the retry budget did not have.
    pub over_budget: Counter,
    limit: Gauge,
    attempt_seconds: Histogram,
    delivered: Counter,
}

impl LaneMetrics {
    /// The handles of this workflow's lane.
    #[must_use]
    pub fn new(workflow: &str) -> Self {
        for reason in Reason::ALL {
            // From nothing on, so that the first one is a rise.
            if reason.is_unspent() {
                UNSPENT.counter(&[workflow, reason.label()]).increment(0);
            }
            if reason.is_alarm() {
                ALARM.gauge(&[workflow, reason.label()]).set(0.0);
            }
        }
        Self {
            workflow: workflow.to_owned(),
            depth: LANE_DEPTH.gauge(&[workflow]),
            in_flight: IN_FLIGHT.gauge(&[workflow]),
            hold_seconds: LANE_WAIT_SECONDS.histogram(&[workflow]),
            rate_wait_seconds: RATE_WAIT_SECONDS.histogram(&[workflow]),
            breaker: BREAKER.gauge(&[workflow]),
            over_budget: OVER_BUDGET.counter(&[workflow]),
            limit: LIMIT.gauge(&[workflow]),
            attempt_seconds: ATTEMPT_SECONDS.histogram(&[workflow]),
            delivered: ATTEMPTS.counter(&[workflow, "delivered"]),
        }
    }

    /// The workflow's name.
    #[must_use]
    pub fn workflow(&self) -> &str {
        &self.workflow
    }

    /// So many requests may be in flight.
    pub fn limit(&self, limit: usize) {
        // A limit is a thousand at most.
        self.limit
            .set(u32::try_from(limit).map_or(f64::MAX, f64::from));
    }

    /// Whether this must be mended.
    pub fn alarm(&self, reason: Reason) -> Gauge {
        ALARM.gauge(&[&self.workflow, reason.label()])
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
