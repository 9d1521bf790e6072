//! OAUTHBEARER: the tokens that the client library asks for.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rdkafka::client::OAuthToken;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::config::{Kafka, Sasl, Security};
use crate::oauth::TokenClient;

/// For one fetch, which has a shorter bound of its own.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where one Kafka client gets its tokens.
#[derive(Debug, Clone)]
pub struct Tokens(Option<Arc<Source>>);

#[derive(Debug)]
struct Source {
    client: TokenClient,
    /// The name that the library wants beside the token; the broker takes its own from the token.
    principal: String,
    runtime: Handle,
    /// The last fetch failed.
    missing: AtomicBool,
}

impl Tokens {
    /// The tokens of a client of this cluster; none are fetched yet. Called within the runtime.
    #[must_use]
    pub fn of(kafka: &Kafka) -> Self {
        let (Security::SaslPlaintext(sasl) | Security::SaslTls(_, sasl)) = &kafka.security else {
            return Self(None);
        };
        let Sasl::OauthBearer(grant) = sasl else {
            return Self(None);
        };
        Self(Some(Arc::new(Source {
            client: TokenClient::new("kafka", (**grant).clone()),
            principal: grant.client_id.clone(),
            runtime: Handle::current(),
            missing: AtomicBool::new(false),
        })))
    }

    /// Whether the last one could not be had: the cluster then refuses the one before it.
    #[must_use]
    pub fn are_missing(&self) -> bool {
        let source = self.0.as_ref();
        source.is_some_and(|source| source.missing.load(Ordering::Relaxed))
    }

    /// A token that holds. Blocks its thread, for [`PATIENCE`] at most: it is called from the
    /// threads on which the library's events are served.
    ///
    /// # Errors
    /// None can be had now; the library asks again after 10 s.
    pub fn fetch(&self) -> Result<OAuthToken, Box<dyn Error>> {
        let source = self.0.as_deref().ok_or("no tokens are configured")?;
        // A thread of its own: whoever drops a client serves its last events, and may stand on a
        // thread of the runtime, which must not wait for the runtime.
        let fetched = thread::scope(|scope| scope.spawn(|| source.fetch()).join());
        let fetched = fetched
            .unwrap_or_else(|_panicked| Err("the runtime has ended".to_owned()))
            .map_err(Into::into);
        source.missing.store(fetched.is_err(), Ordering::Relaxed);
        fetched
    }
}

impl Source {
    fn fetch(&self) -> Result<OAuthToken, String> {
        let token = self
            .runtime
            .block_on(async { timeout(PATIENCE, self.client.token()).await });
        let token = token
            .map_err(|_late| format!("no token within {PATIENCE:?}"))?
            .map_err(|error| error.to_string())?;
        Ok(OAuthToken {
            token: token.value().expose().clone(),
            principal_name: self.principal.clone(),
            lifetime_ms: token.expires_at(),
        })
    }
}
