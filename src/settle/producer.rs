//! The one producer. A send is done when the broker says so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use super::headers;
use crate::config::{Config, Kafka};
use crate::consume::{ClientLog, client_config, default_to, describe, with_header};
use crate::health::Died;

/// Sends parked deliveries and dead letters.
pub struct Producer {
    inner: FutureProducer<ClientLog>,
    /// Sends each record in a batch of its own. Most daemons never need it.
    alone: OnceCell<FutureProducer<ClientLog>>,
    kafka: Kafka,
    died: Died,
}

/// The producer could not be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to make the producer: {}", describe(.0))]
pub struct ProducerError(#[from] KafkaError);

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Never in this form: it is too large. What the broker, or the client, says.
    TooLarge(String),
    /// Never in this form, for another reason. What the broker says.
    InThisForm(String),
    /// Not now, since the producer's own queue has no room.
    NoRoom,
    /// Not now. What the client says.
    NotNow(String),
}

impl Refused {
    /// Whether waiting does not mend it, and another form of the record may.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::TooLarge(_) | Self::InThisForm(_))
    }

    /// What was said.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::TooLarge(why) | Self::InThisForm(why) | Self::NotNow(why) => why,
            Self::NoRoom => "the producer's queue is full",
        }
    }
}

/// A record to send: key, value and all headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Where to.
    pub topic: Arc<str>,
    /// The original's key.
    pub key: Option<Bytes>,
    /// The value.
    pub value: Option<Bytes>,
    /// Foreign headers, then ours.
    pub headers: Vec<headers::Header>,
    /// It goes to the partition that follows this one, the first one after the last; by its key
    /// where there is none.
    pub past: Option<i32>,
}

impl Producer {
    /// The producer of this configuration: idempotent, so that a send repeated inside the client
    /// is one record.
    pub fn new(config: &Config, died: Died) -> Result<Self, ProducerError> {
        let kafka = config.kafka.clone();
        let log = ClientLog::new("producer", &kafka, died.clone());
        let inner = producer_config(&kafka).create_with_context(log)?;
        let alone = OnceCell::new();
        Ok(Self {
            inner,
            alone,
            kafka,
            died,
        })
    }

    /// Sends once and waits for the broker's word, some 10 s at most; once more, alone, where it is
    /// refused for good: the broker refuses a batch whole, for one record in it or for its size.
    pub async fn send(&self, parcel: &Parcel) -> Result<(), Refused> {
        let next = parcel.past.map(|past| past.saturating_add(1));
        let sent = self.send_by(&self.inner, parcel, next).await;
        let ended = Some(RDKafkaErrorCode::UnknownPartition);
        match sent {
            Err(error) if next.is_some() && error.rdkafka_error_code() == ended => {
                self.send_to(parcel, Some(0)).await
            }
            sent => self.or_alone(sent, parcel, next).await,
        }
    }

    /// As [`Self::send`], to this partition where one is named.
    pub async fn send_to(&self, parcel: &Parcel, partition: Option<i32>) -> Result<(), Refused> {
        let sent = self.send_by(&self.inner, parcel, partition).await;
        self.or_alone(sent, parcel, partition).await
    }

    async fn or_alone(
        &self,
        sent: Result<(), KafkaError>,
        parcel: &Parcel,
        partition: Option<i32>,
    ) -> Result<(), Refused> {
        let Err(error) = sent else {
            return Ok(());
        };
        let refused = self.refused(&error);
        if !refused.is_final() {
            return Err(refused);
        }
        let alone = self.alone().await?;
        let sent = self.send_by(alone, parcel, partition).await;
        sent.map_err(|error| self.refused(&error))
    }

    async fn send_by(
        &self,
        producer: &FutureProducer<ClientLog>,
        parcel: &Parcel,
        partition: Option<i32>,
    ) -> Result<(), KafkaError> {
        let record = FutureRecord {
            topic: &parcel.topic,
            partition,
            payload: parcel.value.as_deref(),
            key: parcel.key.as_deref(),
            timestamp: None,
            headers: Some(owned(&parcel.headers)),
        };
        let report = producer.send_result::<[u8], [u8]>(record);
        match report.map_err(|(error, _)| error)?.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((error, _))) => Err(error),
            Err(_) => Err(KafkaError::Canceled),
        }
    }

    /// Made when it is first needed, on a thread that may block: it may have certificates to read.
    async fn alone(&self) -> Result<&FutureProducer<ClientLog>, Refused> {
        let make = async || {
            let mut client = producer_config(&self.kafka);
            client.set("batch.num.messages", "1");
            let log = ClientLog::new("producer", &self.kafka, self.died.clone());
            let making = spawn_blocking(move || client.create_with_context(log)).await;
            let made = making.map_err(|error| Refused::NotNow(error.to_string()))?;
            made.map_err(|error| Refused::NotNow(describe(&error)))
        };
        self.alone.get_or_try_init(make).await
    }

    /// Sends what is still queued. Blocks for `deadline` at most.
    pub fn flush(&self, deadline: Duration) {
        let end = Instant::now() + deadline;
        for producer in [Some(&self.inner), self.alone.get()].into_iter().flatten() {
            let left = end.saturating_duration_since(Instant::now());
            if let Err(error) = producer.flush(left) {
                tracing::warn!(error = %error, "the producer was not flushed in time");
            }
        }
    }

    fn refused(&self, error: &KafkaError) -> Refused {
        use RDKafkaErrorCode as Code;
        let why = error.to_string();
        match error.rdkafka_error_code() {
            Some(
                Code::MessageSizeTooLarge | Code::InvalidMessageSize | Code::MessageBatchTooLarge,
            ) => Refused::TooLarge(why),
            // A time stamp that is refused is none of these: our clock must be mended.
            Some(
                Code::InvalidRecord
                | Code::InvalidDifferentRecord
                | Code::InvalidMessage
                | Code::InvalidRequest
                | Code::InvalidConfig
                | Code::PolicyViolation
                | Code::UnsupportedForMessageFormat
                | Code::UnsupportedCompressionType,
            ) => Refused::InThisForm(why),
            Some(Code::QueueFull) => Refused::NoRoom,
            Some(Code::Fatal) => {
                self.died.report("producer", &why);
                Refused::NotNow(why)
            }
            _ if matches!(error, KafkaError::Canceled) => {
                Refused::NotNow("the producer was closed".to_owned())
            }
            _ => Refused::NotNow(why),
        }
    }
}

/// Bytes that a record may have before the client itself refuses it: what a broker takes as one
/// request, `socket.request.max.bytes` (100 MiB), without the room for the request around it. Below it,
/// the broker decides what is too large; what is larger it would not refuse, but hang up on.
const LARGEST: &str = "104726528";
/// KiB that may wait in a producer: the largest record, and some more.
const QUEUE: &str = "131072";

/// The settings of a producer.
#[must_use]
pub fn producer_config(kafka: &Kafka) -> ClientConfig {
    let mut client = client_config(kafka);
    default_to(&mut client, "linger.ms", "2");
    // The broker refuses a batch whole: small ones, so that one large record takes no others
    // with it.
    default_to(&mut client, "batch.size", "65536");
    default_to(&mut client, "message.max.bytes", LARGEST);
    default_to(&mut client, "queue.buffering.max.kbytes", QUEUE);
    // A failed send is repeated by us, for ever: a short time-out shows the failure soon.
    default_to(&mut client, "message.timeout.ms", "10000");
    client.set("enable.idempotence", "true").set("acks", "all");
    client
}

fn owned(headers: &[headers::Header]) -> OwnedHeaders {
    let empty = OwnedHeaders::new_with_capacity(headers.len());
    headers.iter().fold(empty, |owned, (name, value)| {
        with_header(owned, name, value.as_deref())
    })
}
