//! What a topic is for.

use std::fmt;
use std::time::Duration;

use crate::config::{CreateTopics, Kafka};

/// What a topic of the configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Events come from it. It is somebody else's.
    Source,
    /// What is parked waits in it, for so long.
    Retry(Duration),
    /// What cannot be dealt with stays in it.
    DeadLetter,
}

impl Role {
    /// How a topic of this role is created where it is missing; none where it is not.
    pub(super) const fn creation(self, kafka: &Kafka) -> Option<CreateTopics> {
        match self {
            Self::Source => kafka.create_sources,
            Self::Retry(_) | Self::DeadLetter => kafka.create_topics,
        }
    }

    /// The key that lets it be created.
    pub(super) const fn creates(self) -> &'static str {
        match self {
            Self::Source => "kafka.create_sources",
            Self::Retry(_) | Self::DeadLetter => "kafka.create_topics",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "a source",
            Self::Retry(_) => "a retry topic",
            Self::DeadLetter => "the dead-letter topic",
        })
    }
}
