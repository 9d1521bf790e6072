//! The cluster, the groups, and how they are used.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Security;
use crate::config::Secret;
use crate::document::Place;

/// The `kafka` section.
#[derive(Debug, Clone)]
pub struct Kafka {
    /// `host:port`, at least one.
    pub bootstrap_servers: Vec<String>,
    /// The group of the sources; the retry topics are read by `<group_id>.retry`.
    pub group_id: String,
    /// The name the cluster sees.
    pub client_id: String,
    /// How the group is balanced.
    pub group_protocol: GroupProtocol,
    /// Static membership: the member's name, unique in the group.
    pub group_instance_id: Option<String>,
    /// How the connection is secured.
    pub security: Security,
    /// What Azure Event Hubs asks for, where the cluster is one.
    pub event_hubs: Option<EventHubs>,
    /// Create the retry topics and the dead-letter topic where they are missing, else refuse to
    /// start.
    pub create_topics: Option<CreateTopics>,
    /// The same of the sources.
    pub create_sources: Option<CreateTopics>,
    /// How often offsets are stored and committed; 250 ms to 1 min.
    pub commit_interval: Duration,
    /// How long a partition may take to drain before it is let go; below the session timeout.
    pub drain_timeout: Duration,
    /// Classic groups: a member unheard of for so long is out.
    pub session_timeout: Duration,
    /// How long the cluster may take to answer at start.
    pub start_timeout: Duration,
    /// Without an assignment for so long after start, the daemon ends with an error.
    pub assignment_timeout: Duration,
    /// How often lag is measured.
    pub statistics_interval: Duration,
    /// How often the settings of topics are looked at; 1 s to 1 h.
    pub topics_interval: Duration,
    /// What may be in flight for one partition.
    pub window: Window,
    /// Passed to librdkafka as they are. Never shown: a value may be a secret.
    pub properties: BTreeMap<String, Secret<String>>,
    /// Where each of them is written; one that the preset sets is written nowhere.
    pub properties_at: BTreeMap<String, Place>,
}

impl Kafka {
    /// The group of the retry topics.
    #[must_use]
    pub fn retry_group(&self) -> String {
        format!("{}.{RETRY_GROUP}", self.group_id)
    }

    /// The group of a workflow that has one of its own. Do not change: its offsets are under this
    /// name.
    #[must_use]
    pub fn own_group(&self, workflow: &str) -> String {
        format!("{}.{workflow}", self.group_id)
    }
}

/// What the retry group's name ends in: no workflow of this name may have a group of its own.
pub const RETRY_GROUP: &str = "retry";

/// The `kafka.event_hubs` section. What it leads to stands in the keys that it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHubs {
    /// Where it is written.
    pub place: Place,
    /// The one event hub that the connection string is for.
    pub entity_path: Option<String>,
}

/// How a consumer group is balanced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupProtocol {
    /// The classic protocol, `cooperative-sticky`.
    Classic,
    /// KIP-848; Apache Kafka 4.0 or later.
    Consumer,
}

/// How topics are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateTopics {
    /// Partitions of a created topic; 1 to 1,000.
    pub partitions: i32,
    /// Replicas of a created topic; -1 leaves it to the cluster.
    pub replication: i32,
}

/// What may be in flight for one partition: received and not yet settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Records received and not yet settled; 1 to 100,000.
    pub records: usize,
    /// Matched records from the oldest unsettled one on; 1 to 1,000,000. What a crash repeats at
    /// most. A record that alone keeps so many waiting is parked.
    pub span: usize,
    /// Bytes of keys and values; one record is always let in.
    pub bytes: usize,
}
