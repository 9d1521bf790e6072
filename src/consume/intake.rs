//! What a partition's records become: the sources' are matched, the retry topics' are not.

use std::sync::Arc;

use rdkafka::message::BorrowedMessage;

use crate::config::{SourceKind, Tier};
use crate::pipeline::{Pipeline, Scratch, Work};

/// What is done with the records of one topic.
#[derive(Clone)]
pub enum Intake {
    /// Events that are matched.
    Source(Arc<Pipeline>, SourceKind),
    /// Deliveries that were parked, and wait here until they are due.
    Retry(Arc<Pipeline>, Tier),
}

/// What became of a record.
pub enum Taken {
    /// It ended as soon as it came.
    Ended,
    /// It has deliveries or dead letters to make.
    Work(Work),
    /// The same, but not before this time, in milliseconds since the epoch.
    NotBefore(i64, Work),
}

impl Intake {
    /// Looks at a record in the consumer's memory, and copies it only if it is of use.
    #[must_use]
    pub fn take(
        &self,
        topic: &Arc<str>,
        message: &BorrowedMessage<'_>,
        scratch: &mut Scratch,
    ) -> Taken {
        match self {
            Self::Source(pipeline, kind) => pipeline
                .consider(topic, *kind, message, scratch)
                .map_or(Taken::Ended, Taken::Work),
            Self::Retry(pipeline, tier) => match pipeline.resume(topic, tier, message) {
                (Some(due), work) => Taken::NotBefore(due, work),
                (None, work) => Taken::Work(work),
            },
        }
    }

    /// The way on for what has work to do.
    #[must_use]
    pub const fn pipeline(&self) -> &Arc<Pipeline> {
        match self {
            Self::Source(pipeline, _) | Self::Retry(pipeline, _) => pipeline,
        }
    }
}
