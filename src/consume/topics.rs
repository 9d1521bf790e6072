//! The topics that must be there before anything starts.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::OAuthToken;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::{ClientContext, Statistics};

use super::client::{ClientLog, client_config, describe};
use super::trouble::Trouble;
use crate::config::{Config, CreateTopics, Kafka};
use crate::health::Died;

/// How long the first answer may take before what the client reports is looked at; doubled each
/// time.
pub(super) const FIRST_LOOK: Duration = Duration::from_secs(1);

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
    /// The cluster does not let us in, or we do not trust it.
    #[error("failed to connect to Kafka at {servers}: {}: {why}\n    help: {}", trouble.what(), trouble.look_at())]
    Refused {
        /// The configured servers.
        servers: String,
        /// What is to be mended.
        trouble: Trouble,
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
    let log = ClientLog::new("start", &config.kafka, Died::default());
    let context = StartContext(log.clone());
    let client = BaseConsumer::from_config_and_context(&client_config(&config.kafka), context)?;
    let within = config.kafka.start_timeout;
    // The calls block their thread.
    let asked = tokio::task::spawn_blocking(move || ask(&client, within));
    let answer = asked.await.unwrap_or(Err(KafkaError::Canceled));
    answer.map_err(|error| TopicsError::failed(&config.kafka, &log, &error))
}

impl TopicsError {
    /// Why there was no answer from this cluster: what the client said last says more than its
    /// error.
    #[must_use]
    pub fn failed(kafka: &Kafka, log: &ClientLog, error: &KafkaError) -> Self {
        let servers = kafka.bootstrap_servers.join(", ");
        let last = log.last_word();
        let trouble = last.as_ref().and_then(|last| last.trouble);
        let why = last.map_or_else(|| error.to_string(), |last| last.text);
        match trouble {
            Some(trouble) => Self::Refused {
                servers,
                trouble,
                why,
            },
            None => Self::Unreachable {
                servers,
                within: kafka.start_timeout,
                why,
            },
        }
    }
}

/// Asks for the topics until they are told, the time is over, or the cluster has refused us: that
/// does not mend itself, and whoever waits should know soon.
fn ask(
    client: &BaseConsumer<StartContext>,
    within: Duration,
) -> Result<BTreeSet<String>, KafkaError> {
    let end = Instant::now() + within;
    let mut patience = FIRST_LOOK;
    for look in 1.. {
        // Before asking as well, since a token is fetched by it.
        hear(client);
        let left = end.saturating_duration_since(Instant::now());
        match client.fetch_metadata(None, patience.min(left)) {
            Ok(metadata) => {
                let topics = metadata.topics().iter();
                let known = topics.filter(|topic| topic.error().is_none());
                return Ok(known.map(|topic| topic.name().to_owned()).collect());
            }
            Err(error) => {
                hear(client);
                let last = client.context().0.last_word();
                let enough = match last.and_then(|last| last.trouble) {
                    Some(trouble) if trouble.is_certain() => look >= 2,
                    Some(_) => look >= 3,
                    None => false,
                };
                if enough || Instant::now() >= end {
                    return Err(error);
                }
            }
        }
        patience = patience.saturating_mul(2);
    }
    Err(KafkaError::Canceled)
}

/// Lets the client tell its errors, which say more than that time ran out, and fetch its token.
pub fn hear(client: &BaseConsumer<StartContext>) {
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
    let context = ClientLog::new("start", &config.kafka, Died::default());
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
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.0.tokens().fetch()
    }

    fn log(&self, level: rdkafka::config::RDKafkaLogLevel, facility: &str, line: &str) {
        self.0.line(level, facility, line);
    }

    fn stats(&self, _statistics: Statistics) {}

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.keep(&error, reason);
    }
}

impl ConsumerContext for StartContext {}
