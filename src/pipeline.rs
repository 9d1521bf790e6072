//! One record's life: decode, match, deliver, settle. The only file that knows all five stages.
//!
//! ```text
//! consider:  record ─▶ events ─▶ matches        borrowed bytes, no task, no waiting
//! admit:     matches ─▶ places in lanes         may hold the partition, `lane_wait` at most
//! finish:    deliveries ─▶ outcomes ─▶ settled  in tasks of the record's own
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::Message;
use rdkafka::message::BorrowedMessage;
use tokio::task::JoinSet;
use tracing::{Instrument, Span};

use crate::clock;
use crate::config::{SourceKind, Tier};
use crate::consume::Record;
use crate::decode::{BadEvent, Decoded, Decoder, Event};
use crate::deliver::{
    Delivery, Haste, Lane, Lanes, Origin, Outcome, Pace, Place, Progress, Undelivered, delivery_id,
};
use crate::reason::{Failure, Reason, Stage};
use crate::rules::Scan;
use crate::settle::{DeadLetter, Settler, headers};
use crate::telemetry::{Evaluated, PipelineMetrics};

/// Events in one record: what a record may make of deliveries is bounded by it.
const MAX_EVENTS: usize = 10_000;
/// Events of one record that are dead-lettered one by one.
const MAX_BAD_EVENTS: usize = 16;

/// The stages, wired.
pub struct Pipeline {
    decoder: Decoder,
    rules: Scan,
    lanes: Lanes,
    settler: Settler,
    lane_wait: Duration,
    metrics: PipelineMetrics,
}

/// What a record that matched, or failed, has still to go through.
pub struct Work {
    record: Arc<Record>,
    jobs: Vec<Job>,
    span: Span,
}

enum Job {
    Deliver(Delivery),
    DeadLetter(DeadLetter),
}

/// The deliveries of one record on their way. Dropping it ends them where they are.
pub struct InFlight(JoinSet<()>);

impl Work {
    fn new(record: Arc<Record>, jobs: Vec<Job>) -> Self {
        let at = &record.coordinates;
        let span = tracing::info_span!(
            "record", topic = %at.topic, partition = at.partition, offset = at.offset
        );
        Self { record, jobs, span }
    }

    /// Bytes that the record keeps in memory until it is settled.
    #[must_use]
    pub fn size(&self) -> usize {
        self.record.size()
    }
}

impl InFlight {
    /// Until every delivery of the record is settled.
    ///
    /// # Panics
    ///
    /// When a delivery's task panicked: the record is then not settled, and its task must not
    /// say so.
    pub async fn finish(mut self) {
        while let Some(ended) = self.0.join_next().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
    }
}

impl Pipeline {
    /// The stages of one configuration.
    #[must_use]
    pub fn new(
        (decoder, rules): (Decoder, Scan),
        lanes: Lanes,
        settler: Settler,
        lane_wait: Duration,
    ) -> Self {
        let metrics = PipelineMetrics::new(&rules);
        Self {
            decoder,
            rules,
            lanes,
            settler,
            lane_wait,
            metrics,
        }
    }

    /// Decodes and matches a record of a source. `None`: it matches nothing, and has ended.
    #[must_use]
    pub fn consider(
        &self,
        topic: &Arc<str>,
        kind: SourceKind,
        message: &BorrowedMessage<'_>,
    ) -> Option<Work> {
        let Some(payload) = message.payload() else {
            self.metrics.tombstones.increment(1);
            return None;
        };
        let copy = || Arc::new(Record::copy(topic, message));
        let matched = catch_unwind(AssertUnwindSafe(|| self.jobs(payload, kind, &copy)));
        match matched {
            Ok(Ok(None)) => {
                self.metrics.unmatched.increment(1);
                None
            }
            Ok(Ok(Some((record, jobs)))) => {
                self.metrics.matched.increment(1);
                Some(Work::new(record, jobs))
            }
            Ok(Err(failure)) => Some(self.failed(copy(), Stage::Decode, failure)),
            Err(_) => {
                let failure = Failure::new(Reason::MatchPanicked, "a defect of ours: see the log");
                Some(self.failed(copy(), Stage::Match, failure))
            }
        }
    }

    /// The deliveries and dead letters of a payload; the record is copied at the first of them.
    #[expect(clippy::type_complexity, reason = "private, and said in one line")]
    fn jobs(
        &self,
        payload: &[u8],
        kind: SourceKind,
        copy: &dyn Fn() -> Arc<Record>,
    ) -> Result<Option<(Arc<Record>, Vec<Job>)>, Failure> {
        let decoded = self.decoder.decode(payload, kind);
        let decoded = decoded.map_err(|error| Failure::new((&error).into(), error.to_string()))?;
        if decoded.events.len() > MAX_EVENTS {
            let text = format!("more than {MAX_EVENTS} events in one record");
            return Err(Failure::new(Reason::TooLarge, text));
        }
        let (mut record, mut jobs, mut found) = (None, Vec::new(), Vec::new());
        let alone = decoded.events.len() == 1 && decoded.bad.is_empty();
        for event in &decoded.events {
            self.rules.matches(event, &mut found);
            if found.is_empty() {
                self.metrics.event(event.kind, Evaluated::Unmatched);
            } else {
                self.metrics.event(event.kind, Evaluated::Matched);
                let record = record.get_or_insert_with(copy);
                jobs.extend(self.deliveries(record, (event, alone), payload, &found));
            }
        }
        if !decoded.bad.is_empty() {
            let record = record.get_or_insert_with(copy);
            jobs.extend(self.bad_events(record, payload, &decoded.bad));
        }
        Ok(record.map(|record| (record, jobs)))
    }

    /// A dead letter for each event that cannot be read, or one for the record where they are
    /// many: a megabyte of `[0,0,0,…` must not become half a million records.
    fn bad_events(&self, record: &Arc<Record>, payload: &[u8], bad: &[BadEvent<'_>]) -> Vec<Job> {
        let failure = |one: &BadEvent<'_>| {
            let failure = Failure::new((&one.error).into(), one.error.to_string());
            self.metrics.bad_event(failure.reason);
            failure
        };
        match bad {
            [first, rest @ ..] if rest.len() >= MAX_BAD_EVENTS => {
                let mut failure = failure(first);
                failure.text = format!(
                    "{} events; the first at {}: {}",
                    bad.len(),
                    first.place,
                    failure.text
                );
                vec![Job::DeadLetter(DeadLetter::of_record(
                    record,
                    Stage::Decode,
                    failure,
                ))]
            }
            _ => bad
                .iter()
                .map(|one| {
                    let event = (one.place, slice(record, payload, one.text));
                    let letter = DeadLetter::of_event(record, event, Stage::Decode, failure(one));
                    Job::DeadLetter(letter)
                })
                .collect(),
        }
    }

    /// A delivery for each workflow of each automation that matched; a workflow that two
    /// automations name runs for both.
    fn deliveries(
        &self,
        record: &Arc<Record>,
        (event, alone): (&Event<'_>, bool),
        payload: &[u8],
        found: &[usize],
    ) -> Vec<Job> {
        let body = slice(record, payload, event.text);
        let whole = || record.value.clone().unwrap_or_default();
        let value = if alone { whole() } else { body.clone() };
        let since = clock::now_millis();
        let mut jobs = Vec::new();
        for index in found {
            let Some(automation) = self.rules.automation(*index) else {
                continue;
            };
            self.metrics.matches(*index);
            let name: Arc<str> = automation.name.as_str().into();
            for workflow in &automation.workflows {
                let at = &record.coordinates;
                jobs.push(Job::Deliver(Delivery {
                    origin: Origin {
                        coordinates: at.clone(),
                        timestamp: record.timestamp,
                        place: event.place,
                        kind: event.kind,
                    },
                    id: delivery_id(at, event.place, &name, workflow),
                    automation: Arc::clone(&name),
                    workflow: workflow.as_str().into(),
                    progress: Progress {
                        since,
                        ..Progress::default()
                    },
                    body: body.clone(),
                    value: value.clone(),
                    event_time: event.time().map(str::to_owned),
                    carrier: Arc::clone(record),
                }));
            }
        }
        jobs
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
        match self.resumed(&record) {
            Ok((parked, delivery)) => {
                let due = headers::due(&parked, tier, now);
                let job = Job::Deliver(delivery);
                ((due > now).then_some(due), Work::new(record, vec![job]))
            }
            Err((stage, failure)) => (None, self.failed(record, stage, failure)),
        }
    }

    fn resumed(
        &self,
        record: &Arc<Record>,
    ) -> Result<(headers::Parked, Delivery), (Stage, Failure)> {
        let parked = headers::read(record).map_err(|error| {
            (
                Stage::Decode,
                Failure::new(Reason::BadHeaders, error.to_string()),
            )
        })?;
        let value = record.value.clone().unwrap_or_default();
        let decoded: Decoded<'_> = self
            .decoder
            .decode(&value, SourceKind::Fixed(parked.origin.kind))
            .map_err(|error| {
                (
                    Stage::Decode,
                    Failure::new((&error).into(), error.to_string()),
                )
            })?;
        let event = decoded.events.first().ok_or_else(|| {
            (
                Stage::Decode,
                Failure::new(Reason::NotAnEvent, "a parked record without an event"),
            )
        })?;
        let delivery = Delivery {
            origin: parked.origin.clone(),
            automation: parked.automation.as_str().into(),
            workflow: parked.workflow.as_str().into(),
            id: parked.id.clone(),
            progress: parked.progress.clone(),
            body: slice(record, &value, event.text),
            value: value.clone(),
            event_time: event.time().map(str::to_owned),
            carrier: Arc::clone(record),
        };
        Ok((parked, delivery))
    }

    /// Finds each delivery a place in its lane, and starts it there. This is where a busy lane
    /// holds the partition: for `lane_wait`, after which the delivery is parked.
    pub async fn admit(self: Arc<Self>, work: Work, haste: Haste) -> InFlight {
        let Work { jobs, span, .. } = work;
        let mut running = JoinSet::new();
        for job in jobs {
            let pipeline = Arc::clone(&self);
            match job {
                Job::DeadLetter(letter) => {
                    let settled = async move { pipeline.settler.dead_letter(letter).await };
                    running.spawn(settled.instrument(span.clone()));
                }
                Job::Deliver(delivery) => {
                    let place = self.place(&delivery).instrument(span.clone()).await;
                    let haste = haste.clone();
                    let delivered = async move { pipeline.finish(delivery, place, haste).await };
                    running.spawn(delivered.instrument(span.clone()));
                }
            }
        }
        InFlight(running)
    }

    async fn place(&self, delivery: &Delivery) -> Result<(Arc<Lane>, Place), Undelivered> {
        let gone = |reason, what, name: &str| Undelivered {
            failure: Failure::new(reason, format!("no {what} {name} in the configuration")),
            pace: Pace::Never,
        };
        if !self.rules.names(&delivery.automation) {
            return Err(gone(
                Reason::AutomationRemoved,
                "automation",
                &delivery.automation,
            ));
        }
        let Some(lane) = self.lanes.get(&delivery.workflow) else {
            return Err(gone(
                Reason::WorkflowRemoved,
                "workflow",
                &delivery.workflow,
            ));
        };
        let place = lane
            .place(self.lane_wait)
            .await
            .ok_or_else(|| Undelivered {
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

/// The part of the record's own copy that `text` is of `payload`, without another copy.
fn slice(record: &Record, payload: &[u8], text: &str) -> Bytes {
    let start = (text.as_ptr() as usize).checked_sub(payload.as_ptr() as usize);
    let range = start.and_then(|start| Some(start..start.checked_add(text.len())?));
    match (&record.value, range) {
        (Some(value), Some(range)) if range.end <= value.len() => value.slice(range),
        _ => Bytes::copy_from_slice(text.as_bytes()),
    }
}
