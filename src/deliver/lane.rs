//! A workflow's lane: its places, its requests in flight, its attempts.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::alarm::Alarms;
use super::allowance::Allowance;
use super::attempt::{attempt, drain};
use super::batch::{self, Batches};
use super::gate::{Gate, Pass};
use super::place::{Line, Place, Places};
use super::sender::Sender;
use super::signal::Signal;
use super::{Delivery, Haste, Outcome, Pace, Undelivered, backoff};
use crate::clock;
use crate::config::Workflow;
use crate::reason::{Failure, Reason};
use crate::telemetry::LaneMetrics;

/// One workflow's own road: what happens on it touches no other.
#[derive(Debug)]
pub struct Lane {
    name: Arc<str>,
    workflow: Workflow,
    sender: Sender,
    places: Places,
    /// Beside them, those of the workflow's own group, which takes all it can get: what comes back
    /// from the retry topics must find a place, too.
    own_places: Places,
    gate: Gate,
    alarms: Alarms,
    /// Where deliveries go together, if they do.
    batches: Option<Arc<Batches>>,
    /// Attempts of a delivery in all, those before it was parked among them.
    max_attempts: u32,
    metrics: LaneMetrics,
}

impl Lane {
    /// The lane of one workflow, in which a delivery has `max_attempts` in all.
    pub fn new(name: &str, workflow: Workflow, max_attempts: u32) -> Result<Self, reqwest::Error> {
        let metrics = LaneMetrics::new(name);
        Ok(Self {
            name: name.into(),
            sender: Sender::new(name, &workflow)?,
            places: Places::new(workflow.queue, Line::Short, metrics.clone()),
            own_places: Places::new(workflow.queue, Line::Long, metrics.clone()),
            gate: Gate::new(&workflow, metrics.clone()),
            alarms: Alarms::default(),
            batches: batches(&workflow),
            max_attempts,
            metrics,
            workflow,
        })
    }

    /// The workflow's name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// When it is worth asking again, if the lane parks its deliveries now without an attempt: its
    /// breaker is open, or a wait was asked for that is too long in process. `None`: it tries them.
    #[must_use]
    pub fn opens_at(&self) -> Option<Instant> {
        self.gate.opens_at()
    }

    /// Whether it tries its deliveries, and not one of them as a probe now and then.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        self.gate.is_tried()
    }

    /// Waits until [`Lane::opens_at`] names no time.
    pub async fn opens(&self) {
        self.gate.opens().await;
    }

    /// A place, if one gets free within `wait`. A lane that once let a wait run out is not waited
    /// for again until it has delivered something: a hanging workflow costs the others one wait.
    /// Nor is one that sends nothing for as long.
    pub async fn place(&self, wait: Duration) -> Option<Place> {
        let place = self.try_place();
        if place.is_some() {
            return place;
        }
        if self.gate.is_shut_for(wait) {
            self.places.saturate();
        }
        self.places.wait(wait).await
    }

    /// Whether the workflow reads the sources in a consumer group of its own.
    #[must_use]
    pub const fn has_own_group(&self) -> bool {
        self.workflow.own_group
    }

    /// A place for a delivery of the workflow's own group, however long that takes.
    pub async fn own_place(&self) -> Option<Place> {
        self.own_places.hold().await
    }

    /// A place, if one is free now.
    pub fn try_place(&self) -> Option<Place> {
        self.places.take()
    }

    /// Runs a delivery's attempts until it is delivered or must go on through Kafka.
    pub async fn deliver(
        self: &Arc<Self>,
        delivery: &mut Delivery,
        place: Place,
        haste: &Haste,
    ) -> Outcome {
        let mut allowance = Allowance::new(place.line);
        let mut tried = 0;
        let mut last = None;
        let outcome = loop {
            let outcome = match self.attempt(delivery, &mut allowance, haste).await {
                Ok(outcome) => outcome,
                // What was tried and failed says more than why it is not tried again.
                Err(refused) => break last.unwrap_or(Outcome::Undelivered(refused)),
            };
            if tried == 0 {
                self.gate.earn();
            }
            tried += 1;
            if delivery.progress.attempts >= self.max_attempts {
                break outcome;
            }
            let Some(wait) = self.wait_before_next(&outcome, tried, &mut allowance) else {
                break outcome;
            };
            tokio::select! {
                biased;
                () = haste.draining() => break outcome,
                () = tokio::time::sleep(wait) => last = Some(outcome),
            }
        };
        drop(place);
        outcome
    }

    /// How long to wait before one more attempt in process; `None` when there is to be none.
    fn wait_before_next(
        &self,
        outcome: &Outcome,
        tried: u32,
        allowance: &mut Allowance,
    ) -> Option<Duration> {
        let Outcome::Undelivered(Undelivered { pace, .. }) = outcome else {
            return None;
        };
        let jittered = backoff::wait(self.workflow.backoff, tried, fastrand::f64());
        let wait = match pace {
            Pace::Soon => jittered,
            Pace::After(wait) => wait.saturating_add(jittered),
            Pace::Later | Pace::Unspent | Pace::UnspentFor(_) | Pace::Never => return None,
        };
        let again = tried < self.workflow.attempts && self.gate.opens_at().is_none();
        // The budget last: what it gives is spent.
        (again && allowance.take_before_attempt(wait) && self.gate.spend()).then_some(wait)
    }

    /// One attempt, alone or with others; or why there is none.
    async fn attempt(
        self: &Arc<Self>,
        delivery: &mut Delivery,
        allowance: &mut Allowance,
        haste: &Haste,
    ) -> Result<Outcome, Undelivered> {
        if let Some(batches) = &self.batches {
            return batch::attempt(self, batches, (delivery, allowance.line()), haste).await;
        }
        let pass = self.pass(allowance, haste).await?;
        let delivery = std::slice::from_mut(delivery);
        Ok(self.request(delivery, pass, haste.is_cut()).await)
    }

    /// The right to send one request.
    pub(super) async fn pass(
        &self,
        allowance: &mut Allowance,
        haste: &Haste,
    ) -> Result<Pass<'_>, Undelivered> {
        self.gate.pass(allowance, haste).await
    }

    /// One request for all of these deliveries, an attempt of each. What it says of the workflow is
    /// the gate's to know.
    pub(super) async fn request(
        &self,
        deliveries: &mut [Delivery],
        mut pass: Pass<'_>,
        cut: impl Future<Output = ()>,
    ) -> Outcome {
        tokio::pin!(cut);
        let mut unread = None;
        let started = Instant::now();
        let sent_at = clock::now_millis();
        let outcome = tokio::select! {
            biased;
            outcome = attempt(&self.sender, &self.workflow, deliveries, &mut unread) => outcome,
            () = &mut cut => cut_off(),
        };
        let elapsed = started.elapsed();
        let signal = Signal::of(&outcome, elapsed);
        pass.end(signal);
        if let Some(reason) = signal.alarm {
            self.alarms.raise(reason, &self.name, &self.metrics);
        }
        self.count(&outcome, elapsed);
        for delivery in deliveries {
            if outcome.was_sent() {
                delivery.progress.attempted(sent_at);
            }
            self.report(delivery, &outcome, elapsed);
        }
        if let Some(answer) = unread {
            // With its seat: a connection that is still read from is one in use.
            tokio::select! {
                biased;
                () = cut => {}
                () = drain(answer) => {}
            }
        }
        outcome
    }

    /// The one count of a request.
    fn count(&self, outcome: &Outcome, elapsed: Duration) {
        match outcome {
            Outcome::Delivered => {
                self.places.delivered();
                self.alarms.clear(&self.name, &self.metrics);
                self.metrics.delivered(elapsed);
            }
            Outcome::Undelivered(Undelivered { failure, .. }) => {
                self.metrics.failed(failure.reason, elapsed);
            }
        }
    }

    /// The one line of an attempt.
    fn report(&self, delivery: &Delivery, outcome: &Outcome, elapsed: Duration) {
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let (id, attempt) = (delivery.id.as_str(), delivery.progress.attempts);
        let (automation, workflow) = (&*delivery.automation, &*self.name);
        match outcome {
            Outcome::Delivered => {
                tracing::info!(
                    id,
                    automation,
                    workflow,
                    attempt,
                    elapsed_ms,
                    "attempt delivered"
                );
            }
            Outcome::Undelivered(Undelivered { failure, pace }) => {
                let (reason, status) = (failure.reason.label(), failure.status);
                tracing::warn!(
                    id,
                    automation,
                    workflow,
                    attempt,
                    elapsed_ms,
                    reason,
                    status,
                    ?pace,
                    error = failure.text,
                    "attempt failed"
                );
            }
        }
    }
}

fn batches(workflow: &Workflow) -> Option<Arc<Batches>> {
    let limits = workflow.requests.batch;
    (limits.max_events > 1).then(|| Arc::new(Batches::new(limits)))
}

/// The end of an attempt that nobody waits for any more.
pub(super) fn cut_off() -> Outcome {
    let text = "cut off before an answer; the workflow may have run";
    Outcome::Undelivered(Undelivered {
        failure: Failure::new(Reason::CutOff, text),
        pace: Pace::Soon,
    })
}

#[cfg(test)]
#[path = "lane/tests.rs"]
mod tests;
