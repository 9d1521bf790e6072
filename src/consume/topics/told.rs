//! The settings of topics, as the cluster tells them.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::admin::{
    AdminClient, AdminOptions, ConfigResource, OwnedResourceSpecifier, ResourceSpecifier,
};
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::error::KafkaError;
use rdkafka::metadata::MetadataBroker;

use super::fit::Settings;
use crate::config::{Kafka, Sasl, Security};
use crate::consume::client::{client_config, describe};

/// One answer: a cluster that does not know the question gives none, and delays the start for so
/// long. One that is slower is asked again at the next look.
const ANSWER: Duration = Duration::from_secs(3);

/// The settings of each topic that the cluster tells them of; of the others, why not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ToldSettings {
    /// Topic → its settings.
    pub(super) settings: BTreeMap<String, Settings>,
    /// Why the settings of other topics are not known; none where all are.
    pub(super) untold: Option<String>,
}

/// Asks for the settings of these topics. Needs 6 s at most.
pub(super) async fn ask(kafka: &Kafka, topics: Vec<String>) -> ToldSettings {
    let untold = |why: String| ToldSettings {
        untold: Some(why),
        ..ToldSettings::default()
    };
    if topics.is_empty() {
        return ToldSettings::default();
    }
    if wants_tokens(&kafka.security) {
        return untold("the Kafka client cannot ask with OAUTHBEARER".to_owned());
    }
    let (config, runtime) = (client_config(kafka), tokio::runtime::Handle::current());
    // The client is closed on the thread that it is made on, which that may block.
    let asked = tokio::task::spawn_blocking(move || {
        let client = AdminClient::from_config_and_context(&config, Quiet)?;
        let named = topics.iter().map(|topic| ResourceSpecifier::Topic(topic));
        let named: Vec<_> = named.collect();
        let first = topics.first().map(String::as_str);
        let metadata = client.inner().fetch_metadata(first, ANSWER)?;
        // Any broker knows them: no question waits for a controller that is away. The one that
        // answered has no number yet where it was asked by an address of the configuration.
        let known = metadata.brokers().first().map(MetadataBroker::id);
        let broker = Some(metadata.orig_broker_id())
            .filter(|id| *id >= 0)
            .or(known);
        let options = AdminOptions::new()
            .request_timeout(Some(ANSWER))
            .broker_id(broker);
        let answered = runtime.block_on(client.describe_configs(&named, &options))?;
        Ok::<_, KafkaError>(told(answered.into_iter().flatten(), &topics))
    });
    match asked.await {
        Ok(Ok(told)) => told,
        Ok(Err(error)) => untold(describe(&error)),
        Err(_) => untold("it was cut off".to_owned()),
    }
}

/// The library's client for that serves no events, and a token is asked for by one.
const fn wants_tokens(security: &Security) -> bool {
    matches!(
        security,
        Security::SaslTls(_, Sasl::OauthBearer(_)) | Security::SaslPlaintext(Sasl::OauthBearer(_))
    )
}

fn told(answered: impl Iterator<Item = ConfigResource>, topics: &[String]) -> ToldSettings {
    let mut settings = BTreeMap::new();
    for resource in answered {
        // The binding drops a topic's own error: it is told without settings.
        if let OwnedResourceSpecifier::Topic(topic) = resource.specifier
            && !resource.entries.is_empty()
        {
            let entries = resource.entries.into_iter();
            let values = entries.filter_map(|one| Some((one.name, one.value?)));
            settings.insert(topic, values.collect());
        }
    }
    let missing: Vec<&str> = topics
        .iter()
        .filter(|topic| !settings.contains_key(*topic))
        .map(String::as_str)
        .collect();
    let untold = (!missing.is_empty()).then(|| {
        let topics = missing.join(", ");
        format!("may this user describe the configuration of {topics}?")
    });
    ToldSettings { settings, untold }
}

/// Says nothing: that a cluster is away is told by those who read and write.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _line: &str) {}

    fn error(&self, _error: KafkaError, _reason: &str) {}
}
