//! Gives every delivery its end: delivered, or acknowledged by the broker elsewhere.

use std::sync::Arc;
use std::time::Duration;

use super::flood::Floods;
use super::form::{Keep, original_key, tell};
use super::held::Held;
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
    held: Arc<Held>,
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
        let held = Arc::new(Held::default());
        let reporter: Arc<Held> = Arc::clone(&held);
        health.hear(reporter);
        Self {
            plan: Plan::new(&config.retry),
            dead_letters: config.dead_letter.topic.as_str().into(),
            producer,
            health,
            floods,
            held,
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
        let unknown = delivery.progress.unknown_since;
        let parcel = Parcel {
            topic,
            key: original_key(record).cloned(),
            value: Some(delivery.value.clone()),
            headers: headers::foreign(record)
                .chain(headers::parked(&delivery, due))
                .collect(),
            // To a process that does not know it a delivery would come back by its key.
            past: unknown.map(|_| record.coordinates.partition),
        };
        match self.offer(&parcel, Keep::Everything).await {
            Ok(()) => telemetry::parked(&delivery, &parcel.topic),
            Err(refused) => {
                let before = delivery.progress.failure.as_ref();
                let failure = unparkable(&parcel.topic, &refused, before);
                let letter = DeadLetter::of_delivery(delivery, Stage::Park, failure);
                self.dead_letter(letter).await;
            }
        }
    }

    /// Ends a record, an event or a delivery in the dead-letter topic. Returns once the broker
    /// has acknowledged it; tries for ever.
    pub async fn dead_letter(&self, letter: DeadLetter) {
        let parcel = self.parcel(&letter);
        let mut holds = None;
        while let Err(refused) = self.offer(&parcel, Keep::Coordinates).await {
            let at = &letter.record.coordinates;
            holds.get_or_insert_with(|| self.held.hold((at, &parcel.topic), refused.why()));
            tokio::time::sleep(MAX_WAIT).await;
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
            key: original_key(&letter.record).cloned(),
            value: letter.value.clone(),
            headers: headers::foreign(&letter.record)
                .chain(previous)
                .chain(ours)
                .collect(),
            past: None,
        }
    }

    /// Offers a record in its forms, one after the other, until the broker has acknowledged one. An
    /// error means that waiting does not mend the topic's refusal of all of them.
    async fn offer(&self, whole: &Parcel, keep: Keep) -> Result<(), Refused> {
        let Err(mut refused) = self.send(whole).await else {
            return Ok(());
        };
        let mut last = None;
        for form in keep.forms() {
            let parcel = form.of(whole);
            let is_new = parcel != *whole && last.as_ref() != Some(&parcel);
            if !is_new || form.is_no_use_after(&refused) {
                continue;
            }
            match self.send(&parcel).await {
                Ok(()) => {
                    tell(&parcel, refused.why());
                    return Ok(());
                }
                Err(again) => refused = again,
            }
            last = Some(parcel);
        }
        Err(refused)
    }

    /// Sends until the broker has acknowledged. An error means that waiting does not mend it.
    async fn send(&self, parcel: &Parcel) -> Result<(), Refused> {
        let mut wait = Duration::from_millis(50);
        // Told until this future ends: with the record written, or with its partition let go of.
        let mut waiting: Option<Waiting> = None;
        loop {
            match self.producer.send(parcel).await {
                Ok(()) => return Ok(()),
                // The queue empties by itself, unless the client cannot send.
                Err(Refused::NoRoom) if wait < MAX_WAIT => {}
                Err(refused) if refused.is_final() => {
                    telemetry::produce_failed(&parcel.topic);
                    return Err(refused);
                }
                Err(refused) => {
                    let why = refused.why();
                    waiting
                        .get_or_insert_with(|| self.health.waits_to_write(&parcel.topic, why))
                        .refused(why);
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

/// Why a delivery that no retry topic takes is a dead letter.
fn unparkable(topic: &str, refused: &Refused, before: Option<&Failure>) -> Failure {
    let why = refused.why();
    let reason = match refused {
        Refused::TooLarge(_) => Reason::TooLargeToPark,
        Refused::InThisForm(_) | Refused::NoRoom | Refused::NotNow(_) => Reason::RefusedToPark,
    };
    let before = before.map(|last| format!("; last {}: {}", last.reason, last.text));
    let before = before.unwrap_or_default();
    let text = format!("the retry topic {topic} refuses it: {why}{before}");
    Failure::new(reason, text)
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
