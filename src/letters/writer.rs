//! The two records of a redrive, in their order: the delivery, then the marker.

use std::sync::Arc;

use bytes::Bytes;

use super::{Letter, Redrive};
use crate::config::Config;
use crate::health::Died;
use crate::settle::marker::{self, Marker, Settling};
use crate::settle::{Parcel, Producer, ProducerError, Refused, headers, keyed, original_key};

/// Tries to send a record, some ten seconds each.
const TRIES: u32 = 3;

/// Writes to the first retry topic and to the dead-letter topic.
pub struct Writer {
    producer: Producer,
    tier: Arc<str>,
    dead_letters: Arc<str>,
}

impl Writer {
    /// A writer for this configuration.
    ///
    /// # Errors
    /// The client library refuses the settings.
    pub fn new(config: &Config) -> Result<Self, ProducerError> {
        let tier = config.retry.tiers.first();
        Ok(Self {
            producer: Producer::new(config, Died::default())?,
            tier: tier.map_or("", |tier| tier.topic.as_str()).into(),
            dead_letters: config.dead_letter.topic.as_str().into(),
        })
    }

    /// Puts a delivery back into the first retry topic. Returns when the broker has acknowledged
    /// it.
    ///
    /// # Errors
    /// The broker does not take it, in this form or now.
    pub async fn put_back(&self, redrive: &Redrive) -> Result<(), Refused> {
        let Redrive { letter, parked } = redrive;
        let delivery = parked.delivery(&letter.record);
        let from = marker::redriven_from(&letter.record, letter.id().unwrap_or_default());
        let parcel = Parcel {
            topic: Arc::clone(&self.tier),
            key: original_key(&letter.record).cloned(),
            value: letter.record.value.clone(),
            headers: headers::foreign(&letter.record)
                .chain(headers::parked(&delivery, parked.due))
                .chain([from])
                .collect(),
            past: None,
        };
        self.send(&parcel, None).await
    }

    /// Says that a dead letter was redriven, now (milliseconds since the epoch).
    ///
    /// # Errors
    /// The broker does not take it.
    pub async fn mark_redriven(&self, redrive: &Redrive, now: i64) -> Result<(), Refused> {
        let marker = Marker {
            workflow: Some(redrive.parked.workflow.clone()),
            redriven: redrive.parked.progress.redriven,
            ..of(&redrive.letter, Settling::Redriven, now)
        };
        self.mark(&marker).await
    }

    /// Says that nothing is to be done about a dead letter, now (milliseconds since the epoch).
    ///
    /// # Errors
    /// The broker does not take it.
    pub async fn mark_purged(&self, letter: &Letter, now: i64) -> Result<(), Refused> {
        self.mark(&of(letter, Settling::Purged, now)).await
    }

    /// Into the partition of what it settles, so that no retention takes the marker first.
    async fn mark(&self, marker: &Marker) -> Result<(), Refused> {
        let parcel = Parcel {
            topic: Arc::clone(&self.dead_letters),
            key: None,
            // Not a tombstone, which some topics take only with a key.
            value: Some(Bytes::new()),
            headers: marker::write(marker),
            past: None,
        };
        self.send(&parcel, Some(marker.partition)).await
    }

    /// As it is; with a key of ours where the topic takes no record without one.
    async fn send(&self, parcel: &Parcel, partition: Option<i32>) -> Result<(), Refused> {
        match self.try_to_send(parcel, partition).await {
            Err(Refused::InThisForm(_)) if parcel.key.is_none() => {
                self.try_to_send(&keyed(parcel), partition).await
            }
            ended => ended,
        }
    }

    async fn try_to_send(&self, parcel: &Parcel, partition: Option<i32>) -> Result<(), Refused> {
        let mut tried = 1;
        loop {
            match self.producer.send_to(parcel, partition).await {
                Err(Refused::NotNow(_)) if tried < TRIES => tried += 1,
                ended => return ended,
            }
        }
    }
}

fn of(letter: &Letter, settling: Settling, now: i64) -> Marker {
    let at = letter.at();
    Marker {
        settling,
        partition: at.partition,
        offset: at.offset,
        at: now,
        id: letter.id().map(str::to_owned),
        workflow: None,
        redriven: 0,
    }
}
