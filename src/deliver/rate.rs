//! The rate of a lane's requests (GCRA), and the line of those who wait for it.

use std::num::NonZeroU32;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::config::Rate as Settings;

type Limiter =
    RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// A rate, and those who wait for it: one after the other, in the order they came.
#[derive(Debug)]
pub(super) struct Rate {
    limiter: Limiter,
    /// Between two requests of the rate.
    interval: Duration,
    line: Mutex<()>,
    waiting: AtomicU32,
    /// The last time that was given to a delivery to come back at.
    booked: std::sync::Mutex<Instant>,
}

/// Nobody is told to come back later than this.
const FARTHEST: Duration = Duration::from_hours(1);

/// The head of the line. The next one is woken when this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    _line: MutexGuard<'a, ()>,
}

/// One more in the line for as long as it lives.
struct InLine<'a>(&'a AtomicU32);

impl Rate {
    /// A rate of which nothing is used.
    pub(super) fn new(settings: Settings) -> Self {
        let requests = settings.requests.max(1);
        // A burst of one and a period of a nanosecond are the least that the library takes.
        let interval = (settings.per / requests).max(Duration::from_nanos(1));
        let burst = NonZeroU32::new(settings.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(interval)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self {
            limiter: RateLimiter::direct_with_clock(quota, MonotonicClock),
            interval,
            line: Mutex::new(()),
            waiting: AtomicU32::new(0),
            booked: std::sync::Mutex::new(Instant::now()),
        }
    }

    /// How long the line is for one who comes now, at least.
    pub(super) fn line(&self) -> Duration {
        self.interval
            .saturating_mul(self.waiting.load(Ordering::Relaxed))
    }

    /// When a delivery is to come back that cannot wait for so long: each after the one before it,
    /// at the rate's own pace, so that a backlog is not parked again and again.
    pub(super) fn book(&self, wait: Duration) -> Duration {
        let now = Instant::now();
        let mut booked = self.booked.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*booked + self.interval).clamp(now + wait, now + wait.max(FARTHEST));
        *booked = next;
        next - now
    }

    /// Waits in the line until all who came before have gone.
    pub(super) async fn turn(&self) -> Turn<'_> {
        if let Ok(line) = self.line.try_lock() {
            return Turn { _line: line };
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _in_line = InLine(&self.waiting);
        Turn {
            _line: self.line.lock().await,
        }
    }

    /// Takes a request out of the rate, or says how long until there is one.
    pub(super) fn take(&self) -> Result<(), Duration> {
        self.limiter
            .check()
            .map_err(|not_until| not_until.wait_time_from(self.limiter.clock().now()))
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(requests: u32, per: Duration, burst: u32) -> Rate {
        Rate::new(Settings {
            requests,
            per,
            burst,
        })
    }

    #[test]
    fn a_burst_and_no_more_is_let_through_at_once() {
        let rate = rate(10, Duration::from_mins(10), 3);
        assert_eq!((0..3).map(|_| rate.take()).collect::<Vec<_>>(), [Ok(()); 3]);
        let wait = rate.take().unwrap_err();
        let minute = Duration::from_mins(1);
        assert!(wait <= minute && wait > minute / 2, "{wait:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_cannot_wait_comes_back_at_the_pace_of_the_rate() {
        let rate = rate(1, Duration::from_mins(10), 1);
        let wait = Duration::from_mins(1);
        let minutes: Vec<u64> = (0..8).map(|_| rate.book(wait).as_secs() / 60).collect();
        assert_eq!(minutes, [10, 20, 30, 40, 50, 60, 60, 60]);
        // Nobody came for long: the next one comes back as soon as it may.
        tokio::time::advance(Duration::from_hours(3)).await;
        assert_eq!(rate.book(wait), wait);
    }

    #[tokio::test]
    async fn the_line_grows_with_those_who_wait() {
        let rate = rate(1, Duration::from_secs(2), 1);
        let head = rate.turn().await;
        assert_eq!(rate.line(), Duration::ZERO);
        let (mut second, mut third) = (Box::pin(rate.turn()), Box::pin(rate.turn()));
        for waiting in [&mut second, &mut third] {
            assert!(futures_pending(waiting).await);
        }
        assert_eq!(rate.line(), Duration::from_secs(4));
        drop(third);
        drop(head);
        drop(second.await);
        assert_eq!(rate.line(), Duration::ZERO);
    }

    async fn futures_pending<T>(future: &mut (impl Future<Output = T> + Unpin)) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }
}
