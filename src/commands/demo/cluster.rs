//! The demo's Kafka: librdkafka's cluster inside this process.

use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaResult;
use rdkafka::message::{Headers, Message};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{DefaultProducerContext, FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};

use super::samples::Sample;

/// The topics of `config/demo.yaml`, and their partitions.
const TOPICS: [(&str, i32); 4] = [
    (EVENTS, 4),
    ("demo.retry.2s", 2),
    ("demo.retry.10s", 2),
    (DEAD_LETTERS, 1),
];
/// Where the events go.
pub(super) const EVENTS: &str = "demo.events";
/// Where the dead letters are.
pub(super) const DEAD_LETTERS: &str = "demo.dead-letter";

/// The in-process cluster.
pub(super) struct Cluster(MockCluster<'static, DefaultProducerContext>);

/// A dead letter, as its headers tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    /// Where the record stood.
    pub at: String,
    /// Stage and reason.
    pub why: String,
    /// The workflow, if it was a delivery.
    pub workflow: String,
}

impl Cluster {
    /// One broker, with the demo's topics.
    pub(super) fn start() -> KafkaResult<Self> {
        let cluster = MockCluster::new(1)?;
        for (topic, partitions) in TOPICS {
            cluster.create_topic(topic, partitions, 1)?;
        }
        Ok(Self(cluster))
    }

    /// Where it listens.
    #[must_use]
    pub(super) fn bootstrap_servers(&self) -> String {
        self.0.bootstrap_servers()
    }
}

/// Produces the samples, and waits for each acknowledgement.
pub(super) async fn produce(servers: &str, samples: &[Sample]) -> KafkaResult<()> {
    let mut config = ClientConfig::new();
    let producer: FutureProducer = config.set("bootstrap.servers", servers).create()?;
    for (key, sample) in (0_u32..).zip(samples) {
        let key = key.to_be_bytes();
        let record = FutureRecord::to(EVENTS).key(&key).payload(&sample.value);
        producer
            .send(record, Duration::from_secs(5))
            .await
            .map_err(|(error, _)| error)?;
    }
    Ok(())
}

/// Reads the dead-letter topic until `expected` came or the time is up. Blocks.
pub(super) fn read_dead_letters(servers: &str, expected: u64) -> KafkaResult<Vec<Letter>> {
    let mut config = ClientConfig::new();
    let consumer: BaseConsumer = config
        .set("bootstrap.servers", servers)
        .set("group.id", "demo-reader")
        .create()?;
    {
        // The list must not outlive this block: alive at the consumer's end, it blocks it.
        let mut from = TopicPartitionList::new();
        from.add_partition_offset(DEAD_LETTERS, 0, Offset::Beginning)?;
        consumer.assign(&from)?;
    }
    let mut letters = Vec::new();
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while (letters.len() as u64) < expected && std::time::Instant::now() < until {
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
            letters.push(letter(&message));
        }
    }
    consumer.unassign()?;
    Ok(letters)
}

fn letter(message: &impl Message) -> Letter {
    let header = |name: &str| {
        let all = message.headers().into_iter().flat_map(Headers::iter);
        let value = all
            .filter(|header| header.key == name)
            .find_map(|header| header.value);
        String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
    };
    Letter {
        at: ["topic", "partition", "offset"]
            .map(|part| header(&format!("firebell-{part}")))
            .join("/"),
        why: ["stage", "reason"]
            .map(|part| header(&format!("firebell-{part}")))
            .join(": "),
        workflow: header("firebell-workflow"),
    }
}
