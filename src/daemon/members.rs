//! The consumer groups that a daemon is a member of: one for the sources, one for each workflow
//! that reads them on its own, one for the retry topics.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::config::Config;
use crate::consume::{Deadlines, Group, GroupError, Intake, Left, Source};
use crate::health::{Died, GroupHealth};
use crate::pipeline::{Pipeline, Share};

/// The member that reads the sources; that of a workflow's own group is `sources/WORKFLOW`.
const SOURCES: &str = "sources";
/// The member that reads the retry topics.
const RETRIES: &str = "retries";

/// A group to join, and what is read in it.
struct Reading {
    group_id: String,
    of: Of,
    health: Arc<GroupHealth>,
}

enum Of {
    Sources(Share),
    Retries,
}

/// Groups to join.
pub(super) struct Readings(Vec<Reading>);

/// The groups that were joined.
pub(super) struct Members(Vec<Group>);

impl Readings {
    /// The groups of a configuration, in the order in which they are joined. The sources come
    /// last: no sooner is their share read without the workflows that have a group of their own.
    pub(super) fn new(config: &Config) -> Self {
        let kafka = &config.kafka;
        let reading = |group_id: String, name: &str, of| Reading {
            group_id,
            of,
            health: Arc::new(GroupHealth::new(name)),
        };
        let mut all = vec![reading(kafka.retry_group(), RETRIES, Of::Retries)];
        for (name, _) in config.workflows.iter().filter(|(_, one)| one.own_group) {
            let share = Share::Own(name.as_str().into());
            let member = format!("{SOURCES}/{name}");
            all.push(reading(kafka.own_group(name), &member, Of::Sources(share)));
        }
        let common = Of::Sources(Share::Common);
        all.push(reading(kafka.group_id.clone(), SOURCES, common));
        Self(all)
    }

    /// What each member says of itself, the sources first.
    pub(super) fn health(&self) -> Vec<Arc<GroupHealth>> {
        let all = self.0.iter().rev();
        all.map(|reading| Arc::clone(&reading.health)).collect()
    }

    /// Joins them all.
    pub(super) fn join(
        self,
        config: &Config,
        pipeline: &Arc<Pipeline>,
        died: &Died,
    ) -> Result<Members, GroupError> {
        let join = |reading: Reading| {
            let intakes = reading.of.intakes(config, pipeline);
            let reports = (reading.health, died.clone());
            Group::join(&config.kafka, (&reading.group_id, intakes), reports)
        };
        let joined: Result<_, _> = self.0.into_iter().map(join).collect();
        Ok(Members(joined?))
    }
}

impl Of {
    fn intakes(&self, config: &Config, pipeline: &Arc<Pipeline>) -> BTreeMap<Arc<str>, Intake> {
        match self {
            Self::Sources(share) => {
                let intake = |kind| Intake::Source(Source::new(pipeline, kind, share.clone()));
                let sources = config.sources.iter();
                sources
                    .map(|source| (source.topic.as_str().into(), intake(source.kind)))
                    .collect()
            }
            Self::Retries => {
                let intake = |tier| Intake::Retry(Arc::clone(pipeline), tier);
                let tiers = config.retry.tiers.iter();
                tiers
                    .map(|tier| (tier.topic.as_str().into(), intake(tier.clone())))
                    .collect()
            }
        }
    }
}

impl Members {
    /// Leaves them all, side by side: each stops reading, drains, commits, and closes.
    pub(super) async fn leave(self, by: Deadlines) -> Left {
        let mut leaving: JoinSet<Left> = self.0.into_iter().map(|one| one.leave(by)).collect();
        let mut all = Left {
            unsettled: 0,
            committed: true,
            closed: true,
        };
        while let Some(left) = leaving.join_next().await {
            // A leave that panicked has told nothing.
            let left = left.unwrap_or(Left {
                unsettled: 0,
                committed: false,
                closed: false,
            });
            all.unsettled += left.unsettled;
            all.committed &= left.committed;
            all.closed &= left.closed;
        }
        all
    }
}
