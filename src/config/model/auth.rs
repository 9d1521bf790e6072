//! How a workflow knows that it is us.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::Ed25519KeyPair;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Certificate, Identity};

use super::Grant;
use crate::config::{Rotating, Watched};

/// What shows the workflow that it is us, and us that it is the workflow.
#[derive(Debug, Clone)]
pub struct Access {
    /// What goes with each request.
    pub auth: Auth,
    /// The signatures of each request.
    pub signing: Signing,
    /// Certificates: whom to trust, and who we are.
    pub tls: WorkflowTls,
}

/// What goes with each request of a workflow.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Nothing: its URL may be a credential.
    None,
    /// A header that is the same until its file changes.
    Header(AuthHeader),
    /// A token that is fetched.
    Token(AuthToken),
}

/// A header with a secret.
#[derive(Debug, Clone)]
pub struct AuthHeader {
    /// `bearer`, `basic` or `header`.
    pub kind: &'static str,
    /// The header.
    pub name: HeaderName,
    /// Its whole value.
    pub value: Rotating<HeaderValue>,
}

/// A token in the `Authorization` header.
#[derive(Debug, Clone)]
pub struct AuthToken {
    /// `oauth2` or `entra`.
    pub kind: &'static str,
    /// How it is fetched.
    pub grant: Grant,
}

impl Auth {
    /// The word for it in the configuration.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Header(header) => header.kind,
            Self::Token(token) => token.kind,
        }
    }

    /// The looks at its files.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        match self {
            Self::None => Vec::new(),
            Self::Header(header) => header.value.watched().into_iter().collect(),
            Self::Token(token) => token.grant.watched().collect(),
        }
    }
}

/// Signatures of Standard Webhooks over each request.
#[derive(Debug, Clone, Default)]
pub struct Signing {
    /// `v1`: a signature for each secret, in this order. A file may hold several.
    pub secrets: Vec<Rotating<Vec<hmac::Key>>>,
    /// `v1a`.
    pub private_key: Option<Rotating<Ed25519KeyPair>>,
}

impl Signing {
    /// Whether nothing is signed.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.secrets.is_empty() && self.private_key.is_none()
    }

    /// The looks at its files.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let key = self.private_key.iter().filter_map(Rotating::watched);
        let secrets = self.secrets.iter().filter_map(Rotating::watched);
        secrets.chain(key).collect()
    }
}

/// The kinds of signatures, such as `v1 (2 secrets), v1a`.
impl fmt::Display for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = match self.secrets.len() {
            0 => None,
            1 => Some("v1".to_owned()),
            many => Some(format!("v1 ({many} secrets)")),
        };
        let key = self.private_key.as_ref().map(|_| "v1a".to_owned());
        let kinds: Vec<String> = secrets.into_iter().chain(key).collect();
        f.write_str(&kinds.join(", "))
    }
}

/// TLS towards a workflow.
#[derive(Debug, Clone, Default)]
pub struct WorkflowTls {
    /// The authorities to trust; the system's without them.
    pub authorities: Option<Rotating<Vec<Certificate>>>,
    /// What we show to a server that asks who we are.
    pub identity: Option<Rotating<Identity>>,
}

impl WorkflowTls {
    /// The looks at its files.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let authorities = self.authorities.as_ref().and_then(Rotating::watched);
        let identity = self.identity.as_ref().and_then(Rotating::watched);
        authorities.into_iter().chain(identity).collect()
    }
}
