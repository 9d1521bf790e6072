//! Holding a partition while nobody is there for its events.
//!
//! While every workflow that they need parks its deliveries without an attempt, because its
//! breaker is open or it asked for a long rest, reading on would only move the partition into the
//! retry topics. So the first record with a delivery is kept, in no ledger, until one of them is
//! tried again: the records wait where they are.
//!
//! *Need* is what the automations say, not what came lately: every workflow that some automation
//! runs for a kind of event that this source may bring. What comes behind a held record cannot be
//! known, and a rare alert for a healthy workflow must not wait for the end of an outage that has
//! nothing to do with it, however long ago its like was last seen. Where one such workflow is
//! well, the others' deliveries are parked. A workflow with a group of its own needs itself alone.

use std::time::Duration;

use metrics::Gauge;
use tokio::time::Instant;

use crate::consume::Intake;
use crate::pipeline::Work;
use crate::telemetry::Held;

/// A lane that is tried again before it said so is noticed within this time.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Whether a partition is held, and since when it is said to be.
#[derive(Debug, Default)]
pub(super) struct Hold {
    shown: Option<Held>,
    /// When a record was last let through for a probe.
    probed: Option<Instant>,
}

/// A change that is worth a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Begins,
    Ends,
}

impl Change {
    /// One line for each change, about a group's partition.
    pub(super) fn tell(self, (group, topic, partition): (&str, &str, i32)) {
        match self {
            Self::Begins => tracing::warn!(
                group,
                topic,
                partition,
                "held: no workflow that its events may need is tried at present"
            ),
            Self::Ends => tracing::info!(group, topic, partition, "no longer held"),
        }
    }
}

impl Hold {
    /// Until when a record is to be kept, and whether that is news. A probe does not end a hold: it
    /// goes on when the probe fails. One record is let through for it, and those behind it wait
    /// until the probe is seen to be under way.
    pub(super) fn keep(
        &mut self,
        intake: &Intake,
        work: &Work,
        gauge: &Gauge,
    ) -> (Option<Instant>, Option<Change>) {
        if !work.delivers() {
            return (None, None);
        }
        let now = Instant::now();
        let Some(until) = intake.shut_until(now).or_else(|| self.probe(intake, now)) else {
            return (None, None);
        };
        let change = self.shown.is_none().then_some(Change::Begins);
        self.shown.get_or_insert_with(|| Held::new(gauge));
        (Some(until.min(now + LOOK_AGAIN)), change)
    }

    /// Lets one record through where a probe is due, and says how long the others wait for it.
    fn probe(&mut self, intake: &Intake, now: Instant) -> Option<Instant> {
        if intake.is_tried() {
            self.probed = None;
            return None;
        }
        let next = self.probed.map(|at| at + LOOK_AGAIN);
        let wait = next.filter(|next| *next > now);
        if wait.is_none() {
            self.probed = Some(now);
        }
        wait
    }

    /// Looks whether the hold is over: a workflow takes its deliveries again.
    pub(super) fn look(&mut self, intake: &Intake) -> Option<Change> {
        let over = self.shown.is_some() && intake.is_tried();
        over.then(|| self.shown = None).map(|()| Change::Ends)
    }
}
