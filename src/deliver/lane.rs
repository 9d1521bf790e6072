//! A workflow's lane: its places, its requests in flight, its attempts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::attempt::attempt;
use super::{Delivery, Haste, Outcome, Pace, Undelivered, backoff, client};
use crate::clock;
use crate::config::Workflow;
use crate::reason::{Failure, Reason};
use crate::telemetry::{Held, LaneMetrics};

/// Attempts in process begin within this time; after it, the retry topics take over.
const IN_PROCESS: Duration = Duration::from_secs(5);

/// One workflow's own road: what happens on it touches no other.
#[derive(Debug)]
pub struct Lane {
    name: Arc<str>,
    workflow: Workflow,
    client: Client,
    places: Arc<Semaphore>,
    in_flight: Semaphore,
    /// Attempts of a delivery in all, those before it was parked among them.
    max_attempts: u32,
    /// A place wait ran out, and nothing was delivered since: nobody waits for this lane.
    saturated: AtomicBool,
    metrics: LaneMetrics,
}

/// A place in a lane. It is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Held,
}

impl Lane {
    /// The lane of one workflow, in which a delivery has `max_attempts` in all.
    pub fn new(name: &str, workflow: Workflow, max_attempts: u32) -> Result<Self, reqwest::Error> {
        Ok(Self {
            name: name.into(),
            client: client::client(&workflow)?,
            places: Arc::new(Semaphore::new(workflow.queue)),
            in_flight: Semaphore::new(workflow.max_in_flight),
            max_attempts,
            saturated: AtomicBool::new(false),
            metrics: LaneMetrics::new(name),
            workflow,
        })
    }

    /// The workflow's name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// A place, if one gets free within `wait`. A lane that once let a wait run out is not waited
    /// for again until it has delivered something: a hanging workflow costs the others one wait.
    pub async fn place(&self, wait: Duration) -> Option<Place> {
        if let Some(place) = self.try_place() {
            return Some(place);
        }
        if self.saturated.load(Ordering::Relaxed) {
            return None;
        }
        self.wait_for_place(wait)
            .await
            .map(|permit| self.taken(permit))
    }

    /// A place, if one is free now.
    pub fn try_place(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(self.taken(permit))
    }

    fn taken(&self, permit: OwnedSemaphorePermit) -> Place {
        Place {
            _permit: permit,
            _counted: Held::new(&self.metrics.depth),
        }
    }

    async fn wait_for_place(&self, wait: Duration) -> Option<OwnedSemaphorePermit> {
        let started = Instant::now();
        let waited = tokio::time::timeout(wait, Arc::clone(&self.places).acquire_owned()).await;
        self.metrics.hold_seconds.record(started.elapsed());
        if let Ok(Ok(permit)) = waited {
            Some(permit)
        } else {
            if !self.saturated.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    workflow = %self.name,
                    "the lane gave no place in time: its deliveries are parked until it delivers"
                );
            }
            None
        }
    }

    /// Runs a delivery's attempts until it is delivered or must go on through Kafka.
    pub async fn deliver(&self, delivery: &mut Delivery, place: Place, haste: &Haste) -> Outcome {
        let started = Instant::now();
        let mut tried = 0;
        let outcome = loop {
            let outcome = self.attempt(delivery, haste).await;
            tried += 1;
            if delivery.progress.attempts >= self.max_attempts {
                break outcome;
            }
            let Some(wait) = self.wait_before_next(&outcome, tried, started.elapsed()) else {
                break outcome;
            };
            tokio::select! {
                biased;
                () = haste.draining() => break outcome,
                () = tokio::time::sleep(wait) => {}
            }
        };
        drop(place);
        outcome
    }

    /// How long to wait before one more attempt in process; `None` when there is to be none.
    fn wait_before_next(&self, outcome: &Outcome, tried: u32, spent: Duration) -> Option<Duration> {
        let Outcome::Undelivered(Undelivered { pace, .. }) = outcome else {
            return None;
        };
        let jittered = backoff::wait(self.workflow.backoff, tried, fastrand::f64());
        let wait = match pace {
            Pace::Soon => jittered,
            Pace::After(wait) => wait.saturating_add(jittered),
            Pace::Later | Pace::Unspent | Pace::Never => return None,
        };
        (tried < self.workflow.attempts && spent + wait < IN_PROCESS).then_some(wait)
    }

    /// One attempt, once the lane has a request to spare. Holds nothing while it waits.
    async fn attempt(&self, delivery: &mut Delivery, haste: &Haste) -> Outcome {
        let permit = tokio::select! {
            biased;
            () = haste.is_cut() => return cut(Reason::Draining, Pace::Unspent),
            permit = self.in_flight.acquire() => permit,
        };
        let started = Instant::now();
        let counted = Held::new(&self.metrics.in_flight);
        let sent_at = clock::now_millis();
        let outcome = tokio::select! {
            biased;
            outcome = attempt(&self.client, &self.workflow, std::slice::from_ref(delivery)) => outcome,
            () = haste.is_cut() => cut(Reason::CutOff, Pace::Soon),
        };
        drop((permit, counted));
        delivery.progress.attempts = delivery.progress.attempts.saturating_add(1);
        delivery.progress.last_attempt = Some(sent_at);
        self.report(delivery, &outcome, started.elapsed());
        outcome
    }

    /// The one line and the one count of an attempt.
    fn report(&self, delivery: &Delivery, outcome: &Outcome, elapsed: Duration) {
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let (id, attempt) = (delivery.id.as_str(), delivery.progress.attempts);
        let (automation, workflow) = (&*delivery.automation, &*self.name);
        match outcome {
            Outcome::Delivered => {
                self.saturated.store(false, Ordering::Relaxed);
                self.metrics.delivered(elapsed);
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
                self.metrics.failed(failure.reason, elapsed);
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

fn cut(reason: Reason, pace: Pace) -> Outcome {
    let text = match pace {
        Pace::Unspent => "let go before an attempt",
        Pace::Soon | Pace::Later | Pace::After(_) | Pace::Never => {
            "cut off before an answer; the workflow may have run"
        }
    };
    Outcome::Undelivered(Undelivered {
        failure: Failure::new(reason, text),
        pace,
    })
}
