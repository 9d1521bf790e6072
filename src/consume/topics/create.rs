//! Topics that are missing are created.

use std::collections::BTreeMap;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

use super::role::Role;
use crate::config::Kafka;
use crate::consume::client::{ClientLog, client_config, describe};
use crate::health::Died;

/// Why topics were not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The cluster does not create these: each with what it says.
    #[error(
        "failed to create topic {}\n    help: may this user create it with these settings? else create it beforehand",
        .0.iter().map(|(topic, code)| format!("{topic}: {code}")).collect::<Vec<_>>().join(", ")
    )]
    Refused(Vec<(String, RDKafkaErrorCode)>),
    /// The cluster cannot be asked.
    #[error("failed to create topics: {}", describe(.0))]
    Kafka(#[from] KafkaError),
}

/// A topic to create.
struct Wanted<'a> {
    topic: &'a str,
    role: Role,
    settings: Vec<(&'static str, String)>,
}

impl Wanted<'_> {
    fn new_topic(&self, kafka: &Kafka) -> Option<NewTopic<'_>> {
        let create = self.role.creation(kafka)?;
        let replication = TopicReplication::Fixed(create.replication);
        let topic = NewTopic::new(self.topic, create.partitions, replication);
        let settings = self.settings.iter();
        Some(settings.fold(topic, |topic, (name, value)| topic.set(name, value)))
    }
}

/// Creates these topics, those of ours with settings that keep what is written to them. Needs
/// `kafka.start_timeout` at most.
pub(super) async fn create(
    kafka: &Kafka,
    missing: &BTreeMap<String, Role>,
) -> Result<(), CreateError> {
    let wanted = missing.iter().map(|(topic, role)| Wanted {
        topic,
        role: *role,
        settings: role.settings(),
    });
    let wanted: Vec<Wanted<'_>> = wanted.collect();
    let topics: Vec<_> = wanted
        .iter()
        .filter_map(|one| one.new_topic(kafka))
        .collect();
    if topics.is_empty() {
        return Ok(());
    }
    let context = ClientLog::new("start", kafka, Died::default());
    let admin = AdminClient::from_config_and_context(&client_config(kafka), context)?;
    let options = AdminOptions::new().operation_timeout(Some(kafka.start_timeout));
    let mut refused = Vec::new();
    for result in admin.create_topics(&topics, &options).await? {
        match result {
            Ok(topic) => tracing::info!(topic, "topic created"),
            // Another member was faster.
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err(failed) => refused.push(failed),
        }
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(CreateError::Refused(refused))
    }
}
