//! Why the cluster and we do not come together, out of what the client library says.
//!
//! It has one code for many causes, so its words are what tells them apart (librdkafka 2.12,
//! `rdkafka_broker.c`, `rdkafka_ssl.c`, `rdkafka_sasl*.c`). Words that change in another release
//! cost the hint and nothing else.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::tokens::Tokens;
use crate::health::GroupHealth;

/// A cause that an operator can mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The cluster knows neither name and password nor token.
    Credentials,
    /// No token can be had.
    Token,
    /// The listener knows no SASL, or not this mechanism.
    Mechanism,
    /// We do not trust the cluster's certificate.
    Authority,
    /// The cluster does not take our certificate, or misses it.
    Certificate,
    /// We speak TLS, and the listener does not.
    NoTls,
    /// The listener closes at once, as one that wants TLS or SASL does.
    Closed,
}

/// Words of the library's, and what they tell; the first that fits.
const WORDS: [(&str, Trouble); 14] = [
    ("Failed to acquire SASL OAUTHBEARER token", Trouble::Token),
    ("SASL authentication error", Trouble::Credentials),
    ("mechanism handshake failed", Trouble::Mechanism),
    ("certificate verify failed", Trouble::Authority),
    ("alert bad certificate", Trouble::Certificate),
    ("alert certificate required", Trouble::Certificate),
    ("alert unknown ca", Trouble::Certificate),
    ("alert certificate unknown", Trouble::Certificate),
    ("alert certificate expired", Trouble::Certificate),
    ("alert handshake failure", Trouble::Certificate),
    ("connecting to a PLAINTEXT broker", Trouble::NoTls),
    ("wrong version number", Trouble::NoTls),
    ("in state AUTH_", Trouble::Credentials),
    ("Disconnected", Trouble::Closed),
];

impl Trouble {
    /// What a line of the library's tells, if anything.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let known = WORDS.into_iter().find(|(words, _)| line.contains(words));
        known.map(|(_, trouble)| trouble)
    }

    /// Whether it does not mend itself. A listener that closes at once may be starting.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self != Self::Closed
    }

    /// What it is, in a few words.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Credentials => "the cluster does not take our credentials",
            Self::Token => "no token can be had for it",
            Self::Mechanism => "its listener does not know this SASL mechanism, or no SASL",
            Self::Authority => "its certificate is not trusted",
            Self::Certificate => "it does not take our certificate, or misses one",
            Self::NoTls => "its listener speaks no TLS",
            Self::Closed => "its listener closes the connection at once",
        }
    }

    /// Where to look.
    #[must_use]
    pub const fn look_at(self) -> &'static str {
        match self {
            Self::Credentials => {
                "check kafka.security.sasl: username and password, or what the token is fetched with"
            }
            Self::Token => {
                "check kafka.security.sasl: token_endpoint, client_id and the credential beside them"
            }
            Self::Mechanism => "check kafka.security.sasl.mechanism, and kafka.security.protocol",
            Self::Authority => {
                "check kafka.security.tls.ca_file, and that the certificate is for the host of kafka.bootstrap_servers"
            }
            Self::Certificate => {
                "check kafka.security.tls.certificate_file and key_file: the cluster must trust who signed them"
            }
            Self::NoTls => {
                "check kafka.security.protocol: `plaintext` or `sasl_plaintext`, or the port in kafka.bootstrap_servers"
            }
            Self::Closed => {
                "check kafka.security.protocol, and the port in kafka.bootstrap_servers: the listener may want TLS or SASL"
            }
        }
    }
}

/// Has readiness say what an error of a whole client with these tokens means. Without a new token
/// the client shows the last one, until long after its end, and that is not what is to be mended.
pub(super) fn tell(health: &GroupHealth, tokens: &Tokens, error: &KafkaError, reason: &str) {
    let trouble = match Trouble::of(reason) {
        Some(Trouble::Credentials) if tokens.are_missing() => Some(Trouble::Token),
        other => other,
    };
    match trouble.filter(|trouble| trouble.is_certain()) {
        Some(trouble) => {
            health.refused(&format!("no way into the cluster: {}", trouble.what()));
        }
        None if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) => {
            health.unreachable("no broker can be reached");
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_of_security_gives_no_hint() {
        for line in [
            "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused",
            "1/1 brokers are down",
            "Failed to resolve 'kafka:9092': Name or service not known",
        ] {
            assert_eq!(Trouble::of(line), None, "{line}");
        }
    }
}
