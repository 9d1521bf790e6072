//! Changes to many dead letters: so many at the same time, so many a second, and a clean end when
//! the cluster does not take one.

use std::future::Future;
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::task::JoinSet;

use crate::settle::Refused;

/// Changes on their way: what a kill leaves half done at most.
const AT_ONCE: usize = 32;

/// What came of one change.
pub(super) type Changed = Result<String, (String, Refused)>;

/// Changes that run side by side.
pub(super) struct Changes {
    running: JoinSet<Changed>,
    rate: Option<DefaultDirectRateLimiter>,
}

impl Changes {
    /// At most so many a second, if that is asked for.
    pub(super) fn new(rate: Option<NonZeroU32>) -> Self {
        let one = NonZeroU32::MIN;
        let quota = |rate| Quota::per_second(rate).allow_burst(one);
        Self {
            running: JoinSet::new(),
            rate: rate.map(|rate| RateLimiter::direct(quota(rate))),
        }
    }

    /// Starts a change, once there is room and time for it. Gives one that has ended meanwhile.
    pub(super) async fn start(
        &mut self,
        change: impl Future<Output = Changed> + Send + 'static,
    ) -> Option<Changed> {
        if let Some(rate) = &self.rate {
            rate.until_ready().await;
        }
        let ended = if self.running.len() >= AT_ONCE {
            self.next().await
        } else {
            None
        };
        self.running.spawn(change);
        ended
    }

    /// Waits for one of those that run; nothing when there are none.
    pub(super) async fn next(&mut self) -> Option<Changed> {
        let ended = self.running.join_next().await?;
        let panicked = |error: tokio::task::JoinError| {
            Err((String::new(), Refused::NotNow(error.to_string())))
        };
        Some(ended.unwrap_or_else(panicked))
    }
}
