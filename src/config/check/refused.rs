//! The librdkafka properties that `kafka.properties` may not set.

/// Names, and why each is refused.
const REFUSED: [(&str, &str); 62] = [
    ("acks", DURABLE),
    (
        "allow.auto.create.topics",
        "a misspelt topic must be an error; use kafka.create_topics",
    ),
    ("api.version.fallback.ms", OLD),
    ("api.version.request", OLD),
    ("auto.commit.enable", OFFSETS),
    ("auto.commit.interval.ms", "use kafka.commit_interval"),
    (
        "auto.offset.reset",
        "`earliest` alone loses nothing on a first start",
    ),
    ("bootstrap.servers", "use kafka.bootstrap_servers"),
    ("broker.version.fallback", OLD),
    ("client.id", "use kafka.client_id"),
    ("debug", "its lines may hold credentials; use log.level"),
    ("delivery.report.only.error", DURABLE),
    ("enable.auto.commit", OFFSETS),
    ("enable.auto.offset.store", OFFSETS),
    (
        "enable.gapless.guarantee",
        "one record that is refused would end the daemon",
    ),
    ("enable.idempotence", DURABLE),
    (
        "enable.partition.eof",
        "the end of a partition is no record; it can stop the consumer",
    ),
    (
        "enable.sasl.oauthbearer.unsecure.jwt",
        "tokens without a signature prove nothing",
    ),
    ("enabled_events", CLIENT),
    ("group.id", "use kafka.group_id"),
    ("group.instance.id", "use kafka.group_instance_id"),
    ("group.protocol", "use kafka.group_protocol"),
    ("group.protocol.type", ASSIGNMENT),
    ("group.remote.assignor", ASSIGNMENT),
    ("heartbeat.interval.ms", "it follows kafka.session_timeout"),
    ("interceptors", "foreign code in the process"),
    ("internal.termination.signal", CLIENT),
    (
        "isolation.level",
        "`read_committed` alone runs no workflow for a record whose transaction was aborted",
    ),
    ("log.queue", CLIENT),
    ("log_level", "use log.level"),
    ("max.poll.interval.ms", "it follows kafka.session_timeout"),
    ("metadata.broker.list", "use kafka.bootstrap_servers"),
    ("offset.store.method", OFFSETS),
    ("offset.store.path", OFFSETS),
    ("offset.store.sync.interval.ms", OFFSETS),
    ("partition.assignment.strategy", ASSIGNMENT),
    ("plugin.library.paths", "foreign code in the process"),
    ("queuing.strategy", "what came first is sent first"),
    ("request.required.acks", DURABLE),
    ("sasl.kerberos.kinit.cmd", "it runs a command of a shell"),
    ("sasl.mechanism", "use kafka.security.sasl.mechanism"),
    ("sasl.mechanisms", "use kafka.security.sasl.mechanism"),
    (
        "sasl.oauthbearer.client.id",
        "use kafka.security.sasl.client_id",
    ),
    (
        "sasl.oauthbearer.client.secret",
        "use kafka.security.sasl.client_secret",
    ),
    (
        "sasl.oauthbearer.config",
        "tokens are fetched by Firebell itself",
    ),
    (
        "sasl.oauthbearer.method",
        "tokens are fetched by Firebell itself",
    ),
    ("sasl.oauthbearer.scope", "use kafka.security.sasl.scope"),
    (
        "sasl.oauthbearer.token.endpoint.url",
        "use kafka.security.sasl.token_endpoint",
    ),
    ("sasl.password", "use kafka.security.sasl.password"),
    ("sasl.username", "use kafka.security.sasl.username"),
    ("security.protocol", "use kafka.security.protocol"),
    ("session.timeout.ms", "use kafka.session_timeout"),
    ("ssl.ca.location", "use kafka.security.tls.ca_file"),
    (
        "ssl.certificate.location",
        "use kafka.security.tls.certificate_file",
    ),
    ("ssl.engine.id", "foreign code in the process"),
    ("ssl.engine.location", "foreign code in the process"),
    ("ssl.key.location", "use kafka.security.tls.key_file"),
    ("ssl.key.password", "use kafka.security.tls.key_password"),
    ("ssl.providers", "foreign code in the process"),
    ("statistics.interval.ms", "use kafka.statistics_interval"),
    (
        "topic.blacklist",
        "a topic that it hides is not read, without a word",
    ),
    (
        "transactional.id",
        "a webhook cannot be part of a transaction",
    ),
];

const OFFSETS: &str = "an offset is stored when its record is settled, and never before";
const DURABLE: &str = "a parked delivery must be on every replica before its record is settled";
const OLD: &str = "a protocol from before headers would lose them; what a broker knows is asked";
const CLIENT: &str = "the client would no longer tell Firebell what happens";
const ASSIGNMENT: &str = "the group protocol decides; use kafka.group_protocol";

/// What all names of a method of fetching tokens begin with.
const TOKENS: &str = "sasl.oauthbearer.";

/// Why a property is refused, if it is.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let found = REFUSED.iter().find(|(refused, _)| *refused == name);
    let of_tokens = name.starts_with(TOKENS);
    found
        .map(|(_, reason)| *reason)
        .or(of_tokens.then_some("tokens are fetched by Firebell itself"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULTS;
    use crate::document::parse;

    #[test]
    fn every_key_to_use_instead_is_one() {
        let defaults = parse(DEFAULTS, "defaults").unwrap();
        for (name, reason) in REFUSED {
            let Some((_, key)) = reason.split_once("use ") else {
                continue;
            };
            let found = key
                .split('.')
                .try_fold(&defaults, |node, key| node.get(key));
            assert!(found.is_some(), "{name}: {key}");
        }
    }

    #[test]
    fn what_is_not_listed_is_passed() {
        for name in ["socket.timeout.ms", "client.rack", "message.timeout.ms", ""] {
            assert_eq!(reason(name), None);
        }
        for name in [
            "enable.auto.commit",
            "isolation.level",
            "sasl.oauthbearer.any",
        ] {
            assert!(reason(name).is_some(), "{name}");
        }
    }
}
