//! A record of the dead-letter topic, or of a retry topic, as a person wants to know it.

use std::sync::Arc;

use crate::consume::Record;
use crate::event::{Coordinates, EventKind};
use crate::settle::headers::{self, HeaderError};
use crate::settle::marker::{self, Marker};

/// What a record of the dead-letter topic is.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A dead letter.
    Letter(Letter),
    /// A marker, which settles a dead letter before it.
    Marker(Marker),
    /// Nothing that we wrote, or nothing that this release can read; and why.
    Unreadable(Record, HeaderError),
}

impl Entry {
    /// Reads a record of the dead-letter topic.
    #[must_use]
    pub fn of(record: Record) -> Self {
        if marker::is_marker(&record) {
            return match marker::read(&record) {
                Ok(marker) => Self::Marker(marker),
                Err(error) => Self::Unreadable(record, error),
            };
        }
        let read = Letter::read(&record).and_then(|origin| {
            headers::required(&record, "stage")?;
            headers::required(&record, "reason")?;
            Ok(origin)
        });
        match read {
            Ok(origin) => Self::Letter(Letter::new(record, origin)),
            Err(error) => Self::Unreadable(record, error),
        }
    }
}

/// A dead letter, or a parked delivery: a record with our headers.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The record, its value and all its headers.
    pub record: Arc<Record>,
    /// Where its event came from.
    pub origin: Coordinates,
}

impl Letter {
    /// A record of a retry topic.
    ///
    /// # Errors
    /// Our headers are missing, or are those of a release that this one does not know.
    pub fn of_parked(record: Record) -> Result<Self, HeaderError> {
        let origin = Self::read(&record)?;
        Ok(Self::new(record, origin))
    }

    fn new(record: Record, origin: Coordinates) -> Self {
        Self {
            record: Arc::new(record),
            origin,
        }
    }

    fn read(record: &Record) -> Result<Coordinates, HeaderError> {
        headers::known_version(record)?;
        Ok(Coordinates {
            topic: headers::required(record, "topic")?.into(),
            partition: headers::number(record, "partition")?,
            offset: headers::number(record, "offset")?,
        })
    }

    /// Where the record itself stands.
    #[must_use]
    pub fn at(&self) -> &Coordinates {
        &self.record.coordinates
    }

    /// The text of a header of ours, by its name without the prefix.
    #[must_use]
    pub fn own(&self, name: &'static str) -> Option<&str> {
        headers::required(&self.record, name).ok()
    }

    /// The number that a header of ours holds, such as a count, or an instant in milliseconds
    /// since the epoch.
    #[must_use]
    pub fn number(&self, name: &'static str) -> Option<i64> {
        headers::number(&self.record, name).ok()
    }

    /// The delivery's id, where there was a delivery.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.own("id")
    }

    /// What the event is.
    #[must_use]
    pub fn kind(&self) -> Option<EventKind> {
        self.own("kind").and_then(EventKind::parse)
    }

    /// The status of the last answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        headers::number(&self.record, "status").ok()
    }

    /// How often it was put back from the dead-letter topic before.
    #[must_use]
    pub fn redriven(&self) -> u32 {
        headers::number(&self.record, "redriven").unwrap_or(0)
    }
}
