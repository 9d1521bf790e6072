//! One partition's task: reads its queue, keeps its ledger, stores its offsets, drains.

mod flight;
mod hold;

use std::sync::Arc;
use std::time::Duration;

use rdkafka::Message;
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tokio::sync::Notify;
use tokio::task::JoinError;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::context::GroupContext;
use super::identities::Beginning;
use super::intake::{Intake, Taken};
use super::offsets::Next;
use super::running::Signals;
use crate::clock;
use crate::config::Kafka;
use crate::health::Watch;
use crate::pipeline::{Scratch, Work};
use crate::settle::{Ledger, Limits};
use crate::telemetry::PartitionMetrics;

use flight::{Alone, Flight};
use hold::{Change, Hold};

/// Records read in one go before other tasks get their turn.
const BATCH: usize = 128;

/// What a partition's task is made of.
pub(super) struct Parts<'a> {
    /// The member's name, as in metrics.
    pub group: Arc<str>,
    /// The topic.
    pub topic: Arc<str>,
    /// The partition's number.
    pub number: i32,
    /// The assignment's number.
    pub epoch: u64,
    /// Where it begins.
    pub beginning: Beginning,
    /// For storing offsets.
    pub consumer: Arc<BaseConsumer<GroupContext>>,
    /// The partition's own queue.
    pub queue: PartitionQueue<GroupContext>,
    /// What is done with its records.
    pub intake: Intake,
    /// How it ends.
    pub signals: Signals,
    /// Limits and intervals.
    pub kafka: &'a Kafka,
}

/// The state of a partition's task.
pub(super) struct Partition {
    group: Arc<str>,
    topic: Arc<str>,
    number: i32,
    beginning: Beginning,
    consumer: Arc<BaseConsumer<GroupContext>>,
    queue: PartitionQueue<GroupContext>,
    arrivals: Arc<Notify>,
    /// Whether the queue may hold records: it tells only when it stops being empty.
    more: bool,
    intake: Intake,
    scratch: Scratch,
    /// A record that is not due yet, or that nobody is there for. It is in no ledger: its offset
    /// counts as not received.
    held: Option<(Instant, i64, Work)>,
    hold: Hold,
    flight: Flight,
    signals: Signals,
    stored: Option<i64>,
    store_every: Duration,
    drain_timeout: Duration,
    metrics: PartitionMetrics,
}

impl Partition {
    /// A task's state for a partition that was just assigned.
    #[must_use]
    pub(super) fn new(parts: Parts<'_>) -> Self {
        let Parts {
            group,
            topic,
            number,
            epoch,
            beginning,
            consumer,
            mut queue,
            intake,
            signals,
            kafka,
        } = parts;
        let arrivals = Arc::new(Notify::new());
        let bell = Arc::clone(&arrivals);
        queue.set_nonempty_callback(move || bell.notify_one());
        let window = kafka.window;
        let limits = Limits {
            records: window.records,
            bytes: window.bytes,
            span: window.span,
        };
        let ledger = Ledger::new(epoch, limits);
        Self {
            metrics: PartitionMetrics::new(&group, &topic, number),
            group,
            topic,
            number,
            beginning,
            consumer,
            queue,
            arrivals,
            more: true,
            flight: Flight::new(ledger, Alone::of(&intake), &signals.stop),
            intake,
            scratch: Scratch::default(),
            held: None,
            hold: Hold::default(),
            signals,
            stored: None,
            store_every: kafka.commit_interval,
            drain_timeout: kafka.drain_timeout,
        }
    }

    /// Reads until told to end, then drains.
    pub(super) async fn run(mut self, watch: Watch) {
        let ended = self.signals.begin();
        if self.read_until_stopped().await.is_ok() {
            watch.end();
        }
        let left = self.drain().await;
        self.signals.leave(left);
        self.metrics.forget();
        // The queue first: who waits for the end may drop the consumer, or split it off again.
        drop(self);
        drop(ended);
    }

    async fn read_until_stopped(&mut self) -> Result<(), JoinError> {
        let mut tick = interval(self.store_every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stop = self.signals.stop.clone();
        let arrivals = Arc::clone(&self.arrivals);
        loop {
            let more = self.more;
            let arrived = async {
                if !more {
                    arrivals.notified().await;
                }
            };
            let due = self.held.as_ref().map(|(due, ..)| *due);
            let reads = due.is_none() && self.flight.has_room();
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                went_on = self.flight.step() => went_on?,
                _ = tick.tick() => self.tick(),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    if let Some((_, offset, work)) = self.held.take() {
                        self.start_or_hold(offset, work);
                    }
                }
                () = arrived, if reads => self.read().await,
            }
        }
    }

    /// Reads what is there, until something has to wait.
    async fn read(&mut self) {
        for _ in 0..BATCH {
            if self.signals.stop.is_cancelled() {
                return;
            }
            let Some((offset, taken)) = self.next() else {
                self.more = false;
                return;
            };
            self.more = true;
            self.follow(offset);
            match taken {
                Taken::Ended => self.flight.pass(offset),
                // It may wait for places: what has come meanwhile has its turn first.
                Taken::Work(work) => {
                    self.start_or_hold(offset, work);
                    return self.flight.relieve();
                }
                Taken::NotBefore(due, work) => {
                    let wait = clock::between_millis(clock::now_millis(), due);
                    self.held = Some((Instant::now() + wait, offset, work));
                    return;
                }
            }
            if !self.flight.has_room() {
                return self.flight.relieve();
            }
        }
        tokio::task::yield_now().await;
    }

    /// Follows the offsets, which may go back: the log was cut off, or is another one.
    fn follow(&mut self, offset: i64) {
        self.signals.busy();
        let back = self.beginning.next.is_some_and(|next| offset < next);
        self.beginning.next = Some(offset + 1);
        if back {
            self.flight.begin_anew();
            self.stored = None;
            let place = (Arc::clone(&self.topic), self.number);
            let topic = self.beginning.topic.get().copied();
            // Else the library commits what it holds of before, as it is greater.
            let next = Next::new(place.clone(), offset, topic);
            self.consumer.context().store(&self.consumer, &next);
            self.consumer.context().rewinds().went_back(place, offset);
        }
    }

    /// The next record of the queue, looked at in the library's memory.
    fn next(&mut self) -> Option<(i64, Taken)> {
        loop {
            match self.queue.poll(Duration::ZERO)? {
                Ok(message) => {
                    let scratch = &mut self.scratch;
                    let taken = self.intake.take(&self.topic, &message, scratch);
                    return Some((message.offset(), taken));
                }
                Err(error) => {
                    self.consumer.context().suspect(&error);
                    let (topic, partition) = (&*self.topic, self.number);
                    tracing::error!(topic, partition, error = %error, "failed to read records");
                }
            }
        }
    }

    fn start_or_hold(&mut self, offset: i64, work: Work) {
        let gauge = &self.metrics.held;
        let (until, change) = self.hold.keep(&self.intake, &work, gauge);
        self.say(change);
        match until {
            Some(until) => self.held = Some((until, offset, work)),
            None => self.start(offset, work),
        }
    }

    fn say(&self, change: Option<Change>) {
        if let Some(change) = change {
            change.tell((&self.group, &self.topic, self.number));
        }
    }

    fn start(&mut self, offset: i64, work: Work) {
        let pipeline = Arc::clone(self.intake.pipeline());
        self.flight.start(pipeline, offset, work);
    }

    fn tick(&mut self) {
        self.more = true;
        let change = self.hold.look(&self.intake);
        self.say(change);
        self.store(self.begun());
        self.flight.relieve();
        self.metrics
            .report(self.flight.ledger(), clock::now_millis());
        if self.held.is_none() && self.flight.ledger().unsettled() == 0 {
            self.signals.idle();
        }
    }

    /// The offset to commit: where nothing was received yet, that of the record that waits. With a
    /// committed offset it is known that a topic is this group's, before its first record is done.
    fn begun(&self) -> Option<i64> {
        let waits = self.held.as_ref().map(|(_, offset, _)| *offset);
        self.flight.ledger().watermark().or(waits)
    }

    fn store(&mut self, next: Option<i64>) {
        if let Some(offset) = next.filter(|_| next != self.stored) {
            let place = (Arc::clone(&self.topic), self.number);
            let topic = self.beginning.topic.get().copied();
            let next = Next::new(place, offset, topic);
            self.consumer.context().store(&self.consumer, &next);
            self.stored = Some(offset);
        }
    }

    /// Finishes what is in flight, and returns how many records it leaves unsettled.
    async fn drain(&mut self) -> usize {
        self.held = None;
        let abandon = &self.signals.abandon;
        self.flight.drain(self.drain_timeout, abandon).await;
        self.store(self.flight.ledger().watermark());
        self.flight.ledger().unsettled()
    }
}
