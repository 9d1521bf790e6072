//! Which topics the partitions are of: asked before one is taken on, and again while it is ours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};
use tokio::time::sleep;

use super::GroupContext;
use crate::consume::identities::{Noted, Start};
use crate::consume::look::{Answer, Look, Told, answering};
use crate::consume::offsets::{self, Standing, places};
use crate::consume::topic_id::TopicId;
use crate::telemetry::catalogue::OFFSET_RESETS;

/// How long a partition that is taken on waits for each of the two answers. Without them it is
/// taken on as well, and the next look finds what this one has missed: where the group's offsets
/// could not be read, the partition is taken on once more then.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one wait in that may be, so that a stop is heeded.
const SLICE: Duration = Duration::from_millis(100);
/// How long the library may take for one question.
pub(super) const ONE_QUESTION: Duration = Duration::from_secs(2);

impl GroupContext {
    /// Compares the topics of these partitions with those that the group's offsets were committed
    /// for. Where they differ, the partition is given its first record to begin with: the offset
    /// says nothing about this topic.
    pub(super) fn identify(&self, consumer: &BaseConsumer<Self>, list: &mut TopicPartitionList) {
        let given = places(list);
        if given.is_empty() || self.running.is_stopping() {
            return;
        }
        // In this order: a topic that is created between the two is another one at the next look.
        let told = self.ask(consumer, &given);
        let committed = self.committed(consumer, &given);
        let mut anew: BTreeSet<String> = BTreeSet::new();
        for place in given {
            let Some(committed) = &committed else {
                let told = told.get(&place.0).copied();
                self.identities.take_on_unread(&self.place(&place), told);
                continue;
            };
            let committed = committed.get(&place);
            let told = told.get(&place.0).copied();
            if self.begin(place.clone(), (told, committed)) == Start::Anew {
                let is_first = anew.insert(place.0.clone());
                if is_first && !self.running.is_stopping() {
                    // The library fetches by the ids that it knows, which may be the old ones.
                    drop(consumer.fetch_metadata(Some(&place.0), ONE_QUESTION));
                }
                begin_with_the_first(list, &place);
            }
        }
    }

    fn begin(
        &self,
        (topic, number): (String, i32),
        (told, committed): (Option<Told>, Option<&Standing>),
    ) -> Start {
        let place = (self.name_of(topic), number);
        let start = Start::of(told, committed);
        self.identities.take_on(place.clone(), told, committed);
        if let Some(Told::Id(id)) = told {
            self.note(&place.0, (id, start));
            match (start, committed) {
                (Start::Anew, _) => self.rewinds.begin(place, 0),
                // Committed by others, in another cluster, or by a version that did not know
                // topics: from now on it is known what it stands for, however long nothing comes.
                (Start::Committed, Some(standing)) if standing.topic != Some(id) => {
                    self.rewinds.begin(place, standing.next);
                }
                (Start::Committed, _) => {}
            }
        }
        start
    }

    fn place(&self, (topic, number): &(String, i32)) -> (Arc<str>, i32) {
        (self.name_of(topic.clone()), *number)
    }

    fn name_of(&self, topic: String) -> Arc<str> {
        match self.intakes.get_key_value(topic.as_str()) {
            Some((name, _)) => Arc::clone(name),
            None => topic.into(),
        }
    }

    /// Notes a topic's id, and tells once that it is another one.
    fn note(&self, topic: &Arc<str>, (id, start): (TopicId, Start)) {
        let is_news = match self.identities.note(topic, id) {
            Noted::First => start == Start::Anew,
            Noted::Same => false,
            Noted::Other => true,
        };
        if is_news {
            OFFSET_RESETS.counter(&[&self.name]).increment(1);
            tracing::error!(
                group = &*self.name,
                topic = &**topic,
                id = %id,
                "the topic was deleted and created again: it is read from its first record"
            );
        }
    }

    fn ask(&self, consumer: &BaseConsumer<Self>, given: &[(String, i32)]) -> Answer {
        let topics: BTreeSet<&str> = given.iter().map(|(topic, _)| topic.as_str()).collect();
        let topics: Vec<Arc<str>> = topics.into_iter().map(Arc::from).collect();
        let broker = topics
            .first()
            .and_then(|topic| answering(consumer, topic, ONE_QUESTION));
        self.broker.store(broker.unwrap_or(-1), Ordering::Relaxed);
        if broker.is_none() {
            return Answer::new();
        }
        let look = Look::ask(consumer, &topics, broker);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && !self.running.is_stopping() {
            if let Some(answer) = look.answer(SLICE) {
                return self.answered(answer);
            }
        }
        tracing::debug!(group = &*self.name, "topics' ids are not told in time");
        Answer::new()
    }

    fn committed(
        &self,
        consumer: &BaseConsumer<Self>,
        given: &[(String, i32)],
    ) -> Option<BTreeMap<(String, i32), Standing>> {
        let until = Instant::now() + PATIENCE;
        loop {
            match offsets::committed(consumer, given, ONE_QUESTION) {
                Ok(committed) => return Some(committed),
                // Such as a coordinator that moves, or a member's epoch that is not known yet.
                Err(_) if Instant::now() < until && !self.running.is_stopping() => {
                    self.runtime.block_on(sleep(SLICE));
                }
                Err(error) => {
                    let group = &*self.name;
                    tracing::warn!(group, error = %error, "failed to read the group's offsets");
                    return None;
                }
            }
        }
    }

    /// The broker that answered last, if it still does.
    pub(in crate::consume) fn broker(&self) -> Option<i32> {
        Some(self.broker.load(Ordering::Relaxed)).filter(|id| *id >= 0)
    }

    /// What was told; nothing, where the service does not answer such questions.
    pub(in crate::consume) fn answered(&self, answer: Result<Answer, RDKafkaErrorCode>) -> Answer {
        let answer = answer.unwrap_or_else(|error| {
            self.broker.store(-1, Ordering::Relaxed);
            tracing::debug!(group = &*self.name, error = %error, "topics' ids are not told");
            Answer::new()
        });
        let no_id = answer.values().any(|told| *told == Told::NoId);
        if no_id && !self.told_no_id.swap(true, Ordering::Relaxed) {
            tracing::info!(
                group = &*self.name,
                "this service tells no topic ids: a topic that is created again is not noticed"
            );
        }
        answer
    }

    /// Whether partitions must be taken on again: their topic's name stands for another one.
    pub(in crate::consume) fn must_rejoin(&self, answer: &Answer) -> bool {
        let replaced = self.identities.replaced(answer);
        for (topic, id) in &replaced {
            self.note(topic, (*id, Start::Committed));
        }
        !replaced.is_empty()
    }
}

/// Has the partition begin with its topic's first record.
fn begin_with_the_first(list: &mut TopicPartitionList, (topic, number): &(String, i32)) {
    // Not the logical beginning, which a broker that knows the old topic alone might answer.
    let set = list.set_partition_offset(topic, *number, Offset::Offset(0));
    if let Err(error) = set {
        tracing::error!(topic, number, error = %error, "failed to begin with the first record");
    }
}
