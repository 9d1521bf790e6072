//! What a record has still to go through, and what of it is on its way.

use std::sync::Arc;

use tokio::task::{JoinError, JoinSet};
use tracing::Span;

use crate::consume::Record;
use crate::deliver::Delivery;
use crate::settle::DeadLetter;

use super::patience::Waits;

/// What a record that matched, or failed, has still to go through.
pub struct Work {
    record: Arc<Record>,
    /// What is to be made of it.
    pub(super) jobs: Vec<Job>,
    /// The record's span.
    pub(super) span: Span,
    /// How long it may hold its partition for a busy lane.
    pub(super) waits: Waits,
}

/// One thing to be made of a record.
pub(super) enum Job {
    /// A delivery to make.
    Deliver(Box<Delivery>),
    /// A dead letter to write.
    DeadLetter(DeadLetter),
}

/// The deliveries of one record on their way. Dropping it ends them where they are.
pub struct InFlight(JoinSet<()>);

impl Work {
    /// The work of a record that was copied.
    pub(super) fn new(record: Arc<Record>, jobs: Vec<Job>) -> Self {
        let at = &record.coordinates;
        let span = tracing::info_span!(
            "record", topic = %at.topic, partition = at.partition, offset = at.offset
        );
        Self {
            record,
            jobs,
            span,
            waits: Waits::Briefly,
        }
    }

    /// The same, which waits so for its lanes.
    pub(super) fn waiting(mut self, waits: Waits) -> Self {
        self.waits = waits;
        self
    }

    /// Whether a workflow is to be called, and not only a dead letter to be written.
    #[must_use]
    pub fn delivers(&self) -> bool {
        self.jobs.iter().any(|job| matches!(job, Job::Deliver(_)))
    }

    /// Bytes that the record keeps in memory until it is settled.
    #[must_use]
    pub fn size(&self) -> usize {
        self.record.size()
    }
}

impl InFlight {
    /// These tasks, one for each delivery, each of which ends once its delivery is settled.
    #[must_use]
    pub(crate) const fn of(deliveries: JoinSet<()>) -> Self {
        Self(deliveries)
    }

    /// Until every delivery of the record is settled.
    ///
    /// # Errors
    /// A delivery's task panicked or was cancelled: the record is then not settled.
    pub async fn finish(mut self) -> Result<(), JoinError> {
        while let Some(ended) = self.0.join_next().await {
            ended?;
        }
        Ok(())
    }
}
