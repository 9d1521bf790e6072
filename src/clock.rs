//! Wall-clock time, read in one place. Waits use the runtime's own clock.

use std::time::Duration;

use jiff::Timestamp;

/// The time now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Milliseconds since the epoch, as Kafka counts them.
#[must_use]
pub fn now_millis() -> i64 {
    now().as_millisecond()
}

/// From `earlier` to `later`, both in milliseconds; zero when the clock went backwards.
#[must_use]
pub fn between_millis(earlier: i64, later: i64) -> Duration {
    Duration::from_millis(u64::try_from(later.saturating_sub(earlier)).unwrap_or(0))
}

/// Milliseconds of a wait, at most what Kafka can count.
#[must_use]
pub fn as_millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}
