//! A setting of a topic that does not keep what is written to it.

use std::fmt;
use std::time::Duration;

use super::role::Role;
use crate::document::show_duration;

/// What an unfit setting leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// What was acknowledged may be lost: not started, not ready.
    Refused,
    /// It may be lost when more comes than was thought of.
    Warned,
}

/// A setting of a topic that does not keep what is written to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit {
    /// The topic.
    pub(super) topic: String,
    /// What it is for.
    pub(super) role: Role,
    /// The setting's name.
    pub(super) setting: &'static str,
    /// Its value.
    pub(super) value: String,
    /// What is expected, and why.
    pub(super) expected: String,
    /// The value that mends it.
    pub(super) mend: String,
    /// What it leads to.
    pub(super) severity: Severity,
}

impl Unfit {
    /// What is wrong, without where and what to do.
    #[must_use]
    pub(super) fn what(&self) -> String {
        let millis = self
            .value
            .parse()
            .ok()
            .filter(|_| self.setting == "retention.ms");
        let readable =
            millis.map(|millis| format!(" ({})", show_duration(Duration::from_millis(millis))));
        let readable = readable.unwrap_or_default();
        let Self {
            setting,
            value,
            expected,
            ..
        } = self;
        format!("{setting} is {value}{readable}, {expected}")
    }

    /// All of it, with the command that mends it on the cluster with these servers.
    #[must_use]
    pub(super) fn told(&self, servers: &str) -> String {
        let Self {
            topic,
            setting,
            mend,
            ..
        } = self;
        format!(
            "{self}\n    help: kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics --entity-name {topic} --add-config {setting}={mend}"
        )
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "topic {}, {}: {}", self.topic, self.role, self.what())
    }
}
