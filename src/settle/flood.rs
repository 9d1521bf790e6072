//! The dead-letter flood limiter: deliveries are not given up faster than a person would expect.
//!
//! An outage of our own making, such as a credential that expired, ends as thousands of dead
//! letters, each of which somebody must redrive. So a workflow's dead letters cost tokens. Its
//! successes earn them, and so does time, so that no delivery waits for ever. Without a token the
//! delivery stays in the retry topics, whose last tier tries it again.
//!
//! Every way in which a delivery is given up counts, since a person can mend each of them: a
//! credential, a URL, a template, a name in the configuration. What fails before it is a delivery
//! never does: it has no retry topic, and a source of garbage must not stop. Nor does what is too
//! large to wait in a retry topic.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::config::Flood;
use crate::health::Reporter;

/// Parts of a token: a token a minute is one part a millisecond.
const TOKEN: u64 = 60_000;

/// The tokens of one workflow: pure, the time passed in.
#[derive(Debug, Clone)]
struct Bucket {
    flood: Flood,
    /// In parts; `flood.burst` tokens at most.
    parts: u64,
    /// When they were counted.
    at: Instant,
    /// A dead letter was refused, and the bucket is not half full since.
    withholding: bool,
}

/// What became of the withholding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Begins,
    Ends,
    GoesOn,
}

impl Bucket {
    const fn full(flood: Flood, now: Instant) -> Self {
        Self {
            parts: flood.burst as u64 * TOKEN,
            flood,
            at: now,
            withholding: false,
        }
    }

    fn add(&mut self, parts: u64) {
        let most = u64::from(self.flood.burst) * TOKEN;
        self.parts = self.parts.saturating_add(parts).min(most);
    }

    /// Adds what time has earned. Half a bucket, and not one token, ends the withholding: else it
    /// would end and begin with each of them.
    fn refill(&mut self, now: Instant) -> Turn {
        let passed = now.saturating_duration_since(self.at).as_millis();
        self.at = self.at.max(now);
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        self.add(passed.saturating_mul(u64::from(self.flood.per_minute)));
        let recovered = self.parts >= u64::from(self.flood.burst) * TOKEN / 2;
        if self.withholding && recovered {
            self.withholding = false;
            return Turn::Ends;
        }
        Turn::GoesOn
    }

    /// A delivery succeeded.
    fn earn(&mut self, now: Instant) -> Turn {
        self.add(u64::from(self.flood.per_success) * TOKEN);
        self.refill(now)
    }

    /// Pays for one dead letter, if there is a token for it.
    fn pay(&mut self, now: Instant) -> (bool, Turn) {
        let turn = self.refill(now);
        if let Some(left) = self.parts.checked_sub(TOKEN) {
            self.parts = left;
            return (true, turn);
        }
        let begins = !std::mem::replace(&mut self.withholding, true);
        (false, if begins { Turn::Begins } else { turn })
    }
}

/// The limiter of all workflows; each has tokens of its own.
#[derive(Debug)]
pub(super) struct Floods {
    topic: Arc<str>,
    workflows: BTreeMap<Arc<str>, Mutex<Bucket>>,
    /// Of all those that are no longer in the configuration.
    removed: Mutex<Bucket>,
}

/// What those are called together.
const REMOVED: &str = "removed workflows";

impl Floods {
    /// Full buckets for these workflows; what is withheld waits in `topic`.
    pub(super) fn new<'a>(
        flood: Flood,
        topic: Arc<str>,
        workflows: impl Iterator<Item = &'a str>,
    ) -> Self {
        let bucket = || Mutex::new(Bucket::full(flood, Instant::now()));
        Self {
            topic,
            workflows: workflows.map(|name| (name.into(), bucket())).collect(),
            removed: bucket(),
        }
    }

    /// A delivery of this workflow succeeded.
    pub(super) fn earn(&self, workflow: &str) {
        let (name, bucket) = self.of(workflow);
        self.tell(name, lock(bucket).earn(Instant::now()));
    }

    /// Whether one more delivery of this workflow may be given up now.
    pub(super) fn allows(&self, workflow: &str) -> bool {
        let (name, bucket) = self.of(workflow);
        let (allowed, turn) = lock(bucket).pay(Instant::now());
        self.tell(name, turn);
        allowed
    }

    fn of(&self, workflow: &str) -> (&str, &Mutex<Bucket>) {
        let found = self.workflows.get_key_value(workflow);
        found.map_or((REMOVED, &self.removed), |(name, bucket)| (name, bucket))
    }

    /// One line for each change.
    fn tell(&self, workflow: &str, turn: Turn) {
        let topic = &*self.topic;
        match turn {
            Turn::GoesOn => {}
            Turn::Begins => tracing::error!(
                workflow,
                topic,
                "too many dead letters at once: more of them wait in the last retry topic"
            ),
            Turn::Ends => tracing::info!(workflow, "dead letters are no longer withheld"),
        }
    }
}

fn lock(bucket: &Mutex<Bucket>) -> MutexGuard<'_, Bucket> {
    bucket.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reporter for Floods {
    fn problems(&self) -> Vec<String> {
        let named = self
            .workflows
            .iter()
            .map(|(name, bucket)| (&**name, bucket));
        let all = named.chain([(REMOVED, &self.removed)]);
        let withholding = all.filter(|(name, bucket)| {
            let mut bucket = lock(bucket);
            self.tell(name, bucket.refill(Instant::now()));
            bucket.withholding
        });
        let topic = &self.topic;
        withholding
            .map(|(name, _)| format!("{name}: too many dead letters; more of them wait in {topic}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use proptest::prelude::*;

    const FLOOD: Flood = Flood {
        burst: 10,
        per_minute: 6,
        per_success: 2,
    };

    fn bucket() -> (Bucket, Instant) {
        let now = Instant::now();
        (Bucket::full(FLOOD, now), now)
    }

    #[test]
    fn a_burst_goes_through_and_a_flood_does_not() {
        let (mut bucket, now) = bucket();
        let paid = (0..100).filter(|_| bucket.pay(now).0).count();
        assert_eq!(paid, 10);
        assert!(bucket.withholding);
    }

    #[test]
    fn a_success_earns_dead_letters() {
        let (mut bucket, now) = bucket();
        while bucket.pay(now).0 {}
        bucket.earn(now);
        assert_eq!([bucket.pay(now).0, bucket.pay(now).0], [true, true]);
        assert!(!bucket.pay(now).0);
    }

    #[test]
    fn the_change_is_told_once_and_ends_at_half_a_bucket() {
        let (mut bucket, now) = bucket();
        while bucket.pay(now) == (true, Turn::GoesOn) {}
        assert!(bucket.withholding, "the first refusal begins it");
        assert_eq!(bucket.pay(now), (false, Turn::GoesOn));
        let later = now + Duration::from_secs(49);
        assert_eq!(bucket.refill(later), Turn::GoesOn);
        assert_eq!(bucket.refill(later + Duration::from_secs(1)), Turn::Ends);
        assert_eq!(bucket.refill(later + Duration::from_secs(2)), Turn::GoesOn);
    }

    #[test]
    fn one_workflow_does_not_pay_for_another() {
        let flood = Flood { burst: 1, ..FLOOD };
        let floods = Floods::new(flood, "retry.2h".into(), ["a", "b"].into_iter());
        assert!(floods.allows("a") && !floods.allows("a"));
        assert!(floods.allows("b"));
        assert!(floods.allows("gone") && !floods.allows("also gone"));
        assert_eq!(
            floods.problems(),
            [
                "a: too many dead letters; more of them wait in retry.2h",
                "removed workflows: too many dead letters; more of them wait in retry.2h",
            ]
        );
    }

    proptest! {
        /// Whatever comes: never more dead letters than the burst and what was earned, and never
        /// fewer than time alone allows.
        #[test]
        fn dead_letters_are_bounded_by_what_was_earned(
            steps in prop::collection::vec((0_u64..5_000, 0..3), 1..400),
        ) {
            let (mut bucket, start) = bucket();
            let (mut now, mut paid, mut earned) = (start, 0_u64, 0_u64);
            for (millis, what) in steps {
                now += Duration::from_millis(millis);
                match what {
                    0 => {
                        bucket.earn(now);
                        earned += u64::from(FLOOD.per_success);
                    }
                    _ => paid += u64::from(bucket.pay(now).0),
                }
                let minutes = now.duration_since(start).as_secs_f64() / 60.0;
                let most = f64::from(FLOOD.burst) + minutes * f64::from(FLOOD.per_minute);
                #[expect(clippy::cast_precision_loss, reason = "some thousands")]
                let (paid, earned) = (paid as f64, earned as f64);
                prop_assert!(paid <= most + earned, "{paid} of {most} and {earned}");
            }
        }

        /// It always recovers: when nothing is asked for long enough, a whole burst goes through.
        #[test]
        fn it_recovers_by_time_alone(refused in 1_u32..1_000) {
            let (mut bucket, now) = bucket();
            for _ in 0..refused + FLOOD.burst {
                bucket.pay(now);
            }
            let later = now + Duration::from_mins(u64::from(FLOOD.burst / FLOOD.per_minute + 1));
            bucket.refill(later);
            prop_assert!(!bucket.withholding);
            for _ in 0..FLOOD.burst {
                prop_assert!(bucket.pay(later).0);
            }
        }
    }
}
