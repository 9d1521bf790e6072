//! One member of one consumer group: its consumer, and the thread that polls it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rdkafka::Message;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use super::client::{consumer_config, describe};
use super::context::GroupContext;
use super::intake::Intake;
use super::leaving::close_down;
use super::lookout::Lookout;
use super::offsets::Committed;
use crate::config::Kafka;
use crate::health::{Died, GroupHealth};

/// How long one poll may wait for a callback to serve.
const POLL: Duration = Duration::from_millis(100);

/// A member of a consumer group.
pub struct Group {
    context: Arc<GroupContext>,
    /// Set, the thread ends its polling; by the time in it, it gives up committing.
    commit_by: Arc<OnceLock<std::time::Instant>>,
    committed: oneshot::Receiver<Committed>,
    closed: oneshot::Receiver<()>,
}

/// The member could not be made.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The client library refuses the settings.
    #[error("failed to make the consumer of group {group}: {}", describe(source))]
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

/// By when a member must have come how far. With every broker down the library never comes back
/// from closing, and the process ends without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Everything in flight settled.
    pub drained: Instant,
    /// The offsets of what was settled committed.
    pub committed: Instant,
    /// The group left.
    pub closed: Instant,
}

impl Deadlines {
    /// Most of the grace is for the drain, most of the rest for the commit: in the middle of a
    /// rebalance it has to wait for its end.
    #[must_use]
    pub fn within(grace: Duration) -> Self {
        let now = Instant::now();
        Self {
            drained: now + grace * 6 / 10,
            committed: now + grace * 9 / 10,
            closed: now + grace,
        }
    }
}

/// How a member left its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Records received and not settled: others will repeat them.
    pub unsettled: usize,
    /// Whether the broker has the offsets of what was settled: else others will repeat it.
    pub committed: bool,
    /// Whether the consumer was closed in time.
    pub closed: bool,
}

impl Group {
    /// Joins the group for the topics of `intakes` and starts to read them.
    pub fn join(
        kafka: &Kafka,
        (group_id, intakes): (&str, BTreeMap<Arc<str>, Intake>),
        (health, died): (Arc<GroupHealth>, Died),
    ) -> Result<Self, GroupError> {
        let topics: Vec<Arc<str>> = intakes.keys().cloned().collect();
        let name = Arc::clone(health.name());
        let context = GroupContext::new(kafka, intakes, (health, died.clone()));
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

        let commit_by = Arc::new(OnceLock::new());
        let (commit, committed) = oneshot::channel();
        let (close, closed) = oneshot::channel();
        let ends = Arc::clone(&commit_by);
        // A thread of its own: callbacks wait for drains, and closing may block for ever.
        std::thread::Builder::new()
            .name(format!("poll-{name}"))
            .spawn(move || {
                let watch = died.watch(format!("poll thread of {name}"));
                let by = poll(&consumer, &topics, &ends);
                // Before closing, which may never end. Nobody listens after the deadline.
                let _late = commit.send(commit_last(&consumer, by));
                close_down(consumer, serve);
                watch.end();
                let _late = close.send(());
            })?;
        Ok(Self {
            context,
            commit_by,
            committed,
            closed,
        })
    }

    /// Stops reading, drains, commits, leaves the group, closes the consumer.
    pub async fn leave(self, by: Deadlines) -> Left {
        self.context.running().stop();
        let abandon = CancellationToken::new();
        let drained = self.context.running().drain_all(abandon.clone());
        tokio::pin!(drained);
        let unsettled = tokio::select! {
            left = &mut drained => left,
            () = sleep_until(by.drained) => {
                abandon.cancel();
                drained.await
            }
        };
        self.commit_by.get_or_init(|| by.committed.into_std());
        let committed = timeout_at(by.closed, self.committed).await;
        let committed = matches!(committed, Ok(Ok(Committed::Yes)));
        let closed = timeout_at(by.closed, self.closed).await.is_ok();
        Left {
            unsettled,
            committed,
            closed,
        }
    }
}

/// Serves callbacks until the group is to be left; returns by when the last commit must be done.
fn poll(
    consumer: &BaseConsumer<GroupContext>,
    topics: &[Arc<str>],
    commit_by: &OnceLock<std::time::Instant>,
) -> std::time::Instant {
    let context = consumer.context();
    let mut committed = std::time::Instant::now();
    let mut lookout = Lookout::new(consumer, topics);
    loop {
        if let Some(by) = commit_by.get() {
            return *by;
        }
        serve(consumer);
        lookout.turn();
        if committed.elapsed() >= context.commit_interval() {
            context.commit_by_ourselves(consumer);
            committed = std::time::Instant::now();
        }
    }
}

/// Commits what is stored. In the middle of a rebalance the broker refuses; it is asked again
/// once that is over, and not before: a commit that crosses the end of a rebalance carries the
/// old generation, for which the library would give the whole assignment up.
fn commit_last(consumer: &BaseConsumer<GroupContext>, until: std::time::Instant) -> Committed {
    let context = consumer.context();
    loop {
        let rebalances = context.rebalances();
        match context.commit(consumer) {
            Committed::NotNow if std::time::Instant::now() < until => {
                while context.rebalances() == rebalances && std::time::Instant::now() < until {
                    serve(consumer);
                }
            }
            // Such as a coordinator that is still loading; a stale epoch is soon replaced, without
            // a rebalance where nothing changes for this member.
            Committed::No | Committed::Stale if std::time::Instant::now() < until => {
                serve(consumer);
            }
            answer @ (Committed::Yes | Committed::NotNow | Committed::Stale | Committed::No) => {
                return answer;
            }
        }
    }
}

fn serve(consumer: &BaseConsumer<GroupContext>) {
    let context = consumer.context();
    context.health().beat();
    match consumer.poll(POLL) {
        None => {}
        Some(Err(error)) => context.poll_failed(&error),
        Some(Ok(_)) if context.running().is_stopping() => {}
        Some(Ok(record)) => context.stray(record.topic(), record.partition(), record.offset()),
    }
}
