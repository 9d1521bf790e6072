//! Offsets that were gone, and partitions that went back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::GroupContext;
use super::topics::ONE_QUESTION;
use crate::consume::offsets::{self, Next};
use crate::consume::rewinds::{Rewinds, place_of};
use crate::telemetry::catalogue::OFFSET_RESETS;

impl GroupContext {
    /// Stores an offset, to be committed at the commit interval.
    pub(in crate::consume) fn store(&self, consumer: &BaseConsumer<Self>, next: &Next) {
        offsets::store(consumer, next);
        self.rewinds.advance(&next.place, next.offset);
    }

    /// The offsets that must be committed backward.
    pub(in crate::consume) const fn rewinds(&self) -> &Rewinds {
        &self.rewinds
    }

    /// Whether there is a sign that a topic is not what it was.
    pub(in crate::consume) fn is_suspicious(&self) -> bool {
        self.suspicious.load(Ordering::Relaxed)
    }

    /// The sign is looked into.
    pub(in crate::consume) fn suspect_nothing(&self) {
        self.suspicious.store(false, Ordering::Relaxed);
    }

    /// An error that may be such a sign.
    pub(in crate::consume) fn suspect(&self, error: &KafkaError) {
        let signs = [
            RDKafkaErrorCode::UnknownTopicOrPartition,
            RDKafkaErrorCode::UnknownTopic,
            RDKafkaErrorCode::UnknownPartition,
        ];
        let code = error.rdkafka_error_code();
        if code.is_some_and(|code| signs.contains(&code)) {
            self.suspicious.store(true, Ordering::Relaxed);
        }
    }

    /// The library's line about an offset that was gone.
    pub(super) fn hear_reset(&self, line: &str) {
        self.suspicious.store(true, Ordering::Relaxed);
        let place = place_of(line).and_then(|(topic, number)| self.running.find(topic, number));
        if let Some(place) = place {
            self.rewinds.hear(place);
        }
    }

    /// What is committed may lie behind the end of the log, where nothing may come for long: the
    /// next start would skip what is written until then.
    pub(in crate::consume) fn compare_reset(&self, consumer: &BaseConsumer<Self>) {
        let Some(place) = self.rewinds.to_compare() else {
            return;
        };
        let one = [(place.0.to_string(), place.1)];
        let committed = offsets::committed(consumer, &one, ONE_QUESTION);
        let ends = consumer.fetch_watermarks(&place.0, place.1, ONE_QUESTION);
        match (committed, ends) {
            (Ok(committed), Ok((first, end))) => {
                // Asked once: a record that comes tells it as well.
                self.rewinds.compared(&place);
                if committed.values().any(|standing| standing.next > end) {
                    self.begin_at_most(consumer, place, first);
                }
            }
            (Err(error), _) | (_, Err(error)) => {
                let group = &*self.name;
                tracing::warn!(group, error = %error, "failed to compare offsets after a reset");
            }
        }
    }

    /// Has this offset committed, unless a record has shown by now where the partition stands.
    fn begin_at_most(&self, consumer: &BaseConsumer<Self>, place: (Arc<str>, i32), first: i64) {
        if !self.rewinds.is_pending(&place) {
            let topic = self.identities.beginning(&place).topic.get().copied();
            // Else the library commits what it holds of before, as it is greater.
            offsets::store(consumer, &Next::new(place.clone(), first, topic));
        }
        self.rewinds.begin_at_most(place, first);
    }

    /// Tells of partitions that went back without a word of the library's.
    pub(in crate::consume) fn tell_resets(&self, places: &BTreeSet<(Arc<str>, i32)>) {
        for place in places {
            if self.rewinds.tell(place) {
                OFFSET_RESETS.counter(&[&self.name]).increment(1);
                tracing::error!(
                    group = &*self.name,
                    topic = &*place.0,
                    partition = place.1,
                    "the log was cut off: records are read that come before those that were read"
                );
            }
        }
    }
}
