//! The settings we insist on, and the log lines of the client library.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::client::OAuthToken;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{ClientContext, Statistics};

use super::defaults::default_to;
use super::fetched::Fetched;
use super::tokens::Tokens;
use super::trouble::Trouble;
use crate::config::{GroupProtocol, Kafka, Login, Sasl, Security, Tls};
use crate::health::Died;
use crate::telemetry::catalogue::OFFSET_RESETS;

/// What every client of ours shares: where, how secured, and what the operator passes through.
#[must_use]
pub fn client_config(kafka: &Kafka) -> ClientConfig {
    let mut client = ClientConfig::new();
    for (name, value) in &kafka.properties {
        client.set(name, value.expose());
    }
    client
        .set("bootstrap.servers", kafka.bootstrap_servers.join(","))
        .set("client.id", &kafka.client_id)
        .set("allow.auto.create.topics", "false")
        .set_log_level(RDKafkaLogLevel::Info);
    // Azure closes idle connections after 240 s without a word.
    default_to(&mut client, "socket.keepalive.enable", "true");
    default_to(&mut client, "metadata.max.age.ms", "180000");
    secure(&mut client, &kafka.security);
    client
}

/// The settings of a consumer of `group`.
#[must_use]
pub fn consumer_config(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut client = client_config(kafka);
    let millis = |wait: std::time::Duration| wait.as_millis().to_string();
    client
        .set("group.id", group)
        // The default, `largest`, would lose what came before the first start.
        .set("auto.offset.reset", "earliest")
        // Offsets are stored by the ledger alone, and committed from the store.
        .set("enable.auto.offset.store", "false")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", millis(kafka.commit_interval))
        .set("enable.partition.eof", "false")
        .set("statistics.interval.ms", millis(kafka.statistics_interval));
    let of = if group == kafka.retry_group() {
        Fetched::Parked
    } else {
        Fetched::Events
    };
    for (name, value) in of.settings() {
        default_to(&mut client, name, value);
    }
    default_to(&mut client, "check.crcs", "true");
    // New partitions of a topic are found by it: one small request for each member.
    default_to(&mut client, "topic.metadata.refresh.interval.ms", "10000");
    if let Some(instance) = &kafka.group_instance_id {
        client.set("group.instance.id", instance);
    }
    match kafka.group_protocol {
        // KIP-848 takes session and heartbeat from the broker, and refuses them here.
        GroupProtocol::Consumer => client
            .set("group.protocol", "consumer")
            // The library sends an automatic commit that met a new epoch once more, with the
            // partitions of the old one: what they have been committed to since goes back.
            .set("enable.auto.commit", "false"),
        GroupProtocol::Classic => client
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", millis(kafka.session_timeout))
            // The library refuses one that is shorter than the session.
            .set(
                "max.poll.interval.ms",
                millis(kafka.session_timeout.max(POLL_INTERVAL)),
            )
            .set(
                "heartbeat.interval.ms",
                millis((kafka.session_timeout / 3).min(HEARTBEAT)),
            ),
    };
    client
}

/// The library's own default: within it a member must have polled.
const POLL_INTERVAL: std::time::Duration = std::time::Duration::from_mins(5);
const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);

/// An error of the library as text. Its own text for a setting that it refuses holds the value,
/// which may be a secret.
#[must_use]
pub fn describe(error: &KafkaError) -> String {
    if let KafkaError::ClientConfig(result, _, name, _) = error {
        return format!("the Kafka client refuses {name} ({result:?}); its value is not shown");
    }
    error.to_string()
}

fn secure(client: &mut ClientConfig, security: &Security) {
    let protocol = match security {
        Security::Plaintext => "plaintext",
        Security::Tls(_) => "ssl",
        Security::SaslPlaintext(_) => "sasl_plaintext",
        Security::SaslTls(..) => "sasl_ssl",
    };
    client.set("security.protocol", protocol);
    if let Security::Tls(tls) | Security::SaslTls(tls, _) = security {
        secure_by_tls(client, tls);
    }
    if let Security::SaslPlaintext(sasl) | Security::SaslTls(_, sasl) = security {
        secure_by_sasl(client, sasl);
    }
}

fn secure_by_tls(client: &mut ClientConfig, tls: &Tls) {
    let files = [
        ("ssl.ca.location", &tls.ca_file),
        ("ssl.certificate.location", &tls.certificate_file),
        ("ssl.key.location", &tls.key_file),
    ];
    for (name, file) in files {
        if let Some(file) = file {
            client.set(name, file.to_string_lossy());
        }
    }
    if let Some(password) = &tls.key_password {
        client.set("ssl.key.password", password.expose());
    }
}

fn secure_by_sasl(client: &mut ClientConfig, sasl: &Sasl) {
    let mut login = |mechanism: &str, login: &Login| {
        client
            .set("sasl.mechanism", mechanism)
            .set("sasl.username", &login.username)
            .set("sasl.password", login.password.expose());
    };
    match sasl {
        Sasl::Plain(by) => login("PLAIN", by),
        Sasl::ScramSha256(by) => login("SCRAM-SHA-256", by),
        Sasl::ScramSha512(by) => login("SCRAM-SHA-512", by),
        // The tokens come by `ClientContext::generate_oauth_token`.
        Sasl::OauthBearer(_) => {
            client.set("sasl.mechanism", "OAUTHBEARER");
        }
    }
}

/// What a client said last, and what that tells.
#[derive(Debug, Clone)]
pub struct LastWord {
    /// The library's own words.
    pub text: String,
    /// What is to be mended, where they tell.
    pub trouble: Option<Trouble>,
}

/// Turns the client library's lines and errors into ours. Keeps the last error, so that a start
/// that fails can say why.
#[derive(Debug, Clone)]
pub struct ClientLog {
    part: Arc<str>,
    died: Died,
    tokens: Tokens,
    last: Arc<Mutex<Option<LastWord>>>,
}

impl ClientLog {
    /// The log of one client of this cluster, and its tokens where it needs some.
    #[must_use]
    pub fn new(part: impl Into<Arc<str>>, kafka: &Kafka, died: Died) -> Self {
        Self {
            part: part.into(),
            died,
            tokens: Tokens::of(kafka),
            last: Arc::default(),
        }
    }

    /// The tokens of the client.
    #[must_use]
    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The last error that the client reported.
    #[must_use]
    pub fn last_word(&self) -> Option<LastWord> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    /// Whether waiting is no use: credentials or certificates must be mended first.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let trouble = self.last_word().and_then(|last| last.trouble);
        trouble.is_some_and(Trouble::is_certain)
    }

    /// A line of the library's. Its warnings are news, not our errors: what an operator must act
    /// on is logged where it is decided.
    pub fn line(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        let client = &*self.part;
        // Some refusals are told by a line alone; its first part names a thread.
        if facility == "FAIL" && Trouble::of(line).is_some() {
            let text = line.split_once("]: ").map_or(line, |(_, text)| text);
            self.keep_if(text, |last| last.trouble.is_none());
        }
        match level {
            // The one line of the library's that tells of loss: the offset to read on from has
            // been deleted, by retention or by hand, or has never been in this log.
            RDKafkaLogLevel::Warning if facility == "OFFSET" => {
                OFFSET_RESETS.counter(&[client]).increment(1);
                tracing::error!(
                    client,
                    error = line,
                    "the offset to read on from is gone: records were deleted before they were read, or the topic was cut off or created again"
                );
            }
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning => {
                tracing::warn!(target: "librdkafka", client, facility, "{line}");
            }
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
                tracing::debug!(target: "librdkafka", client, facility, "{line}");
            }
        }
    }

    /// Keeps an error of the whole client as its last word, unless one before said more: that all
    /// brokers are down says less than why the last one is, and anything less than what to mend.
    pub fn keep(&self, error: &KafkaError, reason: &str) {
        let all_down = error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown);
        self.keep_if(reason, |last| !all_down && last.trouble.is_none());
    }

    /// Keeps words that tell more than `replaces` finds in those before.
    fn keep_if(&self, text: &str, replaces: impl Fn(&LastWord) -> bool) {
        let word = LastWord {
            text: text.to_owned(),
            trouble: Trouble::of(text),
        };
        let certain = word.trouble.is_some_and(Trouble::is_certain);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if certain || last.as_ref().is_none_or(replaces) {
            *last = Some(word);
        }
    }

    /// An error of the whole client. A fatal one ends the daemon.
    pub fn failed(&self, error: &KafkaError, reason: &str) {
        self.keep(error, reason);
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
            self.died.report(&self.part, reason);
        } else {
            tracing::warn!(
                client = &*self.part,
                error = reason,
                "the Kafka client reports an error"
            );
        }
    }
}

impl ClientContext for ClientLog {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _config: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.tokens.fetch()
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        self.line(level, facility, line);
    }

    fn stats(&self, _statistics: Statistics) {}

    fn error(&self, error: KafkaError, reason: &str) {
        self.failed(&error, reason);
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::consumer::BaseConsumer;

    use super::*;

    #[test]
    fn kip_848_gets_no_setting_that_it_refuses() {
        let mut kafka = crate::config::defaults_for_tests().kafka;
        kafka.group_protocol = GroupProtocol::Consumer;
        let client = consumer_config(&kafka, "g");
        for name in [
            "session.timeout.ms",
            "heartbeat.interval.ms",
            "partition.assignment.strategy",
        ] {
            assert_eq!(client.get(name), None, "{name}");
        }
    }

    #[test]
    fn event_hubs_gets_what_it_asks_for_and_the_library_takes_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("firebell.yaml");
        let string =
            "Endpoint=sb://e.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k=";
        let text = format!(
            "sources: [events]\nkafka: {{ event_hubs: {{ connection_string: '{string}' }} }}\n"
        );
        std::fs::write(&file, text).unwrap();
        let sources = crate::config::Sources {
            file: Some(file),
            environment: Vec::new(),
        };
        let kafka = crate::config::load(&sources).unwrap().kafka;
        let client = consumer_config(&kafka, "g");
        for (name, value) in [
            ("bootstrap.servers", "e.servicebus.windows.net:9093"),
            ("security.protocol", "sasl_ssl"),
            ("sasl.mechanism", "PLAIN"),
            ("sasl.username", "$ConnectionString"),
            ("sasl.password", string),
            ("session.timeout.ms", "30000"),
            ("heartbeat.interval.ms", "3000"),
            ("socket.keepalive.enable", "true"),
            ("metadata.max.age.ms", "180000"),
            ("connections.max.idle.ms", "180000"),
            ("request.timeout.ms", "60000"),
            ("message.max.bytes", "1000000"),
            ("enable.auto.offset.store", "false"),
            ("auto.commit.interval.ms", "1000"),
        ] {
            assert_eq!(client.get(name), Some(value), "{name}");
        }
        client.create::<BaseConsumer>().unwrap();
        let producer: rdkafka::producer::BaseProducer = client_config(&kafka).create().unwrap();
        drop(producer);
    }

    #[test]
    fn the_library_takes_the_shortest_and_the_longest_session() {
        let mut kafka = crate::config::defaults_for_tests().kafka;
        for seconds in [6, 45, 1_800] {
            kafka.session_timeout = std::time::Duration::from_secs(seconds);
            let client = consumer_config(&kafka, "g");
            client.create::<BaseConsumer>().unwrap();
        }
    }

    #[test]
    fn new_partitions_are_looked_for_within_seconds_and_an_operator_may_choose_otherwise() {
        let name = "topic.metadata.refresh.interval.ms";
        let mut kafka = crate::config::defaults_for_tests().kafka;
        assert_eq!(consumer_config(&kafka, "g").get(name), Some("10000"));
        let chosen = crate::config::Secret::new("60000".to_owned());
        kafka.properties.insert(name.to_owned(), chosen);
        assert_eq!(consumer_config(&kafka, "g").get(name), Some("60000"));
    }

    #[test]
    fn offsets_are_never_stored_by_the_library() {
        let kafka = crate::config::defaults_for_tests().kafka;
        let client = consumer_config(&kafka, "g");
        assert_eq!(client.get("enable.auto.offset.store"), Some("false"));
        assert_eq!(client.get("auto.offset.reset"), Some("earliest"));
    }
}
