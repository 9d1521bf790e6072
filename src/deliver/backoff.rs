//! Waits between two attempts in process: full jitter under a doubling bound.

use std::time::Duration;

use crate::config::Backoff;

/// The wait before the attempt after `failed` ones (from 1): uniform between nothing and
/// `min × 2^(failed-1)`, `max` at most. `random` is uniform in 0..1.
///
/// With the defaults (250 ms, 2 s) the bounds are 250 ms, 500 ms, 1 s, 2 s, 2 s, …
#[must_use]
pub(super) fn wait(backoff: Backoff, failed: u32, random: f64) -> Duration {
    let doubled = backoff
        .min
        .saturating_mul(1 << failed.saturating_sub(1).min(20));
    doubled.min(backoff.max).mul_f64(random.clamp(0.0, 1.0))
}

/// A tenth more at most, so that those who wait for the same do not come at once.
pub(super) fn spread(wait: Duration) -> Duration {
    wait.mul_f64(1.0 + fastrand::f64() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BACKOFF: Backoff = Backoff {
        min: Duration::from_millis(250),
        max: Duration::from_secs(2),
    };

    #[test]
    fn the_bound_doubles_up_to_its_maximum() {
        let bounds: Vec<_> = (1..=5)
            .map(|failed| wait(BACKOFF, failed, 1.0).as_millis())
            .collect();
        assert_eq!(bounds, [250, 500, 1_000, 2_000, 2_000]);
    }

    proptest! {
        #[test]
        fn never_leaves_its_bounds(failed in any::<u32>(), random in any::<f64>()) {
            prop_assert!(wait(BACKOFF, failed, random) <= BACKOFF.max);
        }
    }
}
