//! A workflow, and what bounds it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::config::{Access, Egress, Flow, Requests, Rotating, StatusPolicy, Watched};
use crate::document::Place;

/// A workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Where it is written.
    pub place: Place,
    /// The webhook. A credential as a whole: the query of a Logic App's is its key. With a stand-in
    /// for each value, where it has values: those of `requests` have them in it.
    pub url: Rotating<Url>,
    /// What a request is made of.
    pub requests: Requests,
    /// Where its requests may go: the same for all.
    pub egress: Arc<Egress>,
    /// Whether it reads the sources in a consumer group of its own.
    pub own_group: bool,
    /// From the request's first byte to the answer's last; 100 ms to 5 min.
    pub timeout: Duration,
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// Requests at the same time; 1 to 1,000.
    pub max_in_flight: usize,
    /// Deliveries that have a place: in flight, waiting, or between two attempts.
    pub queue: usize,
    /// Attempts in process before the delivery is parked; 1 to 10.
    pub attempts: u32,
    /// Between two attempts in process.
    pub backoff: Backoff,
    /// What keeps the requests within what the workflow bears.
    pub flow: Flow,
    /// What its answers mean, where that is not as usual.
    pub status: StatusPolicy,
    /// What shows each side who the other is.
    pub access: Access,
}

impl Workflow {
    /// The looks at its files.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let access = &self.access;
        let parts = [
            self.url.watched().into_iter().collect(),
            self.requests.watched(),
            access.auth.watched(),
            access.signing.watched(),
            access.tls.watched(),
        ];
        parts.concat()
    }
}

/// Bounds of a wait with full jitter: uniform between nothing and `min × 2ⁿ`, `max` at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first bound.
    pub min: Duration,
    /// The last bound.
    pub max: Duration,
}
