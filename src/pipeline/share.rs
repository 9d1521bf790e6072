//! Which of a source's deliveries are made by whom: the sources are read once for all workflows,
//! and once more for each workflow with a consumer group of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Pipeline;
use crate::config::SourceKind;
use crate::deliver::Lane;
use crate::rules::Automation;

/// What one reading of a source is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// The deliveries to all workflows without a group of their own, and the dead letters of what
    /// cannot be read: those are written once, whoever else reads it.
    Common,
    /// The deliveries to this workflow.
    Own(Arc<str>),
}

/// A lane that the events of a source may need.
#[derive(Debug, Clone)]
pub struct Needed {
    /// The lane.
    pub lane: Arc<Lane>,
    /// From then on no automation runs this workflow, in milliseconds since the epoch.
    pub until: Option<i64>,
}

impl Pipeline {
    /// Whether deliveries to this workflow are of this share.
    pub(super) fn takes(&self, share: &Share, workflow: &str) -> bool {
        match share {
            Share::Own(own) => **own == *workflow,
            Share::Common => {
                let lane = self.lanes.get(workflow);
                !lane.is_some_and(|lane| lane.has_own_group())
            }
        }
    }

    /// Every lane that a share of the events of such a source may ever need: those of the
    /// automations that listen to a kind that may come.
    #[must_use]
    pub fn needed(&self, kind: SourceKind, share: &Share) -> Vec<Needed> {
        let mut needed: BTreeMap<&str, Needed> = BTreeMap::new();
        let places = 0..self.rules.len();
        let automations = places.filter_map(|place| self.rules.automation(place));
        for automation in automations.filter(|one| may_run(one, kind)) {
            for name in &automation.workflows {
                let Some(lane) = self.lanes.get(name) else {
                    continue;
                };
                if !self.takes(share, name) {
                    continue;
                }
                let until = automation.expires;
                needed
                    .entry(name)
                    .and_modify(|known| known.until = known.until.zip(until).map(|(a, b)| a.max(b)))
                    .or_insert_with(|| Needed {
                        lane: Arc::clone(lane),
                        until,
                    });
            }
        }
        needed.into_values().collect()
    }
}

fn may_run(automation: &Automation, kind: SourceKind) -> bool {
    automation.enabled
        && match kind {
            SourceKind::Auto => true,
            SourceKind::Fixed(kind) => automation.names(kind) || automation.names(kind.snapshot()),
        }
}
