//! The librdkafka properties that `kafka.properties` may not set.

/// Names, and why each is refused.
const REFUSED: [(&str, &str); 42] = [
    ("acks", DURABLE),
    (
        "allow.auto.create.topics",
        "a misspelt topic must be an error; use kafka.create_topics",
    ),
    ("auto.commit.enable", OFFSETS),
    ("auto.commit.interval.ms", "use kafka.commit_interval"),
    (
        "auto.offset.reset",
        "`earliest` alone loses nothing on a first start",
    ),
    ("bootstrap.servers", "use kafka.bootstrap_servers"),
    ("client.id", "use kafka.client_id"),
    ("debug", "its lines may hold credentials; use log.level"),
    ("delivery.report.only.error", DURABLE),
    ("enable.auto.commit", OFFSETS),
    ("enable.auto.offset.store", OFFSETS),
    ("enable.idempotence", DURABLE),
    (
        "enable.partition.eof",
        "the end of a partition is no record; it can stop the consumer",
    ),
    (
        "enable.sasl.oauthbearer.unsecure.jwt",
        "tokens without a signature prove nothing",
    ),
    ("group.id", "use kafka.group_id"),
    ("group.instance.id", "use kafka.group_instance_id"),
    ("group.protocol", "use kafka.group_protocol"),
    ("group.remote.assignor", ASSIGNMENT),
    (
        "max.poll.interval.ms",
        "kafka.drain_timeout is bounded by its default, 5m",
    ),
    ("metadata.broker.list", "use kafka.bootstrap_servers"),
    ("offset.store.method", OFFSETS),
    ("partition.assignment.strategy", ASSIGNMENT),
    ("plugin.library.paths", "foreign code in the process"),
    ("request.required.acks", DURABLE),
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
    ("ssl.key.location", "use kafka.security.tls.key_file"),
    ("ssl.key.password", "use kafka.security.tls.key_password"),
    ("statistics.interval.ms", "use kafka.statistics_interval"),
    (
        "transactional.id",
        "a webhook cannot be part of a transaction",
    ),
];

const OFFSETS: &str = "an offset is stored when its record is settled, and never before";
const DURABLE: &str = "a parked delivery must be on every replica before its record is settled";
const ASSIGNMENT: &str = "the group protocol decides; use kafka.group_protocol";

/// Why a property is refused, if it is.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    REFUSED
        .iter()
        .find(|(refused, _)| *refused == name)
        .map(|(_, reason)| *reason)
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
        for name in [
            "socket.timeout.ms",
            "isolation.level",
            "message.timeout.ms",
            "",
        ] {
            assert_eq!(reason(name), None);
        }
        assert!(reason("enable.auto.commit").is_some());
    }
}
