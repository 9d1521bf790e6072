//! Why a start is refused for the groups' sake.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::retries::Held;
use super::standing::{Unread, counted, list};
use crate::consume::client::describe;

/// Why the groups are not as they should be.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// A group that is switched off has not read all.
    #[error(
        "workflow {workflow} has no group of its own any more, and {group} has left {} unread: {}\n    help: set workflows.{workflow}.own_group to true until it has read them; to give them up, delete the group {group}",
        counted(unread),
        list(unread)
    )]
    Unread {
        /// The workflow.
        workflow: String,
        /// Its group.
        group: String,
        /// What it has not read, and the common group has.
        unread: Vec<Unread>,
    },
    /// A group that is switched off has members.
    #[error(
        "workflow {workflow} has no group of its own any more, and {group} still has members\n    help: stop every process that runs with workflows.{workflow}.own_group: true, then start"
    )]
    InUse {
        /// The workflow.
        workflow: String,
        /// Its group.
        group: String,
    },
    /// Retry topics hold what must be decided on first: all of them.
    #[error("{}", .0.iter().map(Held::to_string).collect::<Vec<_>>().join("\n"))]
    Retries(Vec<Held>),
    /// The cluster does not tell or take a group's offsets.
    #[error(
        "failed to compare the offsets of group {group}: {}\n    help: may this user read that group?",
        describe(source)
    )]
    Kafka {
        /// The group.
        group: String,
        /// What the cluster says.
        source: KafkaError,
    },
    /// Nobody asked to the end.
    #[error("failed to compare the groups: it was cut off")]
    Cut,
}

/// An error about this group.
pub(super) fn failed(group: &str) -> impl Fn(KafkaError) -> HandoverError + use<> {
    let group = group.to_owned();
    move |source| HandoverError::Kafka {
        group: group.clone(),
        source,
    }
}

/// Whether this user may not read the group.
pub(super) fn is_forbidden(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed)
}
