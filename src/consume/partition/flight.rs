//! The records of one partition in flight: from their receipt to their settlement.

use std::collections::BTreeMap;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::consume::Intake;
use crate::deliver::Haste;
use crate::pipeline::{InFlight, Pipeline, Work};
use crate::settle::{Ledger, Ticket};

/// How long a record may keep a full window waiting: long enough for its attempts in process.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was received and is not settled.
pub(super) struct Flight {
    ledger: Ledger,
    /// The record that waits for places in its lanes; until it has them no other is received.
    admitting: Option<Admission>,
    /// A task for each of the others.
    work: JoinSet<Result<Ticket, JoinError>>,
    /// For hurrying one record alone, by the number of its ticket.
    hastes: BTreeMap<u64, Haste>,
    haste: Haste,
    alone: Alone,
}

/// What one record alone may do to its partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    /// Not stop it: others wait behind it that have nothing to do with its workflow.
    Goes,
    /// Stop it: all of them are for one workflow.
    Stays,
}

impl Alone {
    /// What a record of this intake may do.
    pub(super) const fn of(intake: &Intake) -> Self {
        if intake.is_of_one_workflow() {
            Self::Stays
        } else {
            Self::Goes
        }
    }
}

struct Admission {
    ticket: Ticket,
    places: Pin<Box<dyn Future<Output = InFlight> + Send>>,
}

impl Flight {
    /// Nothing in flight; `stop` is the first call to hurry.
    pub(super) fn new(ledger: Ledger, alone: Alone, stop: &CancellationToken) -> Self {
        Self {
            ledger,
            admitting: None,
            work: JoinSet::new(),
            hastes: BTreeMap::new(),
            haste: Haste::until(stop),
            alone,
        }
    }

    /// How it stands with the offsets.
    pub(super) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whether one more record may be received.
    pub(super) fn has_room(&self) -> bool {
        self.admitting.is_none() && self.ledger.has_room()
    }

    /// A record that ended as soon as it came.
    pub(super) fn pass(&mut self, offset: i64) {
        self.ledger.pass(offset);
    }

    /// The next record's offset is less than the last one's.
    pub(super) fn begin_anew(&mut self) {
        self.ledger.begin_anew();
    }

    /// Takes a record on: from here to its settlement it is in the ledger. Not before
    /// [`Self::has_room`].
    pub(super) fn start(&mut self, pipeline: Arc<Pipeline>, offset: i64, work: Work) {
        let ticket = self
            .ledger
            .receive(offset, work.size(), clock::now_millis());
        let haste = self.haste.child();
        self.hastes.insert(ticket.number(), haste.clone());
        self.admitting = Some(Admission {
            ticket,
            // Here a busy lane holds the partition.
            places: Box::pin(pipeline.admit(work, haste)),
        });
    }

    /// Waits until a record has its places, or has ended; for ever when none is in flight.
    ///
    /// # Errors
    /// A task of a record panicked, a defect, or was cancelled. It gives no ticket back, so the
    /// record stays unsettled.
    pub(super) async fn step(&mut self) -> Result<(), JoinError> {
        tokio::select! {
            biased;
            running = places(&mut self.admitting) => self.admitted(running),
            Some(done) = self.work.join_next(), if !self.work.is_empty() => {
                let ticket = done.flatten()?;
                self.hastes.remove(&ticket.number());
                self.ledger.settle(ticket);
            }
        }
        Ok(())
    }

    fn admitted(&mut self, running: InFlight) {
        if let Some(Admission { ticket, .. }) = self.admitting.take() {
            self.work.spawn(async move {
                running.finish().await?;
                Ok(ticket)
            });
        }
    }

    fn is_empty(&self) -> bool {
        self.admitting.is_none() && self.work.is_empty()
    }

    /// One record alone may not stop its partition, unless all are for one workflow: once it has
    /// had its time, what it still waits for is parked.
    pub(super) fn relieve(&self) {
        let Some((blocker, since)) = self.ledger.blocker().filter(|_| self.alone == Alone::Goes)
        else {
            return;
        };
        let waited = clock::between_millis(since, clock::now_millis());
        if let Some(haste) = self.hastes.get(&blocker).filter(|_| waited > PATIENCE) {
            haste.cut();
        }
    }

    /// Finishes what is in flight: half of the time in peace, half of it parking what is left.
    pub(super) async fn drain(&mut self, timeout: Duration, abandon: &CancellationToken) {
        self.haste.drain();
        let began = Instant::now();
        let mut cut = false;
        while !self.is_empty() {
            let next_deadline = began + timeout / if cut { 1 } else { 2 };
            tokio::select! {
                biased;
                () = abandon.cancelled() => break,
                ended = self.step() => {
                    if ended.is_err() {
                        break;
                    }
                }
                () = sleep_until(next_deadline) => {
                    if cut {
                        break;
                    }
                    cut = true;
                    self.haste.cut();
                }
            }
        }
        self.admitting = None;
        self.work.shutdown().await;
    }
}

async fn places(admitting: &mut Option<Admission>) -> InFlight {
    match admitting {
        Some(admission) => admission.places.as_mut().await,
        None => pending().await,
    }
}

#[cfg(test)]
#[path = "flight/tests.rs"]
mod tests;
