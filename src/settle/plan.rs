//! What becomes of a delivery that was not delivered: pure, the time passed in.

use std::sync::Arc;
use std::time::Duration;

use super::unknown;
use crate::clock::{as_millis, between_millis};
use crate::config::Retry;
use crate::deliver::{Pace, Progress, Undelivered};
use crate::reason::{Failure, Reason};

/// Turns a failed delivery into a place to go.
#[derive(Debug)]
pub struct Plan {
    tiers: Vec<(Arc<str>, Duration)>,
    max_age: Duration,
    max_attempts: u32,
    unknown_after: Duration,
}

/// Where a delivery goes that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Into a retry topic.
    Park {
        /// The topic.
        topic: Arc<str>,
        /// Not to be tried before, in milliseconds since the epoch.
        due: i64,
    },
    /// To the dead-letter topic, for this reason.
    DeadLetter(Failure),
}

impl Plan {
    /// The plan of the `retry` section, whose tiers rise and are at least one.
    #[must_use]
    pub fn new(retry: &Retry) -> Self {
        let tiers = retry
            .tiers
            .iter()
            .map(|tier| (tier.topic.as_str().into(), tier.delay));
        Self {
            tiers: tiers.collect(),
            max_age: retry.max_age,
            max_attempts: retry.max_attempts,
            unknown_after: retry.unknown_after,
        }
    }

    /// Where a delivery goes now (milliseconds since the epoch). Counts the round it has spent.
    pub fn next(&self, progress: &mut Progress, undelivered: Undelivered, now: i64) -> Next {
        let Undelivered { failure, pace } = undelivered;
        let tier = match unknown::unknown_for(progress, failure.reason, now) {
            Some(so_far) if so_far >= self.unknown_after => None,
            Some(so_far) => unknown::tier(&self.tiers, so_far),
            None => self.tier(progress, pace),
        };
        let Some(tier) = tier else {
            return Next::DeadLetter(failure);
        };
        if let Some(end) = self.end(progress, &failure, now) {
            return Next::DeadLetter(end);
        }
        if !matches!(pace, Pace::Unspent | Pace::UnspentFor(_)) {
            progress.rounds = progress.rounds.saturating_add(1);
        }
        progress.failure = Some(failure);
        let (topic, delay) = tier;
        let wait = match pace {
            // Longer than a tier's own delay and it would be taken for a stamp that is not ours.
            Pace::UnspentFor(wait) => wait.min(with_spread(*delay)),
            Pace::Soon | Pace::Later | Pace::After(_) | Pace::Unspent | Pace::Never => *delay,
        };
        Next::Park {
            topic: Arc::clone(topic),
            due: now.saturating_add(as_millis(wait)),
        }
    }

    /// The last tier's topic, and when a delivery that goes there now is due, both times in
    /// milliseconds since the epoch. `None` without a tier.
    #[must_use]
    pub fn last(&self, now: i64) -> Option<(Arc<str>, i64)> {
        let (topic, delay) = self.tiers.last()?;
        Some((Arc::clone(topic), now.saturating_add(as_millis(*delay))))
    }

    /// The longest that a record waits in this topic, if it is a tier's.
    #[must_use]
    pub fn delay(&self, topic: &str) -> Option<Duration> {
        self.tiers
            .iter()
            .find(|(name, _)| name.as_ref() == topic)
            .map(|(_, delay)| *delay)
    }

    /// `None` when the delivery must not be tried again.
    fn tier(&self, progress: &Progress, pace: Pace) -> Option<&(Arc<str>, Duration)> {
        let last = self.tiers.len().checked_sub(1)?;
        let round = usize::try_from(progress.rounds).unwrap_or(last);
        let index = match pace {
            Pace::Never => return None,
            Pace::Soon | Pace::Unspent => round,
            // A credential or a deployment is not mended within the first tier's delay.
            Pace::Later => round.max(1),
            Pace::After(wait) => self.long_enough(|delay| delay >= wait).max(round),
            Pace::UnspentFor(wait) => self.long_enough(|delay| with_spread(delay) >= wait),
        };
        self.tiers.get(index.min(last))
    }

    /// The first tier whose delay will do, or the last.
    fn long_enough(&self, will_do: impl Fn(Duration) -> bool) -> usize {
        let found = self.tiers.iter().position(|(_, delay)| will_do(*delay));
        found.unwrap_or(self.tiers.len().saturating_sub(1))
    }

    fn end(&self, progress: &Progress, failure: &Failure, now: i64) -> Option<Failure> {
        let age = between_millis(progress.since, now);
        let (reason, why) = if age >= self.max_age {
            (Reason::Expired, format!("older than {:?}", self.max_age))
        } else if progress.attempts >= self.max_attempts {
            (
                Reason::AttemptsExhausted,
                format!("{} attempts", progress.attempts),
            )
        } else {
            return None;
        };
        let text = format!("{why}; last failure {}: {}", failure.reason, failure.text);
        let mut end = Failure::new(reason, text);
        end.status = failure.status;
        Some(end)
    }
}

/// A tier's delay and a tenth: waits without an attempt are spread by as much, so that a wait of
/// 30 s stays in the tier of 30 s.
fn with_spread(delay: Duration) -> Duration {
    delay.saturating_add(delay / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Tier;

    const NOW: i64 = 1_000_000_000;

    fn plan() -> Plan {
        let tier = |topic: &str, seconds| Tier {
            topic: topic.into(),
            delay: Duration::from_secs(seconds),
        };
        Plan::new(&Retry {
            tiers: vec![tier("30s", 30), tier("5m", 300), tier("30m", 1_800)],
            max_age: Duration::from_hours(24),
            max_attempts: 20,
            unknown_after: Duration::from_hours(1),
        })
    }

    fn progress(rounds: u32) -> Progress {
        Progress {
            attempts: 3,
            rounds,
            since: NOW - 1_000,
            ..Progress::default()
        }
    }

    fn undelivered(pace: Pace) -> Undelivered {
        Undelivered {
            failure: Failure::new(Reason::ServerError, "503"),
            pace,
        }
    }

    fn topic(rounds: u32, pace: Pace) -> (String, i64, u32) {
        let mut progress = progress(rounds);
        match plan().next(&mut progress, undelivered(pace), NOW) {
            Next::Park { topic, due } => (topic.to_string(), due - NOW, progress.rounds),
            Next::DeadLetter(failure) => (failure.reason.to_string(), 0, progress.rounds),
        }
    }

    #[test]
    fn climbs_the_tiers_and_stays_in_the_last() {
        assert_eq!(topic(0, Pace::Soon), ("30s".into(), 30_000, 1));
        assert_eq!(topic(1, Pace::Soon), ("5m".into(), 300_000, 2));
        assert_eq!(topic(2, Pace::Soon), ("30m".into(), 1_800_000, 3));
        assert_eq!(topic(9, Pace::Soon), ("30m".into(), 1_800_000, 10));
    }

    #[test]
    fn an_attempt_unspent_costs_no_tier() {
        assert_eq!(topic(0, Pace::Unspent), ("30s".into(), 30_000, 0));
        assert_eq!(topic(2, Pace::Unspent), ("30m".into(), 1_800_000, 2));
    }

    #[test]
    fn a_wait_without_an_attempt_is_due_exactly_and_costs_no_tier() {
        let unspent = |rounds, millis| {
            let wait = Duration::from_millis(millis);
            topic(rounds, Pace::UnspentFor(wait))
        };
        assert_eq!(unspent(0, 7_250), ("30s".into(), 7_250, 0));
        assert_eq!(unspent(2, 30_000), ("30s".into(), 30_000, 2));
        assert_eq!(unspent(0, 33_000), ("30s".into(), 33_000, 0));
        assert_eq!(unspent(0, 33_001), ("5m".into(), 33_001, 0));
        // Longer than any tier: it asks again.
        assert_eq!(unspent(1, 86_400_000), ("30m".into(), 1_980_000, 1));
    }

    #[test]
    fn a_wait_without_an_attempt_ends_by_age_too() {
        let mut old = Progress {
            since: NOW - 86_400_000,
            ..progress(0)
        };
        let waiting = undelivered(Pace::UnspentFor(Duration::from_secs(1)));
        let Next::DeadLetter(failure) = plan().next(&mut old, waiting, NOW) else {
            panic!("an expired delivery is a dead letter");
        };
        assert_eq!(failure.reason, Reason::Expired);
    }

    #[test]
    fn a_slow_retry_leaves_the_first_tier_out() {
        assert_eq!(topic(0, Pace::Later), ("5m".into(), 300_000, 1));
        assert_eq!(topic(2, Pace::Later), ("30m".into(), 1_800_000, 3));
    }

    #[test]
    fn retry_after_picks_the_smallest_tier_at_or_above_it() {
        let after = |seconds| topic(0, Pace::After(Duration::from_secs(seconds))).0;
        assert_eq!(after(30), "30s");
        assert_eq!(after(31), "5m");
        assert_eq!(after(301), "30m");
        assert_eq!(after(86_400), "30m");
    }

    #[test]
    fn ends_by_age_and_by_attempts_and_keeps_the_last_failure() {
        let mut old = Progress {
            since: NOW - 86_400_000,
            ..progress(0)
        };
        let Next::DeadLetter(failure) = plan().next(&mut old, undelivered(Pace::Soon), NOW) else {
            panic!("an expired delivery is a dead letter");
        };
        assert_eq!(failure.reason, Reason::Expired);
        assert!(
            failure.text.contains("server-error: 503"),
            "{}",
            failure.text
        );

        let mut tired = Progress {
            attempts: 20,
            ..progress(0)
        };
        let Next::DeadLetter(failure) = plan().next(&mut tired, undelivered(Pace::Soon), NOW)
        else {
            panic!("a delivery without attempts left is a dead letter");
        };
        assert_eq!(failure.reason, Reason::AttemptsExhausted);
    }

    #[test]
    fn what_would_be_refused_again_is_never_parked() {
        assert_eq!(topic(0, Pace::Never).0, "server-error");
    }

    #[test]
    fn a_clock_that_went_back_expires_nothing() {
        let mut future = Progress {
            since: NOW + 3_600_000,
            ..progress(0)
        };
        assert!(matches!(
            plan().next(&mut future, undelivered(Pace::Soon), NOW),
            Next::Park { .. }
        ));
    }
}
