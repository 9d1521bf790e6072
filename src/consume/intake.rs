//! What a partition's records become: the sources' are matched, the retry topics' are not.

use std::sync::Arc;

use rdkafka::message::BorrowedMessage;
use tokio::time::Instant;

use crate::clock;
use crate::config::{SourceKind, Tier};
use crate::pipeline::{Needed, Pipeline, Scratch, Share, Work};

/// What is done with the records of one topic.
#[derive(Clone)]
pub enum Intake {
    /// Events that are matched.
    Source(Source),
    /// Deliveries that were parked, and wait here until they are due.
    Retry(Arc<Pipeline>, Tier),
}

/// How the events of a source are taken.
#[derive(Clone)]
pub struct Source {
    pipeline: Arc<Pipeline>,
    kind: SourceKind,
    share: Share,
    needed: Arc<[Needed]>,
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

impl Source {
    /// A source of such events, read for one share of its deliveries.
    #[must_use]
    pub fn new(pipeline: &Arc<Pipeline>, kind: SourceKind, share: Share) -> Self {
        Self {
            needed: pipeline.needed(kind, &share).into(),
            pipeline: Arc::clone(pipeline),
            kind,
            share,
        }
    }

    /// What its automations may need today.
    fn needed(&self) -> impl Iterator<Item = &Needed> {
        let today = clock::now_millis();
        let runs = move |one: &&Needed| one.until.is_none_or(|until| today < until);
        self.needed.iter().filter(runs)
    }
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
            Self::Source(source) => source
                .pipeline
                .consider(topic, (source.kind, &source.share), message, scratch)
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
            Self::Source(source) => &source.pipeline,
            Self::Retry(pipeline, _) => pipeline,
        }
    }

    /// When it is worth trying a delivery of this topic again, if every workflow that its events
    /// may need parks what it is given now. `None`: one of them is tried, or they come from a retry
    /// topic, where they wait anyway.
    #[must_use]
    pub fn shut_until(&self, now: Instant) -> Option<Instant> {
        let Self::Source(source) = self else {
            return None;
        };
        let mut earliest = None;
        for needed in source.needed() {
            let opens = needed.lane.opens_at().filter(|opens| *opens > now)?;
            earliest = Some(earliest.map_or(opens, |known: Instant| known.min(opens)));
        }
        earliest
    }

    /// Whether one of the workflows that its events may need tries its deliveries: a probe is not
    /// that.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        let Self::Source(source) = self else {
            return true;
        };
        let mut needed = source.needed().peekable();
        needed.peek().is_none() || needed.any(|needed| needed.lane.is_tried())
    }

    /// Whether one record may stop the others of its partition for as long as it takes: where all
    /// of them are for one workflow.
    #[must_use]
    pub const fn is_of_one_workflow(&self) -> bool {
        matches!(
            self,
            Self::Source(Source {
                share: Share::Own(_),
                ..
            })
        )
    }
}
