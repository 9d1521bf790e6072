//! A request on its way: signed, and with what shows the workflow that it is us.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Request, Response, StatusCode};

use super::attempt::drain;
use super::client::Clients;
use super::sign::sign;
use crate::config::{Auth, AuthHeader, Signing, Watched, Workflow};
use crate::oauth::{Token, TokenClient, TokenError};

/// For a look at a file.
const LOOK: Duration = Duration::from_secs(1);

/// What sends the requests of one workflow.
#[derive(Debug)]
pub(super) struct Sender {
    clients: Clients,
    signing: Signing,
    credential: Credential,
}

#[derive(Debug)]
enum Credential {
    None,
    Header(AuthHeader),
    Token(Box<TokenClient>),
}

/// What goes with one request.
enum Proof {
    None,
    Header(Arc<HeaderValue>),
    Token(Arc<Token>),
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum SendError {
    /// Nothing was sent: the workflow wants a token, and there is none.
    NoToken(TokenError),
    /// The request failed.
    Http(reqwest::Error),
}

impl Sender {
    /// The sender of a workflow of this name.
    pub(super) fn new(name: &str, workflow: &Workflow) -> Result<Self, reqwest::Error> {
        let access = &workflow.access;
        Ok(Self {
            clients: Clients::new(name, workflow)?,
            signing: access.signing.clone(),
            credential: match &access.auth {
                Auth::None => Credential::None,
                Auth::Header(header) => Credential::Header(header.clone()),
                Auth::Token(token) => {
                    Credential::Token(Box::new(TokenClient::new(name, token.grant.clone())))
                }
            },
        })
    }

    /// Sends a request. Answered 401, it is sent once more where there is another credential by
    /// then: a token is fetched anew, a file is read again. Ends within twice the workflow's
    /// timeout, and the waits for two tokens.
    pub(super) async fn send(&self, mut request: Request) -> Result<Response, SendError> {
        sign(&self.signing, &mut request);
        let proof = self.credential.proof().await.map_err(SendError::NoToken)?;
        // A body of bytes is shared, not copied.
        let again = request.try_clone();
        let answer = self.execute(request, &proof).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let other = self.credential.other_than(&proof).await;
        let (Some(again), Some(other)) = (again, other) else {
            return Ok(answer);
        };
        drain(answer).await;
        self.execute(again, &other).await
    }

    async fn execute(&self, mut request: Request, proof: &Proof) -> Result<Response, SendError> {
        if let Some((name, value)) = self.credential.header(proof) {
            request.headers_mut().insert(name, value);
        }
        let client = self.clients.current();
        client.execute(request).await.map_err(SendError::Http)
    }
}

impl Credential {
    async fn proof(&self) -> Result<Proof, TokenError> {
        Ok(match self {
            Self::None => Proof::None,
            Self::Header(header) => Proof::Header(header.value.expose()),
            Self::Token(client) => Proof::Token(client.token().await?),
        })
    }

    /// Another proof than one that was refused, if there is one.
    async fn other_than(&self, refused: &Proof) -> Option<Proof> {
        match (self, refused) {
            (Self::Header(header), Proof::Header(refused)) => {
                look(header.value.watched()?).await;
                let value = header.value.expose();
                (!Arc::ptr_eq(&value, refused)).then_some(Proof::Header(value))
            }
            (Self::Token(client), Proof::Token(refused)) => {
                client.replaced(refused).await.map(Proof::Token)
            }
            (Self::None | Self::Header(_) | Self::Token(_), _) => None,
        }
    }

    fn header(&self, proof: &Proof) -> Option<(HeaderName, HeaderValue)> {
        match (self, proof) {
            (Self::Header(header), Proof::Header(value)) => {
                Some((header.name.clone(), HeaderValue::clone(value)))
            }
            (_, Proof::Token(token)) => {
                let mut value =
                    HeaderValue::from_str(&format!("Bearer {}", token.value().expose()));
                if let Ok(value) = &mut value {
                    value.set_sensitive(true);
                }
                Some((AUTHORIZATION, value.ok()?))
            }
            (_, Proof::None | Proof::Header(_)) => None,
        }
    }
}

/// Off the runtime's threads: files can hang.
async fn look(files: Watched) {
    let looked = tokio::task::spawn_blocking(move || files.look());
    let _in_time = tokio::time::timeout(LOOK, looked).await;
}

#[cfg(test)]
mod tests;
