//! Where the group of the retry topics begins, and what it may not leave behind.
//!
//! Every partition of a retry topic has a committed offset before anything is parked there. So a
//! retry topic without one was never this group's: what it holds was parked before the group
//! existed, and may have been delivered since by another. And what the group has an offset for was
//! a retry topic: taken out of the list, it must have been read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Instant;

use rdkafka::error::KafkaResult;

use super::group::{Mark, SimpleGroup, is_in_use};
use super::standing::{Offsets, Place, Standing, Unread, counted, list};
use crate::config::Kafka;
use crate::consume::look::Answer;

/// Partitions whose offsets are asked for at once.
const AT_ONCE: usize = 1000;

/// The group of the retry topics, and those that the configuration names.
pub(super) struct Retries {
    group: SimpleGroup,
    topics: BTreeSet<String>,
    places: Vec<Place>,
    told: Answer,
    servers: String,
    until: Instant,
}

/// What a retry topic holds that must be decided on first.
#[derive(Debug)]
pub enum Held {
    /// It was parked before this group existed.
    Before(HeldBy),
    /// It is no retry topic any more.
    Dropped(HeldBy),
}

/// Records of one topic, and for which group.
#[derive(Debug)]
pub struct HeldBy {
    group: String,
    servers: String,
    topic: String,
    unread: Vec<Unread>,
}

/// Where a group begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beginning {
    /// What it is to be given.
    offsets: Offsets,
    /// What was there before it, by topic.
    held: BTreeMap<String, Vec<Unread>>,
}

impl Beginning {
    /// Where a group begins that has committed this, in partitions with these ends. A topic of
    /// which it has committed nothing was never its own, unless nothing is there.
    pub(super) fn of(ends: &BTreeMap<Place, (i64, i64)>, standing: &Offsets) -> Self {
        let known: BTreeSet<&str> = standing.keys().map(|(topic, _)| topic.as_str()).collect();
        let mut beginning = Self::default();
        for (place, (oldest, next)) in ends {
            if standing.contains_key(place) {
                continue;
            }
            if oldest == next || known.contains(place.0.as_str()) {
                beginning.offsets.insert(place.clone(), *oldest);
            } else {
                let unread = Unread::new(place.clone(), *oldest, *next);
                let held = beginning.held.entry(place.0.clone()).or_default();
                held.push(unread);
            }
        }
        let Self { offsets, held } = &mut beginning;
        // An offset for one of its partitions would make a topic known.
        offsets.retain(|(topic, _), _| !held.contains_key(topic));
        beginning
    }
}

impl Retries {
    /// Asks for the partitions of these retry topics.
    pub(super) fn new(kafka: &Kafka, topics: &[String]) -> KafkaResult<Self> {
        let group = SimpleGroup::new(kafka, &kafka.retry_group())?;
        let places = group.partitions(topics)?;
        let told = group.look(topics);
        Ok(Self {
            group,
            told,
            topics: topics.iter().cloned().collect(),
            places,
            servers: kafka.bootstrap_servers.join(","),
            until: Instant::now() + kafka.start_timeout,
        })
    }

    /// Gives every partition without an offset its beginning. Where another process is a member of
    /// the group already, its own members do so with the first record that comes.
    pub(super) fn begin(&self) -> KafkaResult<Vec<Held>> {
        loop {
            let (standing, beginning) = self.beginning()?;
            let Beginning { offsets, held } = beginning;
            if !held.is_empty() {
                // A member that has parked there since commits soon that it has begun.
                if standing.offsets.is_empty() || Instant::now() >= self.until {
                    return Ok(self.before(held));
                }
            } else if offsets.is_empty() {
                return Ok(Vec::new());
            } else {
                match self.group.commit(&offsets, Mark::Topics(&self.told)) {
                    Ok(()) => return Ok(Vec::new()),
                    Err(error) if is_in_use(&error) => {
                        tracing::debug!(error = %error, "the group has members: they begin");
                        return Ok(Vec::new());
                    }
                    Err(error) if Instant::now() >= self.until => return Err(error),
                    Err(error) => tracing::debug!(error = %error, "not begun yet"),
                }
            }
            self.group.pause();
        }
    }

    /// What a beginning would be refused for; changes nothing.
    pub(super) fn look(&self) -> KafkaResult<Vec<Held>> {
        let (_, beginning) = self.beginning()?;
        Ok(self.before(beginning.held))
    }

    fn beginning(&self) -> KafkaResult<(Standing, Beginning)> {
        let standing = self.group.standing(&self.places, &self.told)?;
        let without = self.places.iter();
        let without = without.filter(|place| !standing.offsets.contains_key(*place));
        let ends: KafkaResult<BTreeMap<_, _>> = without
            .map(|place| Ok((place.clone(), self.group.ends(place)?)))
            .collect();
        let ends = ends?;
        // In this order: what another process has parked meanwhile, it has begun before.
        let standing = self.group.standing(&self.places, &self.told)?;
        let beginning = Beginning::of(&ends, &standing.offsets);
        Ok((standing, beginning))
    }

    fn before(&self, held: BTreeMap<String, Vec<Unread>>) -> Vec<Held> {
        let held = held.into_iter();
        held.map(|(topic, unread)| Held::Before(self.held(topic, unread)))
            .collect()
    }

    /// What the group has not read of topics that are no retry topics any more.
    pub(super) fn dropped(&self) -> KafkaResult<Vec<Held>> {
        let mut others = self.group.topics()?;
        // The cluster's own topics begin like this.
        others.retain(|(topic, _)| !self.topics.contains(topic) && !topic.starts_with("__"));
        let mut committed = Offsets::new();
        for places in others.chunks(AT_ONCE) {
            committed.extend(self.group.standing(places, &Answer::new())?.offsets);
        }
        let once: BTreeSet<&String> = committed.keys().map(|(topic, _)| topic).collect();
        let mut unread: BTreeMap<String, Vec<Unread>> = BTreeMap::new();
        for place in others.iter().filter(|(topic, _)| once.contains(topic)) {
            let (oldest, next) = self.group.ends(place)?;
            // What retention has deleted can be read by nobody.
            let from = committed.get(place).map_or(oldest, |at| oldest.max(*at));
            if from < next {
                let left = Unread::new(place.clone(), from, next);
                unread.entry(place.0.clone()).or_default().push(left);
            }
        }
        let unread = unread.into_iter();
        Ok(unread
            .map(|(topic, unread)| Held::Dropped(self.held(topic, unread)))
            .collect())
    }

    fn held(&self, topic: String, unread: Vec<Unread>) -> HeldBy {
        HeldBy {
            group: self.group.name().to_owned(),
            servers: self.servers.clone(),
            topic,
            unread,
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Before(held) | Self::Dropped(held)) = self;
        let HeldBy {
            group,
            servers,
            topic,
            unread,
        } = held;
        let (count, places) = (counted(unread), list(unread));
        let command =
            format!("kafka-consumer-groups.sh --bootstrap-server {servers} --group {group}");
        let were = if count.starts_with("1 ") {
            "was"
        } else {
            "were"
        };
        match self {
            Self::Before(_) => write!(
                f,
                "the group {group} has never read {topic}, and {count} {were} parked before it: {places}\n    help: if another group_id reads this topic, keep that kafka.group_id, or give this one retry topics of its own; if all of it was delivered under another group_id, begin at its end: {command} --reset-offsets --topic {topic} --to-latest --execute; to deliver all of it, again where it was delivered, the same with --to-earliest"
            ),
            Self::Dropped(_) => write!(
                f,
                "retry.tiers no longer has {topic}, and the group {group} has {count} left unread there: {places}\n    help: put it back into retry.tiers until `firebell retries list` shows nothing of it; to give these deliveries up: {command} --delete-offsets --topic {topic}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(topic: &str, partition: i32) -> Place {
        (topic.to_owned(), partition)
    }

    fn beginning(
        ends: &[(&str, i32, i64, i64)],
        standing: &[(&str, i32, i64)],
    ) -> (Vec<(Place, i64)>, Vec<String>) {
        let ends = ends.iter();
        let ends = ends.map(|(topic, number, from, to)| (place(topic, *number), (*from, *to)));
        let standing = standing.iter();
        let standing = standing.map(|(topic, number, next)| (place(topic, *number), *next));
        let Beginning { offsets, held } = Beginning::of(&ends.collect(), &standing.collect());
        let held = held.values().map(|unread| list(unread));
        (offsets.into_iter().collect(), held.collect())
    }

    #[test]
    fn where_nothing_is_kept_a_group_begins_there() {
        let ends = [("r", 0, 0, 0), ("r", 1, 7, 7)];
        let offsets = vec![(place("r", 0), 0), (place("r", 1), 7)];
        assert_eq!(beginning(&ends, &[]), (offsets, vec![]));
    }

    #[test]
    fn what_was_there_before_the_group_is_held_and_its_topic_given_no_offset() {
        let ends = [("r", 0, 0, 0), ("r", 1, 3, 7), ("s", 0, 0, 0)];
        let held = vec!["r/1/3 to 6".to_owned()];
        assert_eq!(beginning(&ends, &[]), (vec![(place("s", 0), 0)], held));
    }

    #[test]
    fn a_partition_that_was_added_begins_at_its_oldest_record() {
        let ends = [("r", 1, 3, 7)];
        let offsets = vec![(place("r", 1), 3)];
        assert_eq!(beginning(&ends, &[("r", 0, 9)]), (offsets, vec![]));
    }

    #[test]
    fn what_has_an_offset_keeps_it() {
        let ends = [("r", 0, 0, 7)];
        assert_eq!(beginning(&ends, &[("r", 0, 5)]), (vec![], vec![]));
    }
}
