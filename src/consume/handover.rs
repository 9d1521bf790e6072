//! Where a workflow's own group begins, and whether it may end: asked before anything is read.
//!
//! A new own group begins where the common group stands: before it, the workflow's deliveries
//! were the common group's. It is given an offset for every partition, since one without would be
//! asked again after the common group has gone on, and skip what lies between.
//!
//! When `own_group` is switched off, the common group makes the workflow's deliveries from where
//! it stands. What it has passed and the own group has not read would be nobody's, so the start is
//! refused. Where nothing is left, the own group is marked as closed: a later one begins anew.

mod error;
mod group;
mod retries;
mod standing;

use std::collections::BTreeSet;
use std::time::Instant;

use super::look::Answer;
use crate::config::{Config, Kafka};

pub use error::HandoverError;
use error::{failed, is_forbidden};
use group::{Mark, SimpleGroup, is_in_use};
use retries::Retries;
pub use retries::{Held, HeldBy};
pub use standing::Unread;
use standing::{Offsets, Place, Standing};

/// Gives each new own group its beginning, and closes each that has ended; the same of the retry
/// topics in their group. Needs `kafka.start_timeout` at most for each group.
///
/// # Errors
/// A group would leave records behind, or read what was there before it; or the cluster does not
/// say.
pub async fn hand_over(config: &Config) -> Result<(), HandoverError> {
    let workflows = config.workflows.iter();
    let (own, common): (Vec<_>, Vec<_>) = workflows.partition(|(_, one)| one.own_group);
    let names = |list: Vec<(&String, _)>| list.into_iter().map(|(name, _)| name.clone()).collect();
    let (own, common): (Vec<String>, Vec<String>) = (names(own), names(common));
    let sources = config.sources.iter().map(|source| source.topic.clone());
    let (kafka, sources): (_, Vec<String>) = (config.kafka.clone(), sources.collect());
    let tiers = tiers(config);
    // Every call blocks its thread.
    let asked = tokio::task::spawn_blocking(move || {
        begin_retries(&kafka, &tiers)?;
        let handover = Handover::new(kafka, &sources)?;
        own.iter().try_for_each(|name| handover.begin(name))?;
        let former = handover.former(common);
        former.iter().try_for_each(|name| handover.end(name))
    });
    asked.await.unwrap_or(Err(HandoverError::Cut))
}

/// Looks at the group of the retry topics as a start would, and changes nothing. Needs
/// `kafka.start_timeout` at most.
///
/// # Errors
/// A start would be refused, or the cluster does not say.
pub async fn look_at_retries(config: &Config) -> Result<(), HandoverError> {
    let (kafka, tiers) = (config.kafka.clone(), tiers(config));
    let asked = tokio::task::spawn_blocking(move || {
        let group = kafka.retry_group();
        let failed = failed(&group);
        let retries = Retries::new(&kafka, &tiers).map_err(&failed)?;
        let mut held = retries.dropped().map_err(&failed)?;
        held.extend(retries.look().map_err(&failed)?);
        none(held)
    });
    asked.await.unwrap_or(Err(HandoverError::Cut))
}

fn tiers(config: &Config) -> Vec<String> {
    let tiers = config.retry.tiers.iter();
    tiers.map(|tier| tier.topic.clone()).collect()
}

/// What is dropped first: nothing is begun beside it.
fn begin_retries(kafka: &Kafka, tiers: &[String]) -> Result<(), HandoverError> {
    let group = kafka.retry_group();
    let failed = failed(&group);
    let retries = Retries::new(kafka, tiers).map_err(&failed)?;
    none(retries.dropped().map_err(&failed)?)?;
    none(retries.begin().map_err(&failed)?)
}

fn none(held: Vec<Held>) -> Result<(), HandoverError> {
    if held.is_empty() {
        Ok(())
    } else {
        Err(HandoverError::Retries(held))
    }
}

struct Handover {
    kafka: Kafka,
    common: SimpleGroup,
    places: Vec<Place>,
    told: Answer,
}

impl Handover {
    fn new(kafka: Kafka, topics: &[String]) -> Result<Self, HandoverError> {
        let failed = failed(&kafka.group_id);
        let common = SimpleGroup::new(&kafka, &kafka.group_id).map_err(&failed)?;
        let places = common.partitions(topics).map_err(&failed)?;
        let told = common.look(topics);
        Ok(Self {
            kafka,
            common,
            places,
            told,
        })
    }

    /// Those of these workflows of which there is a group. Where the cluster does not list groups
    /// it may be any of them.
    fn former(&self, workflows: Vec<String>) -> Vec<String> {
        match self.common.names() {
            Ok(known) => {
                let known: BTreeSet<String> = known.into_iter().collect();
                let is_known = |name: &String| known.contains(&self.kafka.own_group(name));
                workflows.into_iter().filter(is_known).collect()
            }
            Err(error) => {
                tracing::debug!(error = %error, "the cluster does not list its groups");
                workflows
            }
        }
    }

    /// Gives a new own group its beginning.
    fn begin(&self, workflow: &str) -> Result<(), HandoverError> {
        let group = self.own(workflow)?;
        let until = Instant::now() + self.kafka.start_timeout;
        loop {
            // In this order. Another process may do the same, and go on to read: if the own group
            // has nothing yet, then the common one stood here when it was still read for all.
            let stands = self.standing(&self.common)?.of_these_topics().offsets;
            if self.standing(&group)?.is_open() {
                return Ok(());
            }
            let beginning = self.beginning(&stands)?;
            match group.commit(&beginning, Mark::Topics(&self.told)) {
                Ok(()) => {
                    tracing::info!(
                        workflow,
                        group = group.name(),
                        "a group of its own: it begins where the common one stands"
                    );
                    return Ok(());
                }
                Err(error) if Instant::now() >= until => {
                    return Err(failed(group.name())(error));
                }
                // Such as: it has a member by now, whose process was faster than this one.
                Err(error) => {
                    tracing::debug!(error = %error, group = group.name(), "not begun yet");
                    group.pause();
                }
            }
        }
    }

    /// Closes the group of a workflow that has none any more, if it has left nothing. A member that
    /// was killed is one until its session ends: that is waited for.
    fn end(&self, workflow: &str) -> Result<(), HandoverError> {
        let group = self.own(workflow)?;
        let until = Instant::now() + self.kafka.start_timeout;
        loop {
            let own = match self.standing(&group) {
                // Who may not read the group has never read in it.
                Err(HandoverError::Kafka { source, .. }) if is_forbidden(&source) => return Ok(()),
                own => own?,
            };
            if !own.is_open() {
                return Ok(());
            }
            let mut own = own.of_these_topics();
            let common = self.standing(&self.common)?.of_these_topics().offsets;
            self.begin_anywhere(&mut own.offsets, &common)?;
            let unread = own.unread(&common);
            let names = || (workflow.to_owned(), group.name().to_owned());
            if !unread.is_empty() {
                let (workflow, group) = names();
                return Err(HandoverError::Unread {
                    workflow,
                    group,
                    unread,
                });
            }
            match group.commit(&own.offsets, Mark::Closed) {
                Ok(()) => {
                    let group = group.name();
                    tracing::info!(workflow, group, "its group has read all, and is closed");
                    return Ok(());
                }
                Err(error) if !is_in_use(&error) => return Err(failed(group.name())(error)),
                Err(_) if Instant::now() < until => group.pause(),
                Err(_) => {
                    let (workflow, group) = names();
                    return Err(HandoverError::InUse { workflow, group });
                }
            }
        }
    }

    fn own(&self, workflow: &str) -> Result<SimpleGroup, HandoverError> {
        let name = self.kafka.own_group(workflow);
        SimpleGroup::new(&self.kafka, &name).map_err(failed(&name))
    }

    fn standing(&self, group: &SimpleGroup) -> Result<Standing, HandoverError> {
        group
            .standing(&self.places, &self.told)
            .map_err(failed(group.name()))
    }

    /// Where the common group stands, or begins, for every partition.
    fn beginning(&self, stands: &Offsets) -> Result<Offsets, HandoverError> {
        let places = self.places.iter();
        let each = places.map(|place| {
            let offset = match stands.get(place) {
                Some(offset) => *offset,
                None => self.oldest(place)?,
            };
            Ok((place.clone(), offset))
        });
        each.collect()
    }

    /// A partition that came after the own group began has no offset there until something of it
    /// is settled: the group stands at its beginning.
    fn begin_anywhere(&self, own: &mut Offsets, common: &Offsets) -> Result<(), HandoverError> {
        for place in common.keys() {
            if !own.contains_key(place) {
                own.insert(place.clone(), self.oldest(place)?);
            }
        }
        Ok(())
    }

    fn oldest(&self, place: &Place) -> Result<i64, HandoverError> {
        self.common
            .oldest(place)
            .map_err(failed(self.common.name()))
    }
}
