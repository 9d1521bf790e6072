//! Deliveries whose automation or workflow this process does not know: another process of the group
//! may, in a rolling update or a rollback. Pure, the time passed in.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::between_millis;
use crate::deliver::Progress;
use crate::reason::Reason;

/// For how long no process that had a delivery knew what it needs, as of now (milliseconds since
/// the epoch), which is noted in its progress. `None`: this process knows it.
pub(super) fn unknown_for(progress: &mut Progress, reason: Reason, now: i64) -> Option<Duration> {
    if !reason.is_unknown() {
        progress.unknown_since = None;
        return None;
    }
    let since = *progress.unknown_since.get_or_insert(now);
    Some(between_millis(since, now))
}

/// Which of these tiers comes next, topics with rising delays: the longest that is no longer than it
/// was unknown so far. So the first waits are short, for an update that is under way, and the
/// writes are few.
pub(super) fn tier(
    tiers: &[(Arc<str>, Duration)],
    so_far: Duration,
) -> Option<&(Arc<str>, Duration)> {
    let passed = tiers.iter().take_while(|(_, delay)| *delay <= so_far);
    tiers.get(passed.count().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Retry, Tier};
    use crate::deliver::{Pace, Undelivered};
    use crate::reason::Failure;
    use crate::settle::{Next, Plan};

    const NOW: i64 = 1_000_000_000;
    const MINUTE: i64 = 60_000;

    fn plan(max_age: Duration) -> Plan {
        let tier = |topic: &str, seconds| Tier {
            topic: topic.into(),
            delay: Duration::from_secs(seconds),
        };
        Plan::new(&Retry {
            tiers: vec![tier("30s", 30), tier("5m", 300), tier("30m", 1_800)],
            max_age,
            max_attempts: 20,
            unknown_after: Duration::from_hours(1),
        })
    }

    fn next(plan: &Plan, progress: &mut Progress, reason: Reason, now: i64) -> Next {
        let failure = Failure::new(reason, "why");
        let pace = Pace::Unspent;
        plan.next(progress, Undelivered { failure, pace }, now)
    }

    fn progress() -> Progress {
        Progress {
            attempts: 3,
            rounds: 2,
            since: NOW - MINUTE,
            ..Progress::default()
        }
    }

    /// Lets a delivery go round until it is given up: the topics it waited in, and why it ended.
    fn rounds(plan: &Plan, progress: &mut Progress) -> (Vec<String>, Failure) {
        let (mut now, mut topics) = (NOW, Vec::new());
        loop {
            match next(plan, progress, Reason::WorkflowRemoved, now) {
                Next::Park { topic, due } => {
                    let delay = plan.delay(&topic).unwrap();
                    assert_eq!(between_millis(now, due), delay, "a whole tier");
                    topics.push(topic.to_string());
                    now = due;
                }
                Next::DeadLetter(failure) => return (topics, failure),
            }
        }
    }

    #[test]
    fn what_nobody_knows_goes_round_with_few_writes_until_it_is_given_up() {
        let mut progress = progress();
        let (topics, failure) = rounds(&plan(Duration::from_hours(24)), &mut progress);
        let counted = |name: &str| topics.iter().filter(|one| *one == name).count();
        assert_eq!((counted("30s"), counted("5m"), counted("30m")), (10, 5, 1));
        assert_eq!(failure.reason, Reason::WorkflowRemoved);
        assert_eq!((progress.attempts, progress.rounds), (3, 2), "spent");
    }

    #[test]
    fn what_nobody_knows_ends_by_its_age_as_well() {
        let (_, failure) = rounds(&plan(Duration::from_mins(10)), &mut progress());
        assert_eq!(failure.reason, Reason::Expired);
    }

    #[test]
    fn what_a_process_knows_is_not_unknown_any_more() {
        let plan = plan(Duration::from_hours(24));
        for reason in [Reason::ServerError, Reason::LaneFull, Reason::Draining] {
            let mut progress = progress();
            next(&plan, &mut progress, Reason::WorkflowRemoved, NOW);
            assert_eq!(progress.unknown_since, Some(NOW));
            next(&plan, &mut progress, reason, NOW + 59 * MINUTE);
            assert_eq!(progress.unknown_since, None, "{reason}");
            let again = next(
                &plan,
                &mut progress,
                Reason::WorkflowRemoved,
                NOW + 61 * MINUTE,
            );
            assert!(matches!(again, Next::Park { .. }), "{again:?}");
        }
    }

    #[test]
    fn an_instant_that_is_still_to_come_gives_nothing_up() {
        let mut progress = Progress {
            unknown_since: Some(NOW + 600 * MINUTE),
            ..progress()
        };
        let again = next(
            &plan(Duration::from_hours(24)),
            &mut progress,
            Reason::WorkflowRemoved,
            NOW,
        );
        assert!(matches!(again, Next::Park { .. }), "{again:?}");
    }
}
