//! How the connection to Kafka is secured.

use std::path::PathBuf;

use crate::config::{Grant, Secret};

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
    /// OAUTHBEARER with tokens by client credentials.
    OauthBearer(Box<Grant>),
}

/// A name and its password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret<String>,
}
