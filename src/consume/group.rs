//! One member of one consumer group: its consumer, and the thread that polls it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::Message;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::consumer_config;
use super::context::GroupContext;
use super::intake::Intake;
use crate::config::Kafka;
use crate::health::{Died, GroupHealth};

/// How long one poll may wait for a callback to serve.
const POLL: Duration = Duration::from_millis(100);
/// How long leaving the group and closing the consumer may take. With every broker down the
/// library never comes back, and the process ends without it.
const CLOSE: Duration = Duration::from_secs(5);

/// A member of a consumer group.
pub struct Group {
    context: Arc<GroupContext>,
    leave: CancellationToken,
    closed: oneshot::Receiver<()>,
}

/// The member could not be made.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The client library refuses the settings.
    #[error("failed to make the consumer of group {group}: {source}")]
    Client {
        /// The group's id.
        group: String,
        /// What the library says.
        source: KafkaError,
    },
    /// No thread for it.
    #[error("failed to start the thread that polls: {0}")]
    Thread(#[from] std::io::Error),
}

/// How a member left its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Records received and not settled: others will repeat them.
    pub unsettled: usize,
    /// Whether the consumer was closed in time.
    pub closed: bool,
}

impl Group {
    /// Joins the group for the topics of `intakes` and starts to read them.
    pub fn join(
        name: &'static str,
        kafka: &Kafka,
        (group_id, intakes): (&str, BTreeMap<Arc<str>, Intake>),
        (health, died): (Arc<GroupHealth>, Died),
    ) -> Result<Self, GroupError> {
        let topics: Vec<Arc<str>> = intakes.keys().cloned().collect();
        let context = GroupContext::new(name, kafka, intakes, (health, died.clone()));
        let refused = |source| GroupError::Client {
            group: group_id.to_owned(),
            source,
        };
        let config = consumer_config(kafka, group_id);
        let consumer = BaseConsumer::from_config_and_context(&config, context).map_err(refused)?;
        let consumer = Arc::new(consumer);
        let context = Arc::clone(consumer.context());
        context.bind(&consumer);
        let names: Vec<&str> = topics.iter().map(AsRef::as_ref).collect();
        consumer.subscribe(&names).map_err(refused)?;

        let leave = CancellationToken::new();
        let (close, closed) = oneshot::channel();
        let polled = leave.clone();
        // A thread of its own: callbacks wait for drains, and closing may block for ever.
        std::thread::Builder::new()
            .name(format!("poll-{name}"))
            .spawn(move || {
                let watch = died.watch(format!("poll thread of {name}"));
                poll(consumer, &polled);
                watch.end();
                // Nobody listens once the deadline has passed.
                let _late = close.send(());
            })?;
        Ok(Self {
            context,
            leave,
            closed,
        })
    }

    /// Stops reading, drains until `deadline`, commits, leaves the group, closes the consumer.
    pub async fn leave(self, deadline: Instant) -> Left {
        self.context.stop();
        let abandon = CancellationToken::new();
        let drained = self.context.drain_all(abandon.clone());
        tokio::pin!(drained);
        let unsettled = tokio::select! {
            left = &mut drained => left,
            () = tokio::time::sleep_until(deadline) => {
                abandon.cancel();
                drained.await
            }
        };
        self.leave.cancel();
        let closed = tokio::time::timeout(CLOSE, self.closed).await.is_ok();
        Left { unsettled, closed }
    }
}

/// Serves callbacks until the group is to be left, then leaves it.
fn poll(consumer: Arc<BaseConsumer<GroupContext>>, leave: &CancellationToken) {
    let context = Arc::clone(consumer.context());
    while !leave.is_cancelled() {
        serve(&consumer, &context);
    }
    // Commit before closing: what is stored and not committed would be read again.
    context.commit(&consumer);
    consumer.unsubscribe();
    // Dropping a consumer that still has an assignment may never end: poll until it is taken.
    let until = std::time::Instant::now() + CLOSE / 2;
    while consumer_has_assignment(&consumer) && std::time::Instant::now() < until {
        serve(&consumer, &context);
    }
    drop(consumer);
}

fn serve(consumer: &BaseConsumer<GroupContext>, context: &GroupContext) {
    context.health().beat();
    match consumer.poll(POLL) {
        None => {}
        Some(Err(error)) => context.poll_failed(&error),
        Some(Ok(_)) if context.is_stopping() => {}
        Some(Ok(record)) => context.stray(record.topic(), record.partition(), record.offset()),
    }
}

/// The list lives in this function alone: one alive when the consumer is dropped makes the drop
/// wait for ever.
fn consumer_has_assignment(consumer: &BaseConsumer<GroupContext>) -> bool {
    consumer.assignment().is_ok_and(|list| list.count() > 0)
}
