//! Where a topic begins and ends, asked of the cluster without a group.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::metadata::{Metadata, MetadataPartition, MetadataTopic};
use rdkafka::{Offset, TopicPartitionList};
use tokio::time::Instant;

use super::reader::{ReadError, Reader};
use crate::config::{Config, Kafka};
use crate::consume::{ClientLog, StartContext, TopicsError, client_config, default_to, hear};
use crate::document::nearest;
use crate::health::Died;

/// One question to the cluster, before its last word is looked at.
const ONE_QUESTION: Duration = Duration::from_secs(1);

/// Topics to be read without joining a group.
#[derive(Debug, Clone)]
pub struct Topics {
    client: ClientConfig,
    kafka: Arc<Kafka>,
}

/// What is kept of a topic now: partition → the first offset, and the one after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The topic.
    pub topic: Arc<str>,
    /// Its partitions.
    pub partitions: BTreeMap<i32, Range<i64>>,
}

impl Extent {
    /// Offsets between the ends: as many records at most.
    #[must_use]
    pub fn records(&self) -> u64 {
        let records = |range: &Range<i64>| range.end.saturating_sub(range.start);
        let counts = self.partitions.values().map(records);
        counts.map(|count| u64::try_from(count).unwrap_or(0)).sum()
    }

    /// Without what stands before these offsets.
    #[must_use]
    pub fn from(mut self, offsets: &BTreeMap<i32, i64>) -> Self {
        for (partition, range) in &mut self.partitions {
            if let Some(first) = offsets.get(partition) {
                range.start = range.start.max(*first);
            }
        }
        self
    }

    /// One partition alone.
    #[must_use]
    pub fn only(mut self, partition: i32) -> Self {
        self.partitions.retain(|one, _| *one == partition);
        self
    }
}

impl Topics {
    /// The topics of this configuration's cluster.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let mut client = client_config(&config.kafka);
        // The library wants a group where offsets are asked for. It is never joined.
        client
            .set("group.id", config.kafka.retry_group())
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            // A transaction's marks leave gaps at the end that no record fills.
            .set("enable.partition.eof", "true");
        default_to(&mut client, "queued.min.messages", "1000");
        default_to(&mut client, "queued.max.messages.kbytes", "16384");
        Self {
            client,
            kafka: Arc::new(config.kafka.clone()),
        }
    }

    /// What is kept of a topic now. Needs `kafka.start_timeout` at most for each answer; wrong
    /// credentials are told at once.
    ///
    /// # Errors
    /// The cluster cannot be reached or does not let us in, or has no such topic.
    pub async fn extent(&self, topic: &str) -> Result<Extent, ReadError> {
        let topic: Arc<str> = topic.into();
        self.ask(move |asked| {
            let metadata = asked.until(|client| client.fetch_metadata(None, ONE_QUESTION))?;
            let mut partitions = BTreeMap::new();
            for partition in numbers(&metadata, &topic)? {
                let ends = |client: &BaseConsumer<StartContext>| {
                    client.fetch_watermarks(&topic, partition, ONE_QUESTION)
                };
                let (low, high) = asked.until(ends)?;
                partitions.insert(partition, low..high);
            }
            Ok(Extent { topic, partitions })
        })
        .await
    }

    /// Partition → the offset that the group of the retry topics reads next, where it has
    /// committed one.
    ///
    /// # Errors
    /// The cluster does not say.
    pub async fn committed(&self, extent: &Extent) -> Result<BTreeMap<i32, i64>, ReadError> {
        let topic = Arc::clone(&extent.topic);
        let partitions: Vec<i32> = extent.partitions.keys().copied().collect();
        self.ask(move |asked| {
            asked.until(|client| {
                // Copied out at once: a list that outlives its consumer makes the drop wait.
                let mut list = TopicPartitionList::with_capacity(partitions.len());
                for partition in &partitions {
                    list.add_partition(&topic, *partition);
                }
                if list.count() == 0 {
                    return Ok(BTreeMap::new());
                }
                let answered = client.committed_offsets(list, ONE_QUESTION)?;
                let next = answered.elements().into_iter().filter_map(|one| {
                    let Offset::Offset(next) = one.offset() else {
                        return None;
                    };
                    Some((one.partition(), next))
                });
                Ok(next.collect())
            })
        })
        .await
    }

    /// Reads what an extent says, in a thread of its own.
    ///
    /// # Errors
    /// The client library refuses the settings.
    pub fn read(&self, extent: &Extent) -> Result<Reader, ReadError> {
        Reader::start(&self.client, &self.kafka, extent)
    }

    /// Asks in a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Asked) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let log = ClientLog::new("command", &self.kafka, Died::default());
        let context = StartContext::new(log.clone());
        let client = BaseConsumer::from_config_and_context(&self.client, context)
            .map_err(TopicsError::Client)?;
        let kafka = Arc::clone(&self.kafka);
        let asking = move || {
            let until = Instant::now() + kafka.start_timeout;
            question(&Asked {
                client,
                log,
                kafka,
                until,
            })
        };
        let answered = tokio::task::spawn_blocking(asking).await;
        answered.unwrap_or_else(|_| Err(ReadError::Ended))
    }
}

/// A client that is asked, and what it says when there is no answer.
struct Asked {
    client: BaseConsumer<StartContext>,
    log: ClientLog,
    kafka: Arc<Kafka>,
    until: Instant,
}

impl Asked {
    /// Asks until there is an answer, or none is to be expected.
    fn until<T>(
        &self,
        question: impl Fn(&BaseConsumer<StartContext>) -> Result<T, KafkaError>,
    ) -> Result<T, ReadError> {
        loop {
            // Before asking as well, since a token is fetched by it.
            hear(&self.client);
            let error = match question(&self.client) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            hear(&self.client);
            if self.log.is_refused() || Instant::now() >= self.until {
                let failed = TopicsError::failed(&self.kafka, &self.log, &error);
                return Err(ReadError::Topics(failed));
            }
        }
    }
}

fn numbers(metadata: &Metadata, name: &str) -> Result<Vec<i32>, ReadError> {
    let found = metadata
        .topics()
        .iter()
        .find(|topic| topic.name() == name && topic.error().is_none());
    let numbers = found.map(|topic| topic.partitions().iter().map(MetadataPartition::id));
    if let Some(numbers) = numbers.filter(|numbers| numbers.len() > 0) {
        return Ok(numbers.collect());
    }
    let names: Vec<&str> = metadata.topics().iter().map(MetadataTopic::name).collect();
    let near = nearest(name, &names).filter(|near| *near != name);
    Err(ReadError::NoTopic {
        topic: name.to_owned(),
        help: near.map_or_else(
            || "check its name, and that this user may see it".to_owned(),
            |near| format!("did you mean {near}? Else check that this user may see it"),
        ),
    })
}
