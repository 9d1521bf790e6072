//! A topic's records, one after the other, from one end to the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Message, Offset, TopicPartitionList};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::topics::Extent;
use crate::config::Kafka;
use crate::consume::{ClientLog, Record, StartContext, TopicsError};
use crate::health::Died;

/// Records between the thread that reads and whoever wants them.
const AHEAD: usize = 16;
/// Without a record for so long, reading has failed.
const QUIET: Duration = Duration::from_secs(20);
/// How long the client waits for a record before it looks around.
const ONE_POLL: Duration = Duration::from_millis(100);

/// Why a topic could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The cluster is not there, or does not let us in.
    #[error(transparent)]
    Topics(#[from] TopicsError),
    /// The topic is not there.
    #[error("the cluster has no topic {topic}\n    help: {help}")]
    NoTopic {
        /// The topic.
        topic: String,
        /// What may be done.
        help: String,
    },
    /// The cluster stopped answering, or does not let us read.
    #[error("failed to read the topic {topic}: {why}")]
    Failed {
        /// The topic.
        topic: String,
        /// The client's last word.
        why: String,
    },
    /// A defect of ours, or the process ends.
    #[error("reading ended before the topic did")]
    Ended,
}

/// A topic that is being read. Dropping it ends that.
#[derive(Debug)]
pub struct Reader {
    records: mpsc::Receiver<Result<Record, ReadError>>,
    total: u64,
}

impl Reader {
    pub(super) fn start(
        client: &ClientConfig,
        kafka: &Kafka,
        extent: &Extent,
    ) -> Result<Self, ReadError> {
        let (sender, records) = mpsc::channel(AHEAD);
        let log = ClientLog::new("command", kafka, Died::default());
        let context = StartContext::new(log.clone());
        let client =
            BaseConsumer::from_config_and_context(client, context).map_err(TopicsError::Client)?;
        let reading = Reading {
            client,
            log,
            open: open(extent),
            topic: Arc::clone(&extent.topic),
        };
        // Nobody waits for it: a client whose brokers are gone may never close.
        let started = thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || reading.run(&sender));
        let total = extent.records();
        match started {
            Ok(_detached) => Ok(Self { records, total }),
            Err(error) => Err(ReadError::Failed {
                topic: extent.topic.to_string(),
                why: error.to_string(),
            }),
        }
    }

    /// The next record; nothing at the end of the topic.
    ///
    /// # Errors
    /// The cluster stopped answering, or does not let us read. It is the last that comes.
    pub async fn next(&mut self) -> Result<Option<Record>, ReadError> {
        self.records.recv().await.transpose()
    }

    /// As many records will come at most.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }
}

/// Partition → the first offset to read, and the one after the last.
fn open(extent: &Extent) -> BTreeMap<i32, (i64, i64)> {
    let ends = extent.partitions.iter();
    let ends = ends.map(|(partition, range)| (*partition, (range.start, range.end)));
    ends.filter(|(_, (first, end))| first < end).collect()
}

struct Reading {
    client: BaseConsumer<StartContext>,
    log: ClientLog,
    topic: Arc<str>,
    /// What is still to be read.
    open: BTreeMap<i32, (i64, i64)>,
}

impl Reading {
    fn run(mut self, to: &mpsc::Sender<Result<Record, ReadError>>) {
        let ended = match self.assign() {
            Ok(()) => self.forward(to),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = ended {
            let topic = self.topic.to_string();
            // Nobody listens: then nobody wants to know.
            let _unheard = to.blocking_send(Err(ReadError::Failed { topic, why }));
        }
    }

    fn assign(&self) -> Result<(), KafkaError> {
        // The list must be gone before the consumer is.
        let mut list = TopicPartitionList::with_capacity(self.open.len());
        for (partition, (first, _)) in &self.open {
            list.add_partition_offset(&self.topic, *partition, Offset::Offset(*first))?;
        }
        self.client.assign(&list)
    }

    fn forward(&mut self, to: &mpsc::Sender<Result<Record, ReadError>>) -> Result<(), String> {
        let mut heard = Instant::now();
        while !self.open.is_empty() && !to.is_closed() {
            let polled = self.client.poll(ONE_POLL);
            let message = match polled {
                Some(Ok(message)) => message,
                Some(Err(error)) => {
                    self.failed(&error)?;
                    continue;
                }
                None if self.log.is_refused() || heard.elapsed() > QUIET => {
                    let last = self.log.last_word().map(|last| last.text);
                    return Err(last.unwrap_or_else(|| format!("nothing came for {QUIET:?}")));
                }
                None => continue,
            };
            heard = Instant::now();
            let (partition, offset) = (message.partition(), message.offset());
            let Some((_, end)) = self.open.get(&partition).copied() else {
                continue;
            };
            if offset < end
                && to
                    .blocking_send(Ok(Record::copy(&self.topic, &message)))
                    .is_err()
            {
                return Ok(());
            }
            if offset + 1 >= end {
                self.open.remove(&partition);
            }
        }
        Ok(())
    }

    /// What ends a partition, or all. The client mends the rest by itself.
    fn failed(&mut self, error: &KafkaError) -> Result<(), String> {
        if let KafkaError::PartitionEOF(partition) = error {
            self.open.remove(partition);
            return Ok(());
        }
        match error.rdkafka_error_code() {
            Some(
                RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::Fatal,
            ) => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}
