//! Records that no form of which the dead-letter topic takes: each holds its partition, and the daemon
//! is not ready.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::Coordinates;
use crate::health::Reporter;

/// Those that are held at present, with why.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// By a number of its own, since two events of a record may be held.
    now: Mutex<(u64, BTreeMap<u64, String>)>,
}

/// How many of them readiness names.
const NAMED: usize = 3;

impl Held {
    /// A record is held until what this returns is dropped: taken in the end, or let go of with its
    /// partition.
    pub(super) fn hold(
        self: &Arc<Self>,
        (record, topic): (&Coordinates, &str),
        error: &str,
    ) -> Holding {
        tracing::error!(
            topic,
            at = %record,
            error,
            "the topic refuses the record in every form: holding its partition, and trying again for ever"
        );
        let why = format!("cannot write to {topic}: it refuses {record} in every form: {error}");
        let mut now = self.lock();
        let (next, held) = &mut *now;
        let number = *next;
        *next += 1;
        held.insert(number, why);
        Holding {
            all: Arc::clone(self),
            number,
        }
    }

    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, String>)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record that is held.
#[derive(Debug)]
pub(super) struct Holding {
    all: Arc<Held>,
    number: u64,
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.all.lock().1.remove(&self.number);
    }
}

impl Reporter for Held {
    fn problems(&self) -> Vec<String> {
        let now = self.lock();
        let mut problems: Vec<String> = now.1.values().take(NAMED).cloned().collect();
        let more = now.1.len().saturating_sub(NAMED);
        if more > 0 {
            problems.push(format!(
                "and {more} more records that are refused in every form"
            ));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(all: &Arc<Held>, offset: i64) -> Holding {
        let at = Coordinates {
            topic: "source".into(),
            partition: 0,
            offset,
        };
        all.hold((&at, "dlq"), "Broker: Policy violation")
    }

    #[test]
    fn readiness_ends_with_what_is_held() {
        let all = Arc::new(Held::default());
        let first = hold(&all, 7);
        let again = hold(&all, 7);
        drop(first);
        assert_eq!(
            all.problems(),
            ["cannot write to dlq: it refuses source/0/7 in every form: Broker: Policy violation"]
        );
        drop(again);
        assert!(all.problems().is_empty());
    }

    #[test]
    fn a_few_are_named_and_the_rest_are_counted() {
        let all = Arc::new(Held::default());
        let held: Vec<_> = (0..10).map(|offset| hold(&all, offset)).collect();
        let problems = all.problems();
        assert_eq!(problems.len(), NAMED + 1);
        assert_eq!(
            problems.last().map(String::as_str),
            Some("and 7 more records that are refused in every form")
        );
        drop(held);
    }
}
