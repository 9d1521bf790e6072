//! Client credentials of OAuth 2.0, wherever they stand.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::Url;

use super::tls;
use crate::config::rotating::Parse;
use crate::config::{Algorithm, AssertionKey, Credential, Grant, Rotating, Secret, pem};
use crate::document::{Field, Piece, Section};

pub(super) const SECRET_IN: [(&str, SecretIn); 2] =
    [("body", SecretIn::Body), ("header", SecretIn::Header)];

pub(super) const ALGORITHMS: [(&str, Algorithm); 2] =
    [("PS256", Algorithm::Ps256), ("RS256", Algorithm::Rs256)];

/// Where a client's secret stands in the request for a token.
#[derive(Clone, Copy)]
pub(super) enum SecretIn {
    Body,
    Header,
}

/// What the request for a token has of its own.
const OWN: [&str; 6] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
];

/// The fields of a grant, but for those that say where tokens are fetched.
pub(super) struct GrantFields<'a> {
    pub(super) client_id: Field<'a>,
    pub(super) client_secret: Field<'a>,
    pub(super) client_secret_in: Field<'a>,
    pub(super) key_file: Field<'a>,
    pub(super) certificate_file: Field<'a>,
    pub(super) key_algorithm: Field<'a>,
    pub(super) federated_token_file: Field<'a>,
    pub(super) scope: Field<'a>,
    pub(super) parameters: Field<'a>,
    pub(super) ca_file: Field<'a>,
}

impl<'a> GrantFields<'a> {
    pub(super) fn of(section: &mut Section<'a>) -> Self {
        Self {
            client_id: section.field("client_id"),
            client_secret: section.field("client_secret").secret(),
            client_secret_in: section.field("client_secret_in"),
            key_file: section.field("key_file"),
            certificate_file: section.field("certificate_file"),
            key_algorithm: section.field("key_algorithm"),
            federated_token_file: section.field("federated_token_file"),
            scope: section.field("scope"),
            parameters: section.field("parameters"),
            ca_file: section.field("ca_file"),
        }
    }

    /// All of them by name, to be refused where there is no grant.
    pub(super) fn named(&self) -> [(&'static str, &Field<'a>); 10] {
        [
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("client_secret_in", &self.client_secret_in),
            ("key_file", &self.key_file),
            ("certificate_file", &self.certificate_file),
            ("key_algorithm", &self.key_algorithm),
            ("federated_token_file", &self.federated_token_file),
            ("scope", &self.scope),
            ("parameters", &self.parameters),
            ("ca_file", &self.ca_file),
        ]
    }

    /// The grant; without a scope of its own it has `scope`.
    pub(super) fn grant(
        self,
        token_endpoint: Option<Url>,
        scope: Option<&str>,
        folder: &Path,
    ) -> Option<Grant> {
        let client_id = self.client_id.text();
        let credential = self.credential(folder);
        let parameters = parameters(&self.parameters);
        let authorities = match self.ca_file.optional() {
            Some(field) => Some(tls::authorities(&field, folder)?),
            None => None,
        };
        let own = self.scope.optional().and_then(|field| field.text());
        Some(Grant {
            token_endpoint: token_endpoint?,
            client_id: client_id?.to_owned(),
            credential: credential?,
            scope: own.or(scope).map(str::to_owned),
            parameters: parameters?,
            authorities,
        })
    }

    /// Exactly one of a secret, a key and a token of somebody else.
    fn credential(&self, folder: &Path) -> Option<Credential> {
        let secret = self.client_secret.clone().optional();
        let key = self.key_file.clone().optional();
        let token = self.federated_token_file.clone().optional();
        self.refuse_unused();
        match (secret, key, token) {
            (Some(field), None, None) => self.secret(&field),
            (None, Some(field), None) => self.key(&field, folder),
            (None, None, Some(field)) => {
                let token = Rotating::new(field.key(), file(&field, folder)?, Box::new(as_it_is));
                field.valid(token).map(Credential::Federated)
            }
            (None, None, None) => {
                let written = !self.client_secret.is_missing() && !self.client_secret.is_null();
                // A reference that stands for nothing is told already.
                if !written || self.client_secret.is_single() {
                    let needs = "needs one of client_secret, key_file and federated_token_file";
                    self.client_id.wrong(needs);
                }
                None
            }
            _ => {
                let one = "needs one of client_secret, key_file and federated_token_file, not more";
                self.client_id.wrong(one);
                None
            }
        }
    }

    fn refuse_unused(&self) {
        let goes_with = [
            (&self.client_secret_in, &self.client_secret),
            (&self.certificate_file, &self.key_file),
            (&self.key_algorithm, &self.key_file),
        ];
        for (field, with) in goes_with {
            let written = field.clone().optional();
            if let (Some(field), None) = (written, with.clone().optional()) {
                let name = with.key().rsplit('.').next().unwrap_or_default();
                field.wrong(&format!("used with {name} alone"));
            }
        }
    }

    fn secret(&self, field: &Field<'_>) -> Option<Credential> {
        let place = match self.client_secret_in.clone().optional() {
            Some(field) => field.choice(&SECRET_IN)?,
            None => SecretIn::Body,
        };
        let secret = Rotating::of(field, Box::new(as_it_is))?;
        Some(match place {
            SecretIn::Body => Credential::SecretInBody(secret),
            SecretIn::Header => Credential::SecretInHeader(secret),
        })
    }

    fn key(&self, field: &Field<'_>, folder: &Path) -> Option<Credential> {
        let algorithm = match self.key_algorithm.clone().optional() {
            Some(field) => field.choice(&ALGORITHMS)?,
            None => Algorithm::Ps256,
        };
        let mut pieces = file(field, folder)?.to_vec();
        if let Some(certificate) = self.certificate_file.clone().optional() {
            pieces.push(Piece::Text("\n".to_owned()));
            pieces.extend_from_slice(&file(&certificate, folder)?);
        }
        let parse: Parse<AssertionKey> = Box::new(move |text| assertion_key(text, algorithm));
        let key = Rotating::new(field.key(), pieces.into(), parse);
        field.valid(key).map(Credential::Key)
    }
}

/// The path of a file, as the piece that it is.
pub(super) fn file(field: &Field<'_>, folder: &Path) -> Option<Arc<[Piece]>> {
    Some(Arc::from([Piece::File(folder.join(field.text()?))]))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what is parsed may be wrong, but not this"
)]
fn as_it_is(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn parameters(field: &Field<'_>) -> Option<BTreeMap<String, Secret<String>>> {
    let Some(field) = field.clone().optional() else {
        return Some(BTreeMap::new());
    };
    let parameter = |(name, field): (&str, Field<'_>)| {
        let field = field.secret();
        if OWN.contains(&name) {
            field.wrong("has a key of its own, or is not to be changed");
        }
        Some((name.to_owned(), Secret::new(field.scalar()?.to_owned())))
    };
    let all: Vec<Option<_>> = field
        .section()?
        .named()
        .into_iter()
        .map(parameter)
        .collect();
    all.into_iter().collect()
}

/// A token's way is as secret as the token: `https`, but on this host.
pub(super) fn token_endpoint(field: &Field<'_>) -> Option<Url> {
    let expected = "a URL, `https://…`; `http://…` on this host alone";
    let Ok(url) = Url::parse(field.text()?) else {
        return field.mismatch(expected, None);
    };
    let secured = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
    if !secured || !url.has_host() {
        return field.mismatch(expected, None);
    }
    if !url.username().is_empty() || url.password().is_some() {
        field.wrong("must not hold a name or a password: use client_id and client_secret");
    }
    Some(url)
}

fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The first key and the first certificate of a text of PEM blocks.
fn assertion_key(text: &str, algorithm: Algorithm) -> Result<AssertionKey, String> {
    let blocks = pem::blocks(text);
    let key = blocks
        .iter()
        .find(|block| block.label.ends_with("PRIVATE KEY"));
    let key = key.ok_or("key_file holds no private key in PEM")?;
    let pair = match key.label.as_str() {
        "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&key.bytes),
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(&key.bytes),
        "ENCRYPTED PRIVATE KEY" => return Err("the key must not be encrypted".to_owned()),
        _ => return Err("the key is not one of RSA".to_owned()),
    };
    let pair = pair.map_err(|_rejected| "the key is not one of RSA with 2048 bits at least")?;
    let certificate = blocks.iter().find(|block| block.label == "CERTIFICATE");
    if text.contains("BEGIN CERTIFICATE") && certificate.is_none() {
        return Err("certificate_file holds no certificate in PEM".to_owned());
    }
    // A certificate holds the public key byte for byte (RFC 5280 section 4.1).
    let public = pair.public_key().as_ref();
    let is_of_key =
        |certificate: &[u8]| certificate.windows(public.len()).any(|part| part == public);
    if certificate.is_some_and(|certificate| !is_of_key(&certificate.bytes)) {
        return Err("the certificate is not that of the key".to_owned());
    }
    let thumbprint = certificate.map(|one| BASE64.encode(digest(&SHA256, &one.bytes)));
    Ok(AssertionKey {
        pair,
        algorithm,
        thumbprint,
    })
}
