//! One record's life: decode, match, deliver, settle. The only file that knows all five stages.
//!
//! ```text
//! consider:  record ─▶ events ─▶ matches        borrowed bytes, no task, no waiting
//! admit:     matches ─▶ places in lanes         may hold the partition, `lane_wait` at most
//! finish:    deliveries ─▶ outcomes ─▶ settled  in tasks of the record's own
//! ```

mod matching;
mod patience;
mod share;
mod unknown;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use rdkafka::Message;
use rdkafka::message::BorrowedMessage;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::clock;
use crate::config::{SourceKind, Tier};
use crate::consume::Record;
use crate::decode::{Extractor, Reading};
use crate::deliver::{Delivery, Haste, Lane, Lanes, Outcome, Pace, Place, Undelivered};
use crate::reason::{Failure, Reason, Stage};
use crate::rules::{Matching, RuleIndex};
use crate::settle::{DeadLetter, Parked, Settler, headers};
use crate::telemetry::PipelineMetrics;

use matching::Made;
use patience::{Patience, Waits};
pub use share::{Needed, Share};
use unknown::{Told, Unknown};
use work::Job;
pub use work::{InFlight, Work};

/// The memory of decoding and matching: each partition's task has its own.
#[derive(Debug, Default)]
pub struct Scratch {
    reading: Reading,
    matching: Matching,
}

/// The stages, wired.
pub struct Pipeline {
    extractor: Extractor,
    rules: RuleIndex,
    lanes: Lanes,
    settler: Settler,
    lane_wait: Duration,
    metrics: PipelineMetrics,
    /// For the second readings of a record: it is counted once.
    uncounted: PipelineMetrics,
    told: Told,
}

impl Pipeline {
    /// The stages of one configuration.
    #[must_use]
    pub fn new(
        (extractor, rules): (Extractor, RuleIndex),
        lanes: Lanes,
        settler: Settler,
        lane_wait: Duration,
    ) -> Self {
        let metrics = PipelineMetrics::new(&rules);
        Self {
            extractor,
            rules,
            lanes,
            settler,
            lane_wait,
            metrics,
            uncounted: PipelineMetrics::none(),
            told: Told::default(),
        }
    }

    /// Decodes and matches a record of a source, for one share of its deliveries. `None`: there is
    /// nothing to be made of it here, and it has ended.
    #[must_use]
    pub fn consider(
        &self,
        topic: &Arc<str>,
        (kind, share): (SourceKind, &Share),
        message: &BorrowedMessage<'_>,
        scratch: &mut Scratch,
    ) -> Option<Work> {
        let metrics = self.metrics_of(share);
        let Some(payload) = message.payload() else {
            metrics.tombstones.increment(1);
            return None;
        };
        let copy = || Arc::new(Record::copy(topic, message));
        let made = catch_unwind(AssertUnwindSafe(|| {
            self.make((payload, kind), share, &copy, scratch)
        }));
        let made = made.unwrap_or_else(|_| {
            // Whatever it held may be half done.
            *scratch = Scratch::default();
            Err((Stage::Match, panicked()))
        });
        match (made, share) {
            (Ok(made), _) => self.counted(made, share),
            (Err((stage, failure)), Share::Common) => Some(self.failed(copy(), stage, failure)),
            // The dead letter is written by the common reading.
            (Err(_), Share::Own(_)) => None,
        }
    }

    fn counted(&self, made: Made, share: &Share) -> Option<Work> {
        let metrics = self.metrics_of(share);
        if made.matched {
            metrics.matched.increment(1);
        } else {
            metrics.unmatched.increment(1);
        }
        let waits = match share {
            Share::Common => Waits::Briefly,
            Share::Own(_) => Waits::AsLongAsItTakes,
        };
        let record = made.record?;
        Some(Work::new(record, made.jobs).waiting(waits))
    }

    const fn metrics_of(&self, share: &Share) -> &PipelineMetrics {
        match share {
            Share::Common => &self.metrics,
            Share::Own(_) => &self.uncounted,
        }
    }

    fn failed(&self, record: Arc<Record>, stage: Stage, failure: Failure) -> Work {
        self.metrics.bad_record.increment(1);
        let letter = DeadLetter::of_record(&record, stage, failure);
        Work::new(record, vec![Job::DeadLetter(letter)])
    }

    /// Takes a delivery up where it was parked. It is not matched again: what matched, matched.
    /// With the time before which it must not be tried, in milliseconds since the epoch.
    #[must_use]
    pub fn resume(
        &self,
        topic: &Arc<str>,
        tier: &Tier,
        message: &BorrowedMessage<'_>,
    ) -> (Option<i64>, Work) {
        let record = Arc::new(Record::copy(topic, message));
        let now = clock::now_millis();
        let resumed = catch_unwind(AssertUnwindSafe(|| resumed(&record)));
        match resumed.unwrap_or_else(|_| Err((Stage::Decode, panicked()))) {
            Ok((parked, delivery)) => {
                let due = headers::due(&parked, tier, now);
                let job = Job::Deliver(Box::new(delivery));
                ((due > now).then_some(due), Work::new(record, vec![job]))
            }
            Err((stage, failure)) => (None, self.failed(record, stage, failure)),
        }
    }

    /// Finds each delivery a place in its lane, and starts it there. This is where a busy lane
    /// holds the partition: for `lane_wait`, after which the delivery is parked.
    pub async fn admit(self: Arc<Self>, work: Work, haste: Haste) -> InFlight {
        let Work {
            jobs, span, waits, ..
        } = work;
        let patience = Patience::new(waits, haste.clone(), self.lane_wait);
        let mut running = JoinSet::new();
        for job in jobs {
            let pipeline = Arc::clone(&self);
            match job {
                Job::DeadLetter(letter) => {
                    let settled = async move { pipeline.settler.dead_letter(letter).await };
                    running.spawn(settled.instrument(span.clone()));
                }
                Job::Deliver(delivery) => {
                    let place = self
                        .place(&delivery, &patience)
                        .instrument(span.clone())
                        .await;
                    let haste = haste.clone();
                    let delivered = async move { pipeline.finish(*delivery, place, haste).await };
                    running.spawn(delivered.instrument(span.clone()));
                }
            }
        }
        InFlight::of(running)
    }

    /// A place for a delivery.
    async fn place(
        &self,
        delivery: &Delivery,
        patience: &Patience,
    ) -> Result<(Arc<Lane>, Place), Undelivered> {
        // What was redriven was asked for by a person, for another workflow perhaps.
        let asked_for = delivery.progress.redriven > 0;
        if !asked_for && !self.rules.names(&delivery.automation) {
            return Err(Unknown::Automation(&delivery.automation).undelivered(&self.told));
        }
        let Some(lane) = self.lanes.get(&delivery.workflow) else {
            return Err(Unknown::Workflow(&delivery.workflow).undelivered(&self.told));
        };
        let own = patience.waits == Waits::AsLongAsItTakes;
        let place = tokio::select! {
            biased;
            place = lane.place(self.lane_wait), if !own => place,
            place = lane.own_place(), if own => place,
            () = patience.ends() => lane.try_place(),
        };
        let place = place.ok_or_else(|| Undelivered {
            failure: Failure::new(Reason::LaneFull, "the lane gave no place in time"),
            pace: Pace::Unspent,
        })?;
        Ok((Arc::clone(lane), place))
    }

    /// Delivers, then settles: every way out of here is a settlement.
    async fn finish(
        &self,
        mut delivery: Delivery,
        place: Result<(Arc<Lane>, Place), Undelivered>,
        haste: Haste,
    ) {
        let outcome = match place {
            Ok((lane, place)) => lane.deliver(&mut delivery, place, &haste).await,
            Err(undelivered) => Outcome::Undelivered(undelivered),
        };
        self.settler.settle(delivery, outcome).await;
    }

    /// For the last flush.
    #[must_use]
    pub const fn settler(&self) -> &Settler {
        &self.settler
    }
}

fn panicked() -> Failure {
    Failure::new(Reason::MatchPanicked, "a defect of ours: see the log")
}

/// The delivery that a record of a retry topic carries.
fn resumed(record: &Arc<Record>) -> Result<(Parked, Delivery), (Stage, Failure)> {
    let parked = headers::read(record).map_err(|error| {
        (
            Stage::Decode,
            Failure::new(Reason::BadHeaders, error.to_string()),
        )
    })?;
    let delivery = parked.delivery(record);
    Ok((parked, delivery))
}
