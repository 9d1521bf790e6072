//! The topics that must be there before anything starts.

use std::collections::BTreeSet;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::{ClientContext, Statistics};

use super::client::{ClientLog, client_config, describe};
use crate::config::{Config, CreateTopics};
use crate::health::Died;

/// Why the topics are not as they should be.
#[derive(Debug, thiserror::Error)]
pub enum TopicsError {
    /// No broker answered in time.
    #[error(
        "failed to reach Kafka at {servers} within {within:?}: {why}\n    help: check kafka.bootstrap_servers and kafka.security, and that the cluster is up"
    )]
    Unreachable {
        /// The configured servers.
        servers: String,
        /// The time allowed.
        within: Duration,
        /// The client's last word.
        why: String,
    },
    /// Topics are missing, and may not be created.
    #[error("the cluster has no topic {}\n    help: create {}, or set kafka.create_topics to true", .0.join(", "), if .0.len() == 1 { "it" } else { "them" })]
    Missing(Vec<String>),
    /// Topics are missing and could not be created.
    #[error("failed to create topic {topic}: {why}")]
    Create {
        /// The topic.
        topic: String,
        /// What the cluster says.
        why: String,
    },
    /// The client library refuses the settings.
    #[error("failed to make a Kafka client: {}\n    help: check kafka.properties and kafka.security", describe(.0))]
    Client(#[from] KafkaError),
}

/// Every topic that the configuration names.
#[must_use]
pub(super) fn named(config: &Config) -> BTreeSet<String> {
    let sources = config.sources.iter().map(|source| source.topic.clone());
    let tiers = config.retry.tiers.iter().map(|tier| tier.topic.clone());
    sources
        .chain(tiers)
        .chain([config.dead_letter.topic.clone()])
        .collect()
}

/// Compares the configuration's topics with the cluster's, and creates the missing ones if it
/// may. Needs `kafka.start_timeout` at most.
pub async fn ensure_topics(config: &Config) -> Result<(), TopicsError> {
    let known = known_topics(config).await?;
    let missing: Vec<String> = named(config).difference(&known).cloned().collect();
    match config.kafka.create_topics {
        _ if missing.is_empty() => Ok(()),
        None => Err(TopicsError::Missing(missing)),
        Some(create) => create_topics(config, &missing, create).await,
    }
}

async fn known_topics(config: &Config) -> Result<BTreeSet<String>, TopicsError> {
    let log = ClientLog::new("start", Died::default());
    let context = StartContext(log.clone());
    let client = BaseConsumer::from_config_and_context(&client_config(&config.kafka), context)?;
    let within = config.kafka.start_timeout;
    // The call blocks its thread.
    let asked = tokio::task::spawn_blocking(move || {
        let metadata = client
            .fetch_metadata(None, within)
            .inspect_err(|_| hear(&client))?;
        let topics = metadata
            .topics()
            .iter()
            .filter(|topic| topic.error().is_none());
        Ok(topics.map(|topic| topic.name().to_owned()).collect())
    });
    let answer = asked.await.unwrap_or(Err(KafkaError::Canceled));
    answer.map_err(|error: KafkaError| TopicsError::Unreachable {
        servers: config.kafka.bootstrap_servers.join(", "),
        within,
        why: log.last_error().unwrap_or_else(|| error.to_string()),
    })
}

/// Lets the client tell its errors, which say more than that time ran out.
fn hear(client: &BaseConsumer<StartContext>) {
    // An empty answer may stand for a line of the library's own, so it does not end this.
    for _ in 0..100 {
        drop(client.poll(Duration::ZERO));
    }
}

async fn create_topics(
    config: &Config,
    missing: &[String],
    create: CreateTopics,
) -> Result<(), TopicsError> {
    let context = ClientLog::new("start", Died::default());
    let admin = AdminClient::from_config_and_context(&client_config(&config.kafka), context)?;
    let topic = |name| {
        NewTopic::new(
            name,
            create.partitions,
            TopicReplication::Fixed(create.replication),
        )
    };
    let topics: Vec<_> = missing.iter().map(|name| topic(name)).collect();
    let options = AdminOptions::new().operation_timeout(Some(config.kafka.start_timeout));
    for result in admin.create_topics(&topics, &options).await? {
        match result {
            Ok(topic) => tracing::info!(topic, "topic created"),
            // Another member was faster.
            Err((_, rdkafka::types::RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(TopicsError::Create {
                    topic,
                    why: code.to_string(),
                });
            }
        }
    }
    Ok(())
}

/// Keeps the last error for the one message of a start, or of a command, that fails.
pub struct StartContext(ClientLog);

impl StartContext {
    /// The context of a client that asks, and says what is wrong in the end.
    #[must_use]
    pub const fn new(log: ClientLog) -> Self {
        Self(log)
    }
}

impl ClientContext for StartContext {
    fn log(&self, level: rdkafka::config::RDKafkaLogLevel, facility: &str, line: &str) {
        self.0.line(level, facility, line);
    }

    fn stats(&self, _statistics: Statistics) {}

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.keep(&error, reason);
    }
}

impl ConsumerContext for StartContext {}
