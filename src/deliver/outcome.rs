//! How a delivery, or one attempt of it, ended.

use std::time::Duration;

use crate::reason::{Failure, Reason};

/// How a delivery ended in its lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The workflow took it.
    Delivered,
    /// It did not, and the pace says what may be done about it.
    Undelivered(Undelivered),
}

impl Outcome {
    /// Whether a request was sent: else no attempt is spent.
    #[must_use]
    pub(super) const fn was_sent(&self) -> bool {
        match self {
            Self::Delivered => true,
            Self::Undelivered(Undelivered { failure, pace }) => {
                let unspent = matches!(pace, Pace::Unspent | Pace::UnspentFor(_));
                !unspent && !matches!(failure.reason, Reason::RenderFailed)
            }
        }
    }
}

/// A delivery that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Why.
    pub failure: Failure,
    /// When it may be tried again.
    pub pace: Pace,
}

/// When a delivery may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// In a moment, then through the next tier.
    Soon,
    /// Through a longer tier: somebody must mend something first.
    Later,
    /// Not before the workflow's own `Retry-After`.
    After(Duration),
    /// Through the tier that is next anyway, without climbing past it: no attempt was spent.
    Unspent,
    /// After this wait and not before, through the smallest tier that is long enough, and without
    /// climbing past it: no attempt was spent.
    UnspentFor(Duration),
    /// Never: the same request would be refused again.
    Never,
}
