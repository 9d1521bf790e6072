//! A group's offsets, asked for and set by one who is no member of it.
//!
//! A list of partitions that is alive when its consumer is dropped makes the drop wait for ever, so
//! every list ends in the function that made it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::metadata::{MetadataPartition, MetadataTopic};
use rdkafka::{Offset, TopicPartitionList};

use super::standing::{Offsets, Place, Standing};
use crate::config::Kafka;
use crate::consume::client::{ClientLog, client_config};
use crate::consume::look::{Answer, Look, Told, answering};
use crate::consume::topic_id::TopicId;
use crate::consume::topics::{FIRST_LOOK, StartContext, hear};
use crate::health::Died;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the topics' ids are waited for: not every service tells them.
const IDS: Duration = Duration::from_secs(5);

/// The metadata of a closed group's offsets. Do not change: it is kept by the cluster.
const CLOSED: &str = "firebell-closed";

/// What is written beside offsets.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark<'a> {
    /// The topics that they belong to, as members do.
    Topics(&'a Answer),
    /// That the group is given up.
    Closed,
}

/// A group that is asked, and not joined.
pub(super) struct SimpleGroup {
    name: String,
    client: BaseConsumer<StartContext>,
    within: Duration,
}

impl SimpleGroup {
    /// The group of this name.
    pub(super) fn new(kafka: &Kafka, name: &str) -> KafkaResult<Self> {
        let mut config = client_config(kafka);
        config
            .set("group.id", name)
            .set("enable.auto.commit", "false");
        let context = StartContext::new(ClientLog::new("start", kafka, Died::default()));
        let client = BaseConsumer::from_config_and_context(&config, context)?;
        // Its token is fetched by it.
        hear(&client);
        Ok(Self {
            name: name.to_owned(),
            client,
            within: kafka.start_timeout,
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the cluster tells of these topics; nothing, where it does not answer such questions.
    pub(super) fn look(&self, topics: &[String]) -> Answer {
        let topics: Vec<Arc<str>> = topics.iter().map(|topic| topic.as_str().into()).collect();
        let broker = topics
            .first()
            .and_then(|topic| answering(&self.client, topic, IDS));
        if broker.is_none() {
            return Answer::new();
        }
        let look = Look::ask(&self.client, &topics, broker);
        let until = Instant::now() + IDS;
        while Instant::now() < until {
            hear(&self.client);
            if let Some(answer) = look.answer(PAUSE) {
                return answer.unwrap_or_default();
            }
        }
        Answer::new()
    }

    /// What it has committed for these partitions, of which the cluster tells this.
    pub(super) fn standing(&self, places: &[Place], told: &Answer) -> KafkaResult<Standing> {
        self.again(|within| {
            let mut list = TopicPartitionList::with_capacity(places.len());
            for (topic, partition) in places {
                list.add_partition(topic, *partition);
            }
            // The binding reads an empty list's elements from a null pointer.
            if places.is_empty() {
                return Ok(Standing::default());
            }
            let answered = self.client.committed_offsets(list, within)?;
            let (mut standing, mut marked) = (Standing::default(), 0);
            for one in answered.elements() {
                one.error()?;
                if let Offset::Offset(offset) = one.offset() {
                    let place = (one.topic().to_owned(), one.partition());
                    if is_of_another_topic(one.metadata(), told.get(one.topic())) {
                        standing.foreign.insert(place.clone());
                    }
                    standing.offsets.insert(place, offset);
                    // A member's commit takes the mark away.
                    marked += usize::from(one.metadata() == CLOSED);
                }
            }
            standing.closed = marked == standing.offsets.len();
            Ok(standing)
        })
    }

    /// Commits, unless the group has members.
    pub(super) fn commit(&self, offsets: &Offsets, mark: Mark<'_>) -> KafkaResult<()> {
        let mut list = TopicPartitionList::with_capacity(offsets.len());
        for ((topic, partition), offset) in offsets {
            let mut added = list.add_partition(topic, *partition);
            added.set_offset(Offset::Offset(*offset))?;
            match mark {
                Mark::Closed => added.set_metadata(CLOSED),
                Mark::Topics(told) => {
                    if let Some(Told::Id(id)) = told.get(topic) {
                        added.set_metadata(id.to_metadata());
                    }
                }
            }
        }
        self.client.commit(&list, CommitMode::Sync)
    }

    /// Asks until there is an answer: a coordinator that is new, or moves, has none for a while.
    fn again<T>(&self, mut ask: impl FnMut(Duration) -> KafkaResult<T>) -> KafkaResult<T> {
        let until = Instant::now() + self.within;
        let mut patience = FIRST_LOOK;
        loop {
            // Before asking as well, since a token is fetched by it: without one no question is
            // ever answered, however long it waits.
            hear(&self.client);
            let left = until.saturating_duration_since(Instant::now());
            match ask(patience.min(left).max(PAUSE)) {
                Err(error) if passes(&error) && Instant::now() < until => self.pause(),
                answer => return answer,
            }
            patience = patience.saturating_mul(2);
        }
    }

    /// Waits a moment, in which the client tells its errors.
    pub(super) fn pause(&self) {
        drop(self.client.poll(PAUSE));
    }

    /// The oldest offset that a partition has.
    pub(super) fn oldest(&self, place: &Place) -> KafkaResult<i64> {
        self.ends(place).map(|(oldest, _)| oldest)
    }

    /// The oldest offset that a partition has, and the one to come.
    pub(super) fn ends(&self, (topic, partition): &Place) -> KafkaResult<(i64, i64)> {
        self.again(|within| self.client.fetch_watermarks(topic, *partition, within))
    }

    /// All partitions of all topics that this user may see.
    pub(super) fn topics(&self) -> KafkaResult<Vec<Place>> {
        self.again(|within| {
            let metadata = self.client.fetch_metadata(None, within)?;
            let topics = metadata.topics().iter();
            let known = topics.filter(|topic| topic.error().is_none());
            let places = known.flat_map(|topic| {
                let numbers = topic.partitions().iter().map(MetadataPartition::id);
                numbers.map(|number| (topic.name().to_owned(), number))
            });
            Ok(places.collect())
        })
    }

    /// The partitions of these topics.
    pub(super) fn partitions(&self, topics: &[String]) -> KafkaResult<Vec<Place>> {
        let mut places = Vec::new();
        for topic in topics {
            let found = self.again(|within| {
                let metadata = self.client.fetch_metadata(Some(topic), within)?;
                let topics = metadata.topics().iter();
                let partitions = topics.flat_map(MetadataTopic::partitions);
                let found: Vec<i32> = partitions.map(MetadataPartition::id).collect();
                if found.is_empty() {
                    // One that was just created is not known to every broker.
                    let code = RDKafkaErrorCode::UnknownTopicOrPartition;
                    return Err(KafkaError::MetadataFetch(code));
                }
                Ok(found)
            })?;
            places.extend(
                found
                    .into_iter()
                    .map(|partition| (topic.clone(), partition)),
            );
        }
        Ok(places)
    }

    /// The groups that the cluster has, and this user may know of. Asked once: a cluster that does
    /// not tell them is no reason to wait.
    pub(super) fn names(&self) -> KafkaResult<Vec<String>> {
        let list = self.client.fetch_group_list(None, self.within)?;
        let groups = list.groups().iter();
        Ok(groups.map(|one| one.name().to_owned()).collect())
    }
}

/// Whether an offset with this metadata was committed for another topic than the one that is told.
fn is_of_another_topic(metadata: &str, told: Option<&Told>) -> bool {
    match (TopicId::of_metadata(metadata), told) {
        (Some(was), Some(Told::Id(is))) => is.replaces(was),
        _ => false,
    }
}

/// Whether the same question may have an answer later.
fn passes(error: &KafkaError) -> bool {
    !matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::GroupAuthorizationFailed
                | RDKafkaErrorCode::TopicAuthorizationFailed
                | RDKafkaErrorCode::InvalidGroupId
        )
    )
}

/// Only members may commit in a group that has some.
pub(super) fn is_in_use(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::UnknownMemberId
                | RDKafkaErrorCode::IllegalGeneration
                | RDKafkaErrorCode::StaleMemberEpoch
                | RDKafkaErrorCode::FencedMemberEpoch
                | RDKafkaErrorCode::RebalanceInProgress
        )
    )
}
