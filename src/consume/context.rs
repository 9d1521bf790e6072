//! Rebalances: what the group gives becomes tasks, what it takes is drained first.

mod commits;
mod errors;
mod rebalance;
mod resets;
mod topics;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Statistics, TopicPartitionList};
use tokio::runtime::Handle;

use super::client::ClientLog;
use super::identities::Identities;
use super::intake::Intake;
use super::offsets::{Committed, places};
use super::partition::{Partition, Parts};
use super::rewinds::Rewinds;
use super::running::{Running, Signals};
use super::{trouble, working};
use crate::config::{GroupProtocol, Kafka};
use crate::health::{Died, GroupHealth};
use crate::telemetry::{self, GroupMetrics};

/// What the callbacks of one consumer know. They run on the thread that polls, which may wait.
pub(super) struct GroupContext {
    name: Arc<str>,
    log: ClientLog,
    kafka: Kafka,
    intakes: BTreeMap<Arc<str>, Intake>,
    runtime: Handle,
    /// Weak, since the consumer owns this.
    consumer: OnceLock<Weak<BaseConsumer<Self>>>,
    running: Running,
    identities: Identities,
    rewinds: Rewinds,
    /// There is a sign that a topic is not what it was.
    suspicious: AtomicBool,
    /// The number of a broker that answers; -1 where none is known.
    broker: AtomicI32,
    /// It was said that the service tells no topic ids.
    told_no_id: AtomicBool,
    epoch: AtomicU64,
    rebalances: AtomicU64,
    health: Arc<GroupHealth>,
    died: Died,
    metrics: GroupMetrics,
}

impl GroupContext {
    /// The context of a consumer that is about to be made.
    #[must_use]
    pub(super) fn new(
        kafka: &Kafka,
        intakes: BTreeMap<Arc<str>, Intake>,
        (health, died): (Arc<GroupHealth>, Died),
    ) -> Self {
        let name = health.name();
        Self {
            name: Arc::clone(name),
            log: ClientLog::new(Arc::clone(name), kafka, died.clone()),
            kafka: kafka.clone(),
            intakes,
            runtime: Handle::current(),
            consumer: OnceLock::new(),
            running: Running::default(),
            identities: Identities::default(),
            rewinds: Rewinds::default(),
            suspicious: AtomicBool::new(false),
            broker: AtomicI32::new(-1),
            told_no_id: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
            rebalances: AtomicU64::new(0),
            metrics: GroupMetrics::new(name),
            health,
            died,
        }
    }

    /// Tells the context its consumer. Called once, before it subscribes.
    pub(super) fn bind(&self, consumer: &Arc<BaseConsumer<Self>>) {
        self.consumer.get_or_init(|| Arc::downgrade(consumer));
    }

    /// The partitions that are ours.
    #[must_use]
    pub(super) const fn running(&self) -> &Running {
        &self.running
    }

    /// How often the group gave or took partitions.
    pub(super) fn rebalances(&self) -> u64 {
        self.rebalances.load(Ordering::SeqCst)
    }

    /// How the group gives partitions to its members.
    pub(super) const fn protocol(&self) -> GroupProtocol {
        self.kafka.group_protocol
    }

    /// Whether the member leaves its group when it stops: not when it has a name of its own
    /// there, under which it comes back.
    pub(super) const fn leaves(&self) -> bool {
        self.kafka.group_instance_id.is_none()
    }

    /// The member's health.
    #[must_use]
    pub(super) fn health(&self) -> &GroupHealth {
        &self.health
    }

    fn assign(&self, given: Vec<(String, i32)>) {
        self.metrics.assigned.increment(1);
        self.health.assigned();
        if self.running.is_stopping() {
            return;
        }
        tracing::info!(
            group = &*self.name,
            partitions = given.len(),
            "partitions assigned"
        );
        for (topic, number) in given {
            if let Err(why) = self.take_on(&topic, number) {
                self.died
                    .report(&self.name, &format!("{topic}/{number}: {why}"));
            }
        }
    }

    /// Splits the partition's queue off and starts its task. This must happen before the callback
    /// returns, on every assign: the library starts to fetch right after it, the split does not
    /// last, and records in the main queue would be in no ledger.
    fn take_on(&self, topic: &str, number: i32) -> Result<(), &'static str> {
        let (topic, intake) = self
            .intakes
            .get_key_value(topic)
            .ok_or("a topic that nobody subscribed to")?;
        let consumer = self
            .consumer
            .get()
            .and_then(Weak::upgrade)
            .ok_or("no consumer")?;
        let queue = consumer
            .split_partition_queue(topic, number)
            .ok_or("no such partition")?;
        let signals = Signals::default();
        let partition = Partition::new(Parts {
            group: Arc::clone(&self.name),
            topic: Arc::clone(topic),
            number,
            epoch: self.epoch.fetch_add(1, Ordering::Relaxed),
            beginning: self.identities.beginning(&(Arc::clone(topic), number)),
            consumer,
            queue,
            intake: intake.clone(),
            signals: signals.clone(),
            kafka: &self.kafka,
        });
        let name = format!("partition {topic}/{number}");
        // Its end is told by its signals, and watched.
        let start = || drop(self.runtime.spawn(partition.run(self.died.watch(name))));
        self.running
            .start((Arc::clone(topic), number), signals, start);
        Ok(())
    }

    /// Drains what is taken away, stores, and commits; all before the callback returns, since the
    /// next owner starts to read right after it. The drain ends in `drain_timeout`, which is below
    /// the session's.
    fn revoke(&self, consumer: &BaseConsumer<Self>, taken: &[(String, i32)]) {
        self.metrics.revoked.increment(1);
        let lost = consumer.assignment_lost();
        if lost {
            self.health.lost();
        }
        let number = taken.len();
        let running = self.running.of(taken);
        tracing::info!(
            group = &*self.name,
            partitions = number,
            lost,
            "partitions revoked"
        );
        if running.is_empty() {
            return;
        }
        let left: usize = self.runtime.block_on(async {
            for one in &running {
                // Lost means that others own them by now: nothing here may count any more.
                if lost {
                    one.abandon.cancel();
                }
                one.stop.cancel();
            }
            let mut left = 0;
            for one in running {
                left += one.ended().await;
            }
            left
        });
        self.running.forget(taken);
        if left > 0 {
            tracing::warn!(
                group = &*self.name,
                left,
                "let go undrained: others will repeat these"
            );
        }
        let refused = [Committed::NotNow, Committed::Stale];
        if !lost && refused.contains(&self.commit_before_leaving(consumer)) {
            tracing::warn!(
                group = &*self.name,
                "not committed: others may repeat what was settled"
            );
        }
    }
}

impl ClientContext for GroupContext {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.log.tokens().fetch()
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        self.log.line(level, facility, line);
        if matches!(level, RDKafkaLogLevel::Warning) && facility == "OFFSET" {
            self.hear_reset(line);
        }
    }

    fn stats(&self, statistics: Statistics) {
        let assigned = self.running.partitions();
        let retry_topics = self
            .intakes
            .iter()
            .filter_map(|(topic, intake)| match intake {
                Intake::Retry(..) => Some(topic.as_ref()),
                Intake::Source(_) => None,
            });
        telemetry::report_lag(&self.name, &statistics, &assigned, retry_topics);
        if statistics
            .brokers
            .values()
            .any(|broker| broker.state == "UP")
        {
            self.health.reachable();
        }
        self.health.works(working::problem(&statistics, &assigned));
    }

    fn error(&self, error: KafkaError, reason: &str) {
        trouble::tell(&self.health, self.log.tokens(), &error, reason);
        self.log.failed(&error, reason);
    }
}

impl ConsumerContext for GroupContext {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        kind: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        self.take_part(consumer, kind, list);
    }

    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(list) => self.assign(places(list)),
            Rebalance::Revoke(list) => {
                let taken = places(list);
                self.revoke(consumer, &taken);
                self.identities.forget(&taken);
                self.rewinds.forget(&taken);
            }
            Rebalance::Error(error) => self.poll_failed(error),
        }
        self.rebalances.fetch_add(1, Ordering::SeqCst);
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        self.count(&result);
    }
}
