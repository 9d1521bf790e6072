//! The one producer. A send is done when the broker says so.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};

use super::headers;
use crate::config::Config;
use crate::consume::{ClientLog, client_config, default_to, describe, with_header};
use crate::health::Died;

/// Sends parked deliveries and dead letters.
pub struct Producer {
    inner: FutureProducer<ClientLog>,
    died: Died,
}

/// The producer could not be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to make the producer: {}", describe(.0))]
pub struct ProducerError(#[from] KafkaError);

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Never in this form.
    TooLarge,
    /// Not now.
    NotNow(String),
}

/// A record to send: key, value and all headers.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Where to.
    pub topic: Arc<str>,
    /// The original's key.
    pub key: Option<Bytes>,
    /// The value.
    pub value: Option<Bytes>,
    /// Foreign headers, then ours.
    pub headers: Vec<headers::Header>,
}

impl Producer {
    /// The producer of this configuration: idempotent, so that a send repeated inside the client
    /// is one record.
    pub fn new(config: &Config, died: Died) -> Result<Self, ProducerError> {
        let mut client = client_config(&config.kafka);
        default_to(&mut client, "linger.ms", "2");
        // Room for our headers beside the largest value that is let in.
        // The broker refuses a batch whole: small ones, so that one large record takes no others
        // with it.
        default_to(&mut client, "batch.size", "65536");
        let largest = config.decode.max_bytes + HEADROOM;
        default_to(&mut client, "message.max.bytes", &largest.to_string());
        // A failed send is repeated by us, for ever: a short time-out shows the failure soon.
        default_to(&mut client, "message.timeout.ms", "10000");
        client.set("enable.idempotence", "true").set("acks", "all");
        let inner =
            client.create_with_context(ClientLog::new("producer", &config.kafka, died.clone()))?;
        Ok(Self { inner, died })
    }

    /// Sends once and waits for the broker's word, some 10 s at most.
    pub async fn send(&self, parcel: &Parcel) -> Result<(), Refused> {
        self.send_to(parcel, None).await
    }

    /// Sends once, to this partition where one is named, and waits for the broker's word, some
    /// 10 s at most.
    pub async fn send_to(&self, parcel: &Parcel, partition: Option<i32>) -> Result<(), Refused> {
        let record = FutureRecord {
            topic: &parcel.topic,
            partition,
            payload: parcel.value.as_deref(),
            key: parcel.key.as_deref(),
            timestamp: None,
            headers: Some(owned(&parcel.headers)),
        };
        let report = match self.inner.send_result::<[u8], [u8]>(record) {
            Ok(report) => report,
            Err((error, _)) => return Err(self.refused(&error)),
        };
        match report.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((error, _))) => Err(self.refused(&error)),
            Err(_) => Err(Refused::NotNow("the producer was closed".to_owned())),
        }
    }

    /// Sends what is still queued. Blocks for `deadline` at most.
    pub fn flush(&self, deadline: Duration) {
        if let Err(error) = self.inner.flush(deadline) {
            tracing::warn!(error = %error, "the producer was not flushed in time");
        }
    }

    fn refused(&self, error: &KafkaError) -> Refused {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessageSize) => {
                Refused::TooLarge
            }
            Some(RDKafkaErrorCode::Fatal) => {
                self.died.report("producer", &error.to_string());
                Refused::NotNow(error.to_string())
            }
            _ => Refused::NotNow(error.to_string()),
        }
    }
}

/// Bytes for headers beside the value.
const HEADROOM: usize = 128 * 1024;

fn owned(headers: &[headers::Header]) -> OwnedHeaders {
    let empty = OwnedHeaders::new_with_capacity(headers.len());
    headers.iter().fold(empty, |owned, (name, value)| {
        with_header(owned, name, value.as_deref())
    })
}
