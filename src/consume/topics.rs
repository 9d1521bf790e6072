//! The topics that must be there before anything starts.

mod create;
mod fit;
mod missing;
mod role;
mod told;
mod unfit;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::client::OAuthToken;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::{ClientContext, Statistics};
use tokio_util::sync::CancellationToken;

use super::client::{ClientLog, client_config, describe};
use super::trouble::Trouble;
use crate::config::{Config, Kafka};
use crate::health::{Died, Health, Reporter, Watch};

pub use create::CreateError;
use missing::MissingTopic;
use role::Role;
use unfit::{Severity, Unfit};
use watch::SettingsWatch;

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
    /// Topics are missing and may not be created, or do not keep what is written to them: each
    /// as it is told, with what mends it.
    #[error("{}", .0.join("\n"))]
    Wrong(Vec<String>),
    /// Topics are missing and could not be created: each with what the cluster says.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The client library refuses the settings.
    #[error("failed to make a Kafka client: {}\n    help: check kafka.properties and kafka.security", describe(.0))]
    Client(#[from] KafkaError),
}

/// The configuration's topics, as the cluster has them.
#[derive(Debug, Clone, Default)]
pub struct Topics {
    /// Those that are missing and are to be created.
    missing: BTreeMap<String, Role>,
    /// What is no reason to refuse them, each as it is told.
    warnings: Vec<String>,
    /// Why some settings are not known.
    untold: Option<String>,
}

impl Topics {
    /// The topics that a start creates.
    pub fn to_create(&self) -> impl Iterator<Item = &str> {
        self.missing.keys().map(String::as_str)
    }

    /// Why the settings of some topics are not known, and so not checked.
    #[must_use]
    pub fn untold(&self) -> Option<&str> {
        self.untold.as_deref()
    }

    /// What is no reason to refuse the topics, each as it is told.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Every topic that the configuration names, and what it is for.
#[must_use]
fn named(config: &Config) -> BTreeMap<String, Role> {
    let sources = config.sources.iter();
    let sources = sources.map(|source| (source.topic.clone(), Role::Source));
    let tiers = config.retry.tiers.iter();
    let tiers = tiers.map(|tier| (tier.topic.clone(), Role::Retry(tier.delay)));
    let letters = (config.dead_letter.topic.clone(), Role::DeadLetter);
    sources.chain(tiers).chain([letters]).collect()
}

/// Compares the configuration's topics with the cluster's, and changes nothing. Needs
/// `kafka.start_timeout` at most, and 6 s for the settings; of a cluster that does not tell these
/// it is said that they are not checked.
///
/// # Errors
/// The cluster does not answer, or the topics are not as they should be: all that is wrong with
/// them at once.
pub async fn look_at_topics(config: &Config) -> Result<Topics, TopicsError> {
    let known = known_topics(config).await?;
    let (present, missing): (BTreeMap<_, _>, BTreeMap<_, _>) = named(config)
        .into_iter()
        .partition(|(topic, _)| known.contains(topic));
    let told = told::ask(&config.kafka, present.keys().cloned().collect()).await;
    let refused = missing
        .iter()
        .filter(|(_, role)| role.creation(&config.kafka).is_none())
        .map(|(topic, role)| MissingTopic::new(topic, *role, &known).to_string());
    let (unfit, warned): (Vec<_>, Vec<_>) = fit::judge(&present, &told.settings)
        .into_iter()
        .partition(|one| one.severity == Severity::Refused);
    let servers = config.kafka.bootstrap_servers.join(",");
    let shown = |unfit: Vec<Unfit>| unfit.into_iter().map(|one| one.told(&servers));
    let wrong: Vec<String> = refused.chain(shown(unfit)).collect();
    if !wrong.is_empty() {
        return Err(TopicsError::Wrong(wrong));
    }
    let untold = told.untold.map(|why| {
        format!("the cluster does not tell the settings of topics, so they are not checked: {why}")
    });
    Ok(Topics {
        missing,
        warnings: shown(warned).collect(),
        untold,
    })
}

/// Looks at the topics, and creates the missing ones that it may. Nothing is created when something
/// else is wrong. Needs `kafka.start_timeout` at most for each answer.
///
/// # Errors
/// The cluster does not answer, the topics are not as they should be, or one cannot be created.
pub async fn ensure_topics(config: &Config) -> Result<(), TopicsError> {
    let topics = look_at_topics(config).await?;
    for warning in topics.warnings().iter().chain(&topics.untold) {
        tracing::warn!("{warning}");
    }
    Ok(create::create(&config.kafka, &topics.missing).await?)
}

/// Looks at the settings of topics again each `kafka.topics_interval`, until the end: while one
/// does not keep what is written to it, the daemon is not ready.
pub async fn watch_topics(config: &Config, health: &Health, watch: Watch, end: CancellationToken) {
    let settings = Arc::new(SettingsWatch::new(config.kafka.clone(), named(config)));
    health.hear(Arc::clone(&settings) as Arc<dyn Reporter>);
    end.run_until_cancelled(settings.run(config.kafka.topics_interval))
        .await;
    watch.end();
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
