//! Gives every delivery its end: delivered, or acknowledged by the broker elsewhere.

use std::sync::Arc;
use std::time::Duration;

use super::flood::Floods;
use super::producer::Parcel;
use super::{DeadLetter, Next, Plan, Producer, Refused, headers};
use crate::clock;
use crate::config::Config;
use crate::deliver::{Delivery, Outcome};
use crate::health::{Health, Waiting};
use crate::reason::{Failure, Reason, Stage};
use crate::telemetry;

/// The longest wait between two tries to send a record that the cluster does not take.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Parks and dead-letters.
pub struct Settler {
    plan: Plan,
    dead_letters: Arc<str>,
    producer: Producer,
    health: Arc<Health>,
    floods: Option<Arc<Floods>>,
}

impl Settler {
    /// A settler over the one producer.
    #[must_use]
    pub fn new(config: &Config, producer: Producer, health: Arc<Health>) -> Self {
        let floods = floods(config);
        if let Some(floods) = &floods {
            let reporter: Arc<Floods> = Arc::clone(floods);
            health.hear(reporter);
        }
        Self {
            plan: Plan::new(&config.retry),
            dead_letters: config.dead_letter.topic.as_str().into(),
            producer,
            health,
            floods,
        }
    }

    /// Ends a delivery. Returns once it is delivered, or the broker has acknowledged it in a
    /// retry topic or in the dead-letter topic; tries for ever, so the caller sets the limit.
    pub async fn settle(&self, mut delivery: Delivery, outcome: Outcome) {
        let undelivered = match outcome {
            Outcome::Delivered => {
                if let Some(floods) = &self.floods {
                    floods.earn(&delivery.workflow);
                }
                return telemetry::delivered(&delivery);
            }
            Outcome::Undelivered(undelivered) => undelivered,
        };
        let now = clock::now_millis();
        match self.plan.next(&mut delivery.progress, undelivered, now) {
            Next::Park { topic, due } => self.park(delivery, topic, due).await,
            Next::DeadLetter(failure) => self.give_up(delivery, failure, now).await,
        }
    }

    /// Ends a delivery in the dead-letter topic, unless too many went there lately: then it waits
    /// in the last tier. What it says of itself stays as it is, so that nothing is spent by it.
    async fn give_up(&self, mut delivery: Delivery, failure: Failure, now: i64) {
        let allowed = |floods: &Arc<Floods>| floods.allows(&delivery.workflow);
        let withheld = !self.floods.as_ref().is_none_or(allowed);
        if let Some((topic, due)) = self.plan.last(now).filter(|_| withheld) {
            telemetry::withheld(&delivery, failure.reason);
            delivery.progress.failure = Some(failure);
            return self.park(delivery, topic, due).await;
        }
        let letter = DeadLetter::of_delivery(delivery, failure.reason.stage(), failure);
        self.dead_letter(letter).await;
    }

    async fn park(&self, delivery: Delivery, topic: Arc<str>, due: i64) {
        let record = &delivery.carrier;
        let parcel = Parcel {
            topic,
            key: record.key.clone(),
            value: Some(delivery.value.clone()),
            headers: headers::foreign(record)
                .chain(headers::parked(&delivery, due))
                .collect(),
        };
        if self.send(&parcel).await.is_ok() {
            return telemetry::parked(&delivery, &parcel.topic);
        }
        let failure = Failure::new(
            Reason::TooLargeToPark,
            "the cluster takes no record of this size; the coordinates point at the original",
        );
        let letter = DeadLetter::of_delivery(delivery, Stage::Park, failure);
        self.dead_letter(letter.without_value()).await;
    }

    /// Ends a record, an event or a delivery in the dead-letter topic. Returns once the broker
    /// has acknowledged it; tries for ever.
    pub async fn dead_letter(&self, letter: DeadLetter) {
        let mut parcel = self.parcel(&letter);
        while self.send(&parcel).await.is_err() {
            // Value first, then whatever the original's producer put beside it.
            if parcel.value.take().is_none() {
                parcel.key = None;
                parcel.headers = headers::dead_letter(&letter);
                tokio::time::sleep(MAX_WAIT).await;
            }
        }
        telemetry::dead_lettered(&letter);
    }

    fn parcel(&self, letter: &DeadLetter) -> Parcel {
        let ours = headers::dead_letter(letter);
        // A delivery that could be read is told by `ours`.
        let unread = letter.delivery.is_none();
        let previous = headers::previous(&letter.record).filter(|_| unread);
        Parcel {
            topic: Arc::clone(&self.dead_letters),
            key: letter.record.key.clone(),
            value: letter.value.clone(),
            headers: headers::foreign(&letter.record)
                .chain(previous)
                .chain(ours)
                .collect(),
        }
    }

    /// Sends until the broker has acknowledged. An error means too large, and only that.
    async fn send(&self, parcel: &Parcel) -> Result<(), Refused> {
        let mut wait = Duration::from_millis(50);
        // Told until this future ends: with the record written, or with its partition let go of.
        let mut waiting: Option<Waiting> = None;
        loop {
            match self.producer.send(parcel).await {
                Ok(()) => return Ok(()),
                Err(Refused::TooLarge) => return Err(Refused::TooLarge),
                Err(Refused::NotNow(error)) => {
                    waiting
                        .get_or_insert_with(|| self.health.waits_to_write(&parcel.topic, &error))
                        .refused(&error);
                    telemetry::produce_failed(&parcel.topic);
                }
            }
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            wait = (wait * 2).min(MAX_WAIT);
        }
    }

    /// The plan of the tiers.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Sends what is still queued. Blocks for `deadline` at most.
    pub fn flush(&self, deadline: Duration) {
        self.producer.flush(deadline);
    }
}

fn floods(config: &Config) -> Option<Arc<Floods>> {
    let last = config.retry.tiers.last()?.topic.as_str().into();
    let workflows = config.workflows.keys().map(String::as_str);
    Some(Arc::new(Floods::new(
        config.dead_letter.flood?,
        last,
        workflows,
    )))
}
