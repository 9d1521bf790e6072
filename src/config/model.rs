//! The configuration as it is true: checked, resolved, every value within its bounds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::{Origin, Watched};
use crate::document::Texts;
use crate::event::EventKind;
use crate::rules::Automation;

mod auth;
mod egress;
mod flow;
mod kafka;
mod oauth;
mod request;
mod security;
mod workflow;

pub use auth::*;
pub use egress::*;
pub use flow::*;
pub use kafka::*;
pub use oauth::*;
pub use request::*;
pub use security::*;
pub use workflow::*;

/// Everything the daemon needs to know. Made by [`crate::config::load()`] alone.
#[derive(Debug, Clone)]
pub struct Config {
    /// The cluster, the groups, and how they are used.
    pub kafka: Kafka,
    /// The topics that events come from; at least one, no topic twice.
    pub sources: Vec<Source>,
    /// What a record may be.
    pub decode: Decode,
    /// The delays between attempts that go through Kafka.
    pub retry: Retry,
    /// The topic for what cannot be delivered.
    pub dead_letter: DeadLetter,
    /// The automations of every file that `automations` names: the lowest priority first, equal
    /// ones in the order of the files.
    pub automations: Vec<Automation>,
    /// Where each of them is written, in the same order.
    pub origins: Vec<Origin>,
    /// The files that they were read from; their tests stand there, too.
    pub rule_files: Vec<PathBuf>,
    /// The lines of their files, for messages.
    pub texts: Texts,
    /// The workflows by name.
    pub workflows: BTreeMap<String, Workflow>,
    /// What all workflows share.
    pub delivery: Delivery,
    /// The listener for metrics and health.
    pub admin: Admin,
    /// How lines are logged.
    pub log: Log,
    /// How long a stop may take.
    pub shutdown: Shutdown,
}

impl Config {
    /// The looks at every file whose value follows it.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        self.workflows
            .values()
            .flat_map(Workflow::watched)
            .collect()
    }
}

/// A topic that events come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The topic.
    pub topic: String,
    /// What its events are.
    pub kind: SourceKind,
}

/// What the events of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// Each event says what it is.
    Auto,
    /// All are of this kind, or its snapshot form where the event says so.
    Fixed(EventKind),
}

/// The `decode` section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decode {
    /// A value of more bytes is a dead letter; 1 KiB to 64 MiB.
    pub max_bytes: usize,
    /// An event nested deeper is a dead letter; 8 to 512.
    pub max_depth: usize,
}

/// The `retry` section.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Rising delays, a topic each; the last repeats. 1 to 8 of them.
    pub tiers: Vec<Tier>,
    /// A delivery older than this is a dead letter.
    pub max_age: Duration,
    /// A delivery with so many attempts is a dead letter.
    pub max_attempts: u32,
    /// A delivery whose automation or workflow no process has known for so long is a dead letter;
    /// 1 s to 720 h.
    pub unknown_after: Duration,
}

/// A retry topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The topic.
    pub topic: String,
    /// How long each of its records waits.
    pub delay: Duration,
}

/// The `dead_letter` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The topic.
    pub topic: String,
    /// How fast deliveries may be given up; without it, as fast as they fail.
    pub flood: Option<Flood>,
}

/// The `dead_letter.flood` section: the tokens that a workflow's dead letters cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flood {
    /// Tokens kept at most, and at the start; 1 to 1,000,000.
    pub burst: u32,
    /// Tokens that a minute earns; 1 to 1,000,000.
    pub per_minute: u32,
    /// Tokens that a delivery earns; 0 to 1,000.
    pub per_success: u32,
}

/// The `delivery` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// How long a partition is held for a place in a busy lane.
    pub lane_wait: Duration,
    /// What the deployment is called in `ce-source`: 1 to 64 letters, digits, `.`, `_` and `-`.
    pub deployment: String,
}

/// The `admin` section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    /// Where `/metrics`, `/livez` and `/readyz` are served.
    pub listen: SocketAddr,
}

/// The `log` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// For machines or for people.
    pub format: LogFormat,
    /// The least level: `error`, `warn`, `info`, `debug` or `trace`.
    pub level: tracing::Level,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Text for people.
    Text,
}

/// The `shutdown` section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shutdown {
    /// From the signal to the end; 1 s to 10 min.
    pub grace: Duration,
}
