//! Client credentials of OAuth 2.0.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use reqwest::{Certificate, Url};

use crate::config::{Rotating, Secret, Watched};

/// What a token is asked for with (RFC 6749 section 4.4).
#[derive(Debug, Clone)]
pub struct Grant {
    /// Where tokens are fetched: `https`, or `http` on this host.
    pub token_endpoint: Url,
    /// The client's id.
    pub client_id: String,
    /// What shows that we are that client.
    pub credential: Credential,
    /// The scope asked for.
    pub scope: Option<String>,
    /// Further parameters, such as `audience` or `resource`.
    pub parameters: BTreeMap<String, Secret<String>>,
    /// The authorities to trust at the token endpoint; the system's without it.
    pub authorities: Option<Rotating<Vec<Certificate>>>,
}

impl Grant {
    /// The looks at its files.
    pub fn watched(&self) -> impl Iterator<Item = Watched> + use<> {
        let credential = match &self.credential {
            Credential::SecretInBody(secret) | Credential::SecretInHeader(secret) => {
                secret.watched()
            }
            Credential::Key(key) => key.watched(),
            Credential::Federated(token) => token.watched(),
        };
        let authorities = self.authorities.as_ref().and_then(Rotating::watched);
        credential.into_iter().chain(authorities)
    }
}

/// What shows that we are the client.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A secret in the body of the request.
    SecretInBody(Rotating<String>),
    /// A secret in the request's `Authorization` header.
    SecretInHeader(Rotating<String>),
    /// An assertion that we sign for each request (RFC 7523).
    Key(Rotating<AssertionKey>),
    /// An assertion that somebody else signed, such as the cluster we run in.
    Federated(Rotating<String>),
}

/// A key that signs assertions, and what is said of it in them.
pub struct AssertionKey {
    /// The key, RSA of 2048 bits at least.
    pub pair: RsaKeyPair,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The certificate's SHA-256 in base64url, where there is a certificate: `x5t#S256`.
    pub thumbprint: Option<String>,
}

/// Nothing of the key.
impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// How an assertion is signed (RFC 7518 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PKCS1-v1.5 with SHA-256, for servers that know no other.
    Rs256,
}

impl Algorithm {
    /// Its name in the header of an assertion.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// Its padding and digest.
    #[must_use]
    pub fn encoding(self) -> &'static dyn RsaEncoding {
        match self {
            Self::Ps256 => &RSA_PSS_SHA256,
            Self::Rs256 => &RSA_PKCS1_SHA256,
        }
    }
}
