//! What somebody must mend about a workflow: said once when it begins and once when it ends.

use std::sync::{Mutex, PoisonError};

use crate::reason::Reason;
use crate::telemetry::LaneMetrics;

/// The alarms of one lane.
#[derive(Debug, Default)]
pub(super) struct Alarms(Mutex<Vec<Reason>>);

impl Alarms {
    /// Raises one, unless it is raised.
    pub(super) fn raise(&self, reason: Reason, workflow: &str, metrics: &LaneMetrics) {
        let mut raised = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.contains(&reason) {
            return;
        }
        raised.push(reason);
        metrics.alarm(reason).set(1.0);
        let reason = reason.label();
        tracing::error!(
            workflow,
            reason,
            "the workflow's configuration must be mended: no waiting helps"
        );
    }

    /// The workflow took a delivery: whatever it was, it is mended.
    pub(super) fn clear(&self, workflow: &str, metrics: &LaneMetrics) {
        let mut raised = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for reason in raised.drain(..) {
            metrics.alarm(reason).set(0.0);
            let reason = reason.label();
            tracing::info!(workflow, reason, "the workflow takes deliveries again");
        }
    }
}
