//! Why a delivery leaves its lane without an attempt.

use std::time::Duration;

use super::{Pace, Undelivered};
use crate::reason::{Failure, Reason};

/// A refusal, with the wait until it makes sense to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The breaker is open.
    Open(Duration),
    /// The workflow asked for a longer wait than fits in process.
    NotBefore(Duration),
    /// The rate leaves no request within the time that fits in process.
    RateLimited(Duration),
    /// The partition is being let go.
    Draining,
    /// The workflow said that it is gone.
    Gone,
}

impl From<Refusal> for Undelivered {
    fn from(refusal: Refusal) -> Self {
        let (reason, text, pace) = match refusal {
            Refusal::Open(wait) => (
                Reason::BreakerOpen,
                "too many requests failed: none is sent until the next probe",
                Pace::UnspentFor(wait),
            ),
            Refusal::NotBefore(wait) => (
                Reason::NotBefore,
                "the workflow asked for a wait (Retry-After)",
                Pace::UnspentFor(wait),
            ),
            Refusal::RateLimited(wait) => (
                Reason::RateLimited,
                "more deliveries wait than the rate lets through in time",
                Pace::UnspentFor(wait),
            ),
            Refusal::Draining => (Reason::Draining, "let go before an attempt", Pace::Unspent),
            Refusal::Gone => (
                Reason::Gone,
                "answered 410 before: switched off until it is configured anew",
                Pace::Never,
            ),
        };
        Self {
            failure: Failure::new(reason, text),
            pace,
        }
    }
}
