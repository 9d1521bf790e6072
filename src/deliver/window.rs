//! What was counted lately: a sliding window in a bounded number of buckets.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Parts of a window. What is older than the window is forgotten a part at a time.
const PARTS: u32 = 10;

/// Counts of a whole and of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    /// All that was counted, or what the part is measured by.
    pub(super) whole: u32,
    /// The part.
    pub(super) part: u32,
}

/// Counts over the time just past. Holds [`PARTS`] + 1 buckets at most.
#[derive(Debug)]
pub(super) struct Window {
    span: Duration,
    buckets: VecDeque<(Instant, Counts)>,
}

impl Window {
    /// An empty window of this length.
    pub(super) const fn new(span: Duration) -> Self {
        Self {
            span,
            buckets: VecDeque::new(),
        }
    }

    /// Counts something now.
    pub(super) fn add(&mut self, now: Instant, counts: Counts) {
        self.forget(now);
        let width = self.span / PARTS;
        match self.buckets.back_mut() {
            Some((begun, sum)) if now < *begun + width => *sum = sum.and(counts),
            Some(_) | None => self.buckets.push_back((now, counts)),
        }
    }

    /// What was counted within the window: all of its last nine tenths, and nothing older than it.
    pub(super) fn sum(&mut self, now: Instant) -> Counts {
        self.forget(now);
        let counts = self.buckets.iter().map(|(_, counts)| *counts);
        counts.fold(Counts::default(), Counts::and)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.buckets.clear();
    }

    fn forget(&mut self, now: Instant) {
        while let Some((begun, _)) = self.buckets.front()
            && *begun + self.span <= now
        {
            self.buckets.pop_front();
        }
    }
}

impl Counts {
    fn and(self, more: Self) -> Self {
        Self {
            whole: self.whole.saturating_add(more.whole),
            part: self.part.saturating_add(more.part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ONE: Counts = Counts { whole: 1, part: 0 };

    proptest! {
        #[test]
        fn counts_what_is_young_and_nothing_old(gaps in prop::collection::vec(0u64..400, 1..200)) {
            let span = Duration::from_secs(1);
            let mut window = Window::new(span);
            let mut now = Instant::now();
            let mut times = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                window.add(now, ONE);
                times.push(now);
                let within = |age: Duration| times.iter().filter(|at| now - **at < age).count();
                let sum = window.sum(now).whole as usize;
                prop_assert!(within(span * 9 / 10) <= sum && sum <= within(span), "{sum}");
                prop_assert!(window.buckets.len() <= PARTS as usize + 1);
            }
        }
    }
}
