//! What keeps a workflow's requests within what it bears.

use std::ops::RangeInclusive;
use std::time::Duration;

/// How a lane holds back.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Whether the number of requests in flight follows what the workflow bears.
    pub adaptive: bool,
    /// The most requests in a time, if there is such a limit.
    pub rate: Option<Rate>,
    /// When nothing is sent at all for a while; `None` where that never is.
    pub breaker: Option<Breaker>,
    /// How many attempts in process may come on top of the first ones.
    pub retry_budget: RetryBudget,
}

/// A rate of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many; 1 to 1,000,000.
    pub requests: u32,
    /// In this time; 100 ms to 24 h.
    pub per: Duration,
    /// How many of them may be sent at once; 1 to `requests`.
    pub burst: u32,
}

/// When a lane is opened, and when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breaker {
    /// What is looked at: the requests of this time; 1 s to 10 min.
    pub window: Duration,
    /// With fewer requests than these it stays closed; 1 to 10,000.
    pub min_requests: u32,
    /// With this share of failures it opens; 0.01 to 1.
    pub failure_share: f64,
    /// How long nothing is sent; doubled when the probe fails. 1 s to 24 h.
    pub probe_after: Duration,
    /// The most that it is doubled to; not less than `probe_after`.
    pub probe_max: Duration,
}

/// How many attempts in process may come on top of the first ones of the last minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryBudget {
    /// A share of the first ones; 0 to 10.
    pub share: f64,
    /// And these; 0 to 10,000.
    pub min: u32,
}

/// Statuses that mean something else than usual. No status stands in two of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusPolicy {
    /// Delivered.
    pub success: Vec<RangeInclusive<u16>>,
    /// Tried again soon.
    pub retry: Vec<RangeInclusive<u16>>,
    /// Never tried again.
    pub dead_letter: Vec<RangeInclusive<u16>>,
}
