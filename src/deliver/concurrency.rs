//! How many requests at the same time a workflow bears: found by adding and halving.
//!
//! Pure and without a clock. Source of the rule: additive increase, multiplicative decrease, as in
//! TCP's congestion avoidance (RFC 5681, section 3.1).

/// The limit of a lane, between 1 and its maximum. It begins at the maximum.
#[derive(Debug)]
pub(super) struct Concurrency {
    limit: usize,
    max: usize,
    /// Since the limit last changed.
    successes: usize,
    /// Rises with every decrease.
    round: u64,
}

/// When a request was sent, as seen from here: before or after the last decrease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent(u64);

impl Concurrency {
    /// The limit that begins at `max`, which is at least 1.
    pub(super) const fn new(max: usize) -> Self {
        Self {
            limit: max,
            max,
            successes: 0,
            round: 0,
        }
    }

    /// Requests that may be in flight, from 1.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    /// A request is sent now.
    pub(super) const fn send(&self) -> Sent {
        Sent(self.round)
    }

    /// It was taken. One more for each limit's worth of these.
    pub(super) fn succeeded(&mut self, sent: Sent) {
        if sent.0 != self.round {
            return;
        }
        self.successes += 1;
        if self.successes >= self.limit {
            self.limit = self.limit.saturating_add(1).min(self.max);
            self.successes = 0;
        }
    }

    /// It was too much: half. Those sent before the last decrease were answered for by it, so that
    /// there is one in a round trip at most.
    pub(super) fn overloaded(&mut self, sent: Sent) {
        if sent.0 != self.round {
            return;
        }
        self.limit = (self.limit / 2).max(1);
        self.successes = 0;
        self.round = self.round.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn succeed(concurrency: &mut Concurrency, times: usize) {
        for _ in 0..times {
            concurrency.succeeded(concurrency.send());
        }
    }

    #[test]
    fn a_window_of_successes_adds_one_up_to_the_maximum() {
        let mut concurrency = Concurrency::new(8);
        concurrency.overloaded(concurrency.send());
        assert_eq!(concurrency.limit(), 4);
        succeed(&mut concurrency, 3);
        assert_eq!(concurrency.limit(), 4);
        succeed(&mut concurrency, 1);
        assert_eq!(concurrency.limit(), 5);
        succeed(&mut concurrency, 1_000);
        assert_eq!(concurrency.limit(), 8);
    }

    #[test]
    fn a_round_trip_halves_once_however_many_fail_in_it() {
        let mut concurrency = Concurrency::new(64);
        let together: Vec<Sent> = (0..64).map(|_| concurrency.send()).collect();
        for sent in together {
            concurrency.overloaded(sent);
        }
        assert_eq!(concurrency.limit(), 32);
    }

    proptest! {
        #[test]
        fn stays_in_its_bounds_and_finds_what_is_borne(max in 1usize..200, borne in 1usize..200) {
            let mut concurrency = Concurrency::new(max);
            for trip in 0..2_000 {
                let limit = concurrency.limit();
                prop_assert!((1..=max).contains(&limit));
                // A round trip: all that the limit allows, of which the workflow bears some.
                let sent: Vec<Sent> = (0..limit).map(|_| concurrency.send()).collect();
                for (place, sent) in sent.into_iter().enumerate() {
                    if place < borne {
                        concurrency.succeeded(sent);
                    } else {
                        concurrency.overloaded(sent);
                    }
                }
                if trip > 1_000 {
                    prop_assert!(concurrency.limit() <= borne + 1, "above what is borne");
                    let least = borne.min(max) / 2;
                    prop_assert!(concurrency.limit() >= least, "far below it");
                }
            }
        }

        #[test]
        fn any_order_of_answers_keeps_the_bounds(max in 1usize..50, answers in prop::collection::vec(any::<(bool, u8)>(), 0..300)) {
            let mut concurrency = Concurrency::new(max);
            let mut open = Vec::new();
            for (good, age) in answers {
                open.push(concurrency.send());
                let sent = open.swap_remove(usize::from(age) % open.len());
                if good { concurrency.succeeded(sent) } else { concurrency.overloaded(sent) }
                prop_assert!((1..=max).contains(&concurrency.limit()));
            }
        }
    }
}
