//! All lanes, by workflow.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Lane;
use crate::config::Workflow;

/// The lanes of all workflows.
#[derive(Debug)]
pub struct Lanes(BTreeMap<Arc<str>, Arc<Lane>>);

/// A workflow whose HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to make the HTTP client of workflow {workflow}: {source}")]
pub struct LanesError {
    workflow: String,
    source: reqwest::Error,
}

impl Lanes {
    /// A lane for each workflow, in which a delivery has `max_attempts` in all.
    pub fn new(
        workflows: &BTreeMap<String, Workflow>,
        max_attempts: u32,
    ) -> Result<Self, LanesError> {
        let mut lanes = BTreeMap::new();
        for (name, workflow) in workflows {
            let lane =
                Lane::new(name, workflow.clone(), max_attempts).map_err(|source| LanesError {
                    workflow: name.clone(),
                    source,
                })?;
            lanes.insert(Arc::clone(lane.name()), Arc::new(lane));
        }
        Ok(Self(lanes))
    }

    /// The lane of a workflow, unless the configuration has none of this name.
    #[must_use]
    pub fn get(&self, workflow: &str) -> Option<&Arc<Lane>> {
        self.0.get(workflow)
    }
}
