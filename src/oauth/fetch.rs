//! One request for a token.

use std::error::Error as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use super::answer::{self, Granted};
use super::error::Failure;
use super::{assertion, form};
use crate::clock;
use crate::config::{Credential, Grant, Watched};

/// For the whole request, its connection within.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an answer; a token with many groups in it has some ten thousand.
const MAX_ANSWER: usize = 256 * 1024;
/// A server may have us wait for no longer.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// An assertion in place of a secret (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Asks for a token. Ends within [`TIMEOUT`].
pub(super) async fn fetch(grant: &Grant) -> Result<Granted, Failure> {
    look(grant).await;
    let proof = Proof::of(grant)?;
    // A client for each request: there is one in an hour or so, and authorities may have changed.
    let client = client(grant).map_err(describe)?;
    let request = proof.sign(client.post(grant.token_endpoint.clone()), grant)?;
    let answer = request.send().await.map_err(describe)?;
    let wait = retry_after(answer.headers());
    let status = answer.status().as_u16();
    let body = bounded(answer).await?;
    answer::read(status, &body, &proof.secrets()).map_err(|failure| Failure { wait, ..failure })
}

/// Reads the files of the credential, whose tokens may be short-lived themselves.
async fn look(grant: &Grant) {
    let watched: Vec<_> = grant.watched().collect();
    if watched.is_empty() {
        return;
    }
    let looked = tokio::task::spawn_blocking(move || watched.iter().for_each(Watched::look));
    // Files that hang must not hold the request for ever: it goes with what was read before.
    let _in_time = tokio::time::timeout(CONNECT_TIMEOUT, looked).await;
}

fn client(grant: &Grant) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!("firebell/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT);
    let authorities = grant.authorities.as_ref().map(|ca| ca.expose().to_vec());
    match authorities {
        Some(authorities) => builder.tls_certs_only(authorities),
        None => builder,
    }
    .build()
}

/// What shows that we are the client, as it is now.
enum Proof {
    InBody(String),
    InHeader(String),
    Assertion(String),
}

impl Proof {
    fn of(grant: &Grant) -> Result<Self, Failure> {
        Ok(match &grant.credential {
            Credential::SecretInBody(secret) => Self::InBody(secret.expose().to_string()),
            Credential::SecretInHeader(secret) => Self::InHeader(secret.expose().to_string()),
            Credential::Federated(token) => Self::Assertion(token.expose().trim().to_owned()),
            Credential::Key(key) => {
                let parties = (&*grant.client_id, grant.token_endpoint.as_str());
                Self::Assertion(assertion::sign(
                    &key.expose(),
                    parties,
                    clock::now().as_second(),
                )?)
            }
        })
    }

    fn sign(&self, request: RequestBuilder, grant: &Grant) -> Result<RequestBuilder, Failure> {
        let mut pairs = vec![("grant_type", "client_credentials")];
        if let Some(scope) = &grant.scope {
            pairs.push(("scope", scope));
        }
        let mut request = request.header(ACCEPT, "application/json");
        match self {
            Self::InBody(secret) => {
                pairs.extend([("client_id", &*grant.client_id), ("client_secret", secret)]);
            }
            Self::Assertion(assertion) => pairs.extend([
                ("client_id", &*grant.client_id),
                ("client_assertion_type", JWT_BEARER),
                ("client_assertion", assertion),
            ]),
            Self::InHeader(secret) => {
                request = request.header(AUTHORIZATION, basic(grant, secret)?);
            }
        }
        let further = grant.parameters.iter();
        pairs.extend(further.map(|(name, value)| (&**name, &**value.expose())));
        Ok(request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form::body(&pairs)))
    }

    fn secrets(&self) -> [&str; 1] {
        let (Self::InBody(text) | Self::InHeader(text) | Self::Assertion(text)) = self;
        [text]
    }
}

/// Id and secret are encoded each before they are put together (RFC 6749 section 2.3.1).
fn basic(grant: &Grant, secret: &str) -> Result<HeaderValue, Failure> {
    let pair = format!(
        "{}:{}",
        form::encode(&grant.client_id),
        form::encode(secret)
    );
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|error| Failure::new(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Seconds alone: a date is left to our own pace.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse();
    seconds
        .ok()
        .map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT))
}

async fn bounded(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(describe)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Err(Failure::new(format!(
                "answered with more than {MAX_ANSWER} bytes"
            )));
        }
    }
    Ok(body)
}

/// Without the URL: a tenant or a key may stand in it.
fn describe(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    Failure::new(text)
}
