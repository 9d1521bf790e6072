//! A record, copied once from the consumer's memory and shared by its deliveries.

use std::sync::Arc;

use bytes::Bytes;
use rdkafka::Message;
use rdkafka::message::BorrowedMessage;

use super::header;
use crate::event::Coordinates;

/// A record's own copy: immutable, shared, byte-exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub coordinates: Coordinates,
    /// The producer's or the broker's time, in milliseconds since the epoch.
    pub timestamp: Option<i64>,
    /// The key, as it came.
    pub key: Option<Bytes>,
    /// The value, as it came; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// The headers, in their order, names repeated as they came; a name that is not UTF-8 as
    /// [`header_name`](super::header_name) writes it.
    pub headers: Vec<(String, Option<Bytes>)>,
}

impl Record {
    /// Copies a record out of the consumer's memory.
    #[must_use]
    pub fn copy(topic: &Arc<str>, message: &BorrowedMessage<'_>) -> Self {
        Self {
            coordinates: Coordinates {
                topic: Arc::clone(topic),
                partition: message.partition(),
                offset: message.offset(),
            },
            timestamp: message.timestamp().to_millis(),
            key: message.key().map(Bytes::copy_from_slice),
            value: message.payload().map(Bytes::copy_from_slice),
            headers: message.headers().map(header::copied).unwrap_or_default(),
        }
    }

    /// The first header of this name, as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(key, _)| key == name)?;
        std::str::from_utf8(value.as_ref()?).ok()
    }

    /// Bytes of key, value and headers: what the window counts.
    #[must_use]
    pub fn size(&self) -> usize {
        let header = |(name, value): &(String, Option<Bytes>)| {
            name.len() + value.as_ref().map_or(0, Bytes::len)
        };
        let headers: usize = self.headers.iter().map(header).sum();
        headers
            + self.key.as_ref().map_or(0, Bytes::len)
            + self.value.as_ref().map_or(0, Bytes::len)
    }
}
