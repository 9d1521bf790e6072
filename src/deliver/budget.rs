//! The retry budget of a lane: a workflow that fails is not asked a multiple of what came.
//!
//! Source of the rule: Finagle's `RetryBudget`: a share of the first attempts, and a floor.

use std::time::Duration;

use tokio::time::Instant;

use super::window::{Counts, Window};
use crate::config::RetryBudget;

/// Attempts count for so long.
const SPAN: Duration = Duration::from_mins(1);

/// The budget for attempts in process after the first.
#[derive(Debug)]
pub(super) struct Budget {
    settings: RetryBudget,
    attempts: Window,
}

impl Budget {
    /// A budget of which nothing is spent.
    pub(super) const fn new(settings: RetryBudget) -> Self {
        Self {
            settings,
            attempts: Window::new(SPAN),
        }
    }

    /// A delivery's first attempt in the lane: it earns.
    pub(super) fn earn(&mut self, now: Instant) {
        self.attempts.add(now, Counts { whole: 1, part: 0 });
    }

    /// Takes one more attempt out of the budget, if it is there.
    pub(super) fn spend(&mut self, now: Instant) -> bool {
        let Counts { whole, part } = self.attempts.sum(now);
        let allowed = f64::from(self.settings.min) + self.settings.share * f64::from(whole);
        let affordable = f64::from(part) + 1.0 <= allowed;
        if affordable {
            self.attempts.add(now, Counts { whole: 0, part: 1 });
        }
        affordable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_spent_comes_back_with_time() {
        let settings = RetryBudget { share: 0.0, min: 2 };
        let mut budget = Budget::new(settings);
        let now = Instant::now();
        assert_eq!([now; 3].map(|at| budget.spend(at)), [true, true, false]);
        assert!(budget.spend(now + SPAN));
    }

    proptest! {
        #[test]
        fn extra_attempts_never_exceed_the_share_and_the_floor(
            share in 0.0f64..2.0,
            min in 0u32..20,
            attempts in prop::collection::vec(any::<bool>(), 0..500),
        ) {
            let mut budget = Budget::new(RetryBudget { share, min });
            let now = Instant::now();
            let (mut first, mut extra) = (0.0, 0.0);
            for is_first in attempts {
                if is_first {
                    budget.earn(now);
                    first += 1.0;
                } else if budget.spend(now) {
                    extra += 1.0;
                } else {
                    prop_assert!(extra + 1.0 > f64::from(min) + share * first, "refused too early");
                }
                prop_assert!(extra <= f64::from(min) + share * first);
            }
        }
    }
}
