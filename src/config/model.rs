//! The configuration as it is true: checked, resolved, every value within its bounds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use crate::config::{Origin, Secret};
use crate::event::EventKind;
use crate::rules::Automation;

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
    /// Create the topics that are missing, else refuse to start.
    pub create_topics: Option<CreateTopics>,
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
    /// What may be in flight for one partition.
    pub window: Window,
    /// Passed to librdkafka as they are. Never shown: a value may be a secret.
    pub properties: BTreeMap<String, Secret<String>>,
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

/// How the connection to Kafka is secured.
#[derive(Debug, Clone)]
pub enum Security {
    /// Nothing: a cluster on the same host, or a tunnel.
    Plaintext,
    /// TLS, with a client certificate by choice.
    Tls(Tls),
    /// SASL without TLS.
    SaslPlaintext(Sasl),
    /// SASL within TLS: the usual one in the cloud.
    SaslTls(Tls, Sasl),
}

/// TLS towards Kafka.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// The authorities to trust; the system's without it.
    pub ca_file: Option<PathBuf>,
    /// The client's certificate.
    pub certificate_file: Option<PathBuf>,
    /// The client's key.
    pub key_file: Option<PathBuf>,
    /// The key's password.
    pub key_password: Option<Secret<String>>,
}

/// SASL towards Kafka.
#[derive(Debug, Clone)]
pub enum Sasl {
    /// PLAIN: Event Hubs takes `$ConnectionString` and the connection string.
    Plain(Login),
    /// SCRAM-SHA-256.
    ScramSha256(Login),
    /// SCRAM-SHA-512.
    ScramSha512(Login),
    /// OAUTHBEARER with tokens by `OpenID` Connect, where the build has it.
    OauthBearer(Oauth),
}

/// A name and its password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret<String>,
}

/// Client credentials of `OpenID` Connect.
#[derive(Debug, Clone)]
pub struct Oauth {
    /// Where tokens are fetched.
    pub token_endpoint: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret<String>,
    /// The scope asked for.
    pub scope: Option<String>,
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
}

/// A workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// The webhook. A credential as a whole: the query of a Logic App's is its key.
    pub url: Secret<Url>,
    /// From the request's first byte to the answer's last; 100 ms to 5 min.
    pub timeout: Duration,
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// Requests at the same time; 1 to 1,000.
    pub max_in_flight: usize,
    /// Deliveries that have a place: in flight, waiting, or between two attempts.
    pub queue: usize,
    /// Attempts in process before the delivery is parked; 1 to 10.
    pub attempts: u32,
    /// Between two attempts in process.
    pub backoff: Backoff,
}

/// Bounds of a wait with full jitter: uniform between nothing and `min × 2ⁿ`, `max` at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first bound.
    pub min: Duration,
    /// The last bound.
    pub max: Duration,
}

/// The `delivery` section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// How long a partition is held for a place in a busy lane.
    pub lane_wait: Duration,
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
