//! A cluster to test against, whichever it is, and the setups that a claim must hold on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication,
    TopicResult,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};

use super::in_process::InProcess;
use super::kafka;
use super::wait::{SOON, until};

/// Which cluster it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    InProcess,
    Kafka,
}

/// A cluster.
#[derive(Debug)]
pub(crate) enum Cluster {
    /// librdkafka's own, which can be told to fail.
    InProcess(InProcess),
    /// Apache Kafka, one for the whole test process, by its address.
    Kafka(String),
}

impl Cluster {
    /// A fresh in-process cluster of one broker.
    pub(crate) fn in_process() -> Self {
        Self::in_process_of(1)
    }

    /// A fresh in-process cluster of so many brokers, numbered from 1.
    pub(crate) fn in_process_of(brokers: i32) -> Self {
        Self::InProcess(InProcess::start(brokers))
    }

    /// Apache Kafka, where it can be had; where not, a line on stderr has said why.
    pub(crate) fn kafka() -> Option<Self> {
        kafka::bootstrap().map(|bootstrap| Self::Kafka(bootstrap.to_owned()))
    }

    /// The addresses to connect to.
    pub(crate) fn bootstrap(&self) -> &str {
        match self {
            Self::InProcess(cluster) => cluster.bootstrap(),
            Self::Kafka(bootstrap) => bootstrap,
        }
    }

    /// Which cluster it is.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::InProcess(_) => Kind::InProcess,
            Self::Kafka(_) => Kind::Kafka,
        }
    }

    /// The in-process cluster, which can be told to fail; Apache Kafka cannot.
    pub(crate) const fn faults(&self) -> Option<&InProcess> {
        match self {
            Self::InProcess(cluster) => Some(cluster),
            Self::Kafka(_) => None,
        }
    }

    /// Creates a topic, and waits until its partitions have leaders.
    pub(crate) fn create_topic(&self, name: &str, partitions: i32) {
        match self {
            Self::InProcess(cluster) => cluster.create_topic(name, partitions),
            Self::Kafka(bootstrap) => create_on_kafka(bootstrap, &topic(name, partitions)),
        }
        self.wait_for_topic(name, partitions);
    }

    /// Creates a topic on Apache Kafka, unless there is one by this name.
    pub(super) fn try_create_topic(&self, name: &str, partitions: i32) -> bool {
        let created = create(self.bootstrap(), &topic(name, partitions));
        created.iter().all(Result::is_ok)
    }

    /// Creates a topic of one partition that takes no batch of more bytes; the in-process cluster
    /// has no such bound, and must be told to refuse.
    pub(crate) fn create_small_topic(&self, name: &str, bytes: usize) {
        match self {
            Self::InProcess(_) => self.create_topic(name, 1),
            Self::Kafka(bootstrap) => {
                let bytes = bytes.to_string();
                create_on_kafka(bootstrap, &topic(name, 1).set("max.message.bytes", &bytes));
                self.wait_for_topic(name, 1);
            }
        }
    }

    /// Has a topic compacted from now on; the in-process cluster cannot, and must be told to refuse.
    pub(crate) fn compact(&self, topic: &str) {
        let Self::Kafka(bootstrap) = self else {
            return;
        };
        let resource = ResourceSpecifier::Topic(topic);
        let compacted = AlterConfig::new(resource).set("cleanup.policy", "compact");
        let admin = admin(bootstrap);
        let options = AdminOptions::new().operation_timeout(Some(SOON));
        let altered = block_on(async { admin.alter_configs([&compacted], &options).await });
        for result in altered.unwrap() {
            result.unwrap_or_else(|(_, error)| panic!("{topic} was not changed: {error}"));
        }
        until(&format!("{topic} is compacted"), || {
            (self.setting(topic, "cleanup.policy")? == "compact").then_some(())
        });
    }

    /// Creates a topic of one partition with these settings; the in-process cluster has none, and
    /// does not tell any.
    pub(crate) fn create_topic_with(&self, name: &str, settings: &[(&str, &str)]) {
        match self {
            Self::InProcess(_) => self.create_topic(name, 1),
            Self::Kafka(bootstrap) => {
                let settings = settings.iter();
                let topic = settings.fold(topic(name, 1), |topic, (name, value)| {
                    topic.set(name, value)
                });
                create_on_kafka(bootstrap, &topic);
                self.wait_for_topic(name, 1);
            }
        }
    }

    /// Gives a topic of Apache Kafka these settings, and the defaults for all others.
    pub(crate) fn set_topic(&self, name: &str, settings: &[(&str, &str)]) {
        let config = settings.iter().fold(
            AlterConfig::new(ResourceSpecifier::Topic(name)),
            |all, one| all.set(one.0, one.1),
        );
        let admin = admin(self.bootstrap());
        let options = AdminOptions::new();
        let altered = block_on(async { admin.alter_configs([&config], &options).await }).unwrap();
        for result in altered {
            result.unwrap_or_else(|(topic, error)| panic!("{topic:?} was not altered: {error}"));
        }
    }

    /// What Apache Kafka says of a topic's setting.
    pub(crate) fn setting(&self, name: &str, setting: &str) -> Option<String> {
        let admin = admin(self.bootstrap());
        let options = AdminOptions::new();
        let topic = ResourceSpecifier::Topic(name);
        let told = block_on(async { admin.describe_configs([&topic], &options).await }).unwrap();
        told.into_iter()
            .find_map(|one| one.unwrap().get(setting)?.value.clone())
    }

    /// The topics that there are.
    pub(crate) fn topics(&self) -> Vec<String> {
        let client = self.client();
        until("the topics are told", || {
            let metadata = client.fetch_metadata(None, Duration::from_secs(20)).ok()?;
            let topics = metadata.topics().iter();
            Some(topics.map(|one| one.name().to_owned()).collect())
        })
    }

    /// Waits until a topic's partitions are known and have leaders: who is told of a topic that it
    /// was created may still hear from the broker that there is none.
    pub(super) fn wait_for_topic(&self, name: &str, partitions: i32) {
        let client = self.client();
        let want = usize::try_from(partitions).unwrap();
        until(&format!("{name} has {want} partitions"), || {
            let metadata = client
                .fetch_metadata(Some(name), Duration::from_secs(20))
                .ok()?;
            let found = metadata.topics().first()?.partitions();
            (found.len() == want && found.iter().all(|one| one.leader() >= 0)).then_some(())
        });
    }

    /// A consumer without a group, to ask the cluster things.
    pub(crate) fn client(&self) -> BaseConsumer {
        client(self.bootstrap())
    }
}

/// A consumer without a group, to ask a cluster things.
pub(super) fn client(bootstrap: &str) -> BaseConsumer {
    ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .create()
        .unwrap()
}

fn topic(name: &str, partitions: i32) -> NewTopic<'_> {
    NewTopic::new(name, partitions, TopicReplication::Fixed(1))
}

fn admin(bootstrap: &str) -> AdminClient<DefaultClientContext> {
    ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .create()
        .unwrap()
}

fn create_on_kafka(bootstrap: &str, topic: &NewTopic<'_>) {
    for result in create(bootstrap, topic) {
        result.unwrap_or_else(|(topic, error)| panic!("{topic} was not created: {error}"));
    }
}

fn create(bootstrap: &str, topic: &NewTopic<'_>) -> Vec<TopicResult> {
    let admin = admin(bootstrap);
    let options = AdminOptions::new().operation_timeout(Some(SOON));
    block_on(async { admin.create_topics([topic], &options).await }).unwrap()
}

/// Waits for a future on a thread of its own: the caller may stand on a runtime's thread.
pub(super) fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> T {
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(future)
        });
        waiting.join().unwrap()
    })
}

/// A cluster and a group protocol: what a claim about groups must hold on.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) cluster: Arc<Cluster>,
    /// `classic` or `consumer`.
    pub(crate) group_protocol: &'static str,
}

impl Setup {
    /// A fresh in-process cluster, for what has nothing to do with clusters.
    pub(crate) fn in_process() -> Self {
        Self {
            cluster: Arc::new(Cluster::in_process()),
            group_protocol: "consumer",
        }
    }

    /// Whether commits are taken while members join, as Apache Kafka does. The in-process cluster
    /// refuses them for the seconds in which a classic group waits for its members; that nothing
    /// is repeated can there be shown only between two rebalances.
    pub(crate) fn takes_commits_while_joining(&self) -> bool {
        self.cluster.kind() == Kind::Kafka || self.group_protocol == "consumer"
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}, group protocol {}",
            self.cluster.kind(),
            self.group_protocol
        )
    }
}

/// Fresh in-process clusters and, where it can be had, Apache Kafka; each with both protocols.
pub(crate) fn setups() -> Vec<Setup> {
    ["classic", "consumer"]
        .into_iter()
        .flat_map(|group_protocol| {
            [Some(Cluster::in_process()), Cluster::kafka()]
                .into_iter()
                .flatten()
                .map(move |cluster| Setup {
                    cluster: Arc::new(cluster),
                    group_protocol,
                })
        })
        .collect()
}

/// A name that no other topic or group has, on a cluster that is used by many.
pub(crate) fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!(
        "{prefix}-{:x}-{:08x}-{next}",
        std::process::id(),
        fastrand::u32(..)
    )
}
