//! A token for all who want it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::Failure;
use super::fetch::fetch;
use super::{Token, TokenError};
use crate::config::Grant;

/// The wait after a first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Between two tokens that are fetched because the last was refused: what is refused anew as soon
/// as it is fetched is not mended by another one.
const REFUSED_AGAIN: Duration = Duration::from_secs(30);

/// The tokens of one grant. However many want one at the same time, one request is made; what
/// fails is told to all of them, and not tried again before a wait of 1 s to 1 min is over.
#[derive(Debug)]
pub struct TokenClient {
    name: String,
    grant: Grant,
    endpoint: String,
    current: Mutex<Option<Arc<Token>>>,
    /// Whoever holds it fetches.
    flight: tokio::sync::Mutex<Flight>,
}

#[derive(Debug, Default)]
struct Flight {
    fetched: u64,
    failed: Option<Failed>,
    /// When a token was last fetched because another was refused.
    replaced_at: Option<Instant>,
}

#[derive(Debug)]
struct Failed {
    error: TokenError,
    times: u32,
    not_before: Instant,
}

impl TokenClient {
    /// Fetches nothing yet. `name` says in the log whose tokens they are.
    #[must_use]
    pub fn new(name: &str, grant: Grant) -> Self {
        Self {
            name: name.to_owned(),
            endpoint: grant
                .token_endpoint
                .host_str()
                .unwrap_or_default()
                .to_owned(),
            grant,
            current: Mutex::default(),
            flight: tokio::sync::Mutex::default(),
        }
    }

    /// A token that still holds. Waits for one request at most, 10 s, and not at all while the
    /// last token holds and somebody else renews it.
    ///
    /// # Errors
    /// None can be had now.
    pub async fn token(&self) -> Result<Arc<Token>, TokenError> {
        let Some(last) = self.current().filter(|token| token.is_valid()) else {
            let mut flight = self.flight.lock().await;
            return match self.current().filter(|token| token.is_valid()) {
                Some(token) => Ok(token),
                None => self.fetch(&mut flight).await,
            };
        };
        if last.is_fresh() {
            return Ok(last);
        }
        let Ok(mut flight) = self.flight.try_lock() else {
            return Ok(last);
        };
        match self.current().filter(|token| token.is_fresh()) {
            Some(token) => Ok(token),
            None => Ok(self.fetch(&mut flight).await.unwrap_or(last)),
        }
    }

    /// Another token in place of one that was refused; none when there is no other, or when the
    /// last was fetched for the same reason less than 30 s ago. However many were refused with the
    /// same token, one request is made.
    pub async fn replaced(&self, refused: &Token) -> Option<Arc<Token>> {
        let mut flight = self.flight.lock().await;
        if let Some(other) = self.current().filter(|one| one.number != refused.number) {
            return Some(other);
        }
        let now = Instant::now();
        let just = |at: Instant| now.duration_since(at) < REFUSED_AGAIN;
        if flight.replaced_at.is_some_and(just) {
            return None;
        }
        flight.replaced_at = Some(now);
        tracing::info!(
            name = self.name,
            "a token was refused before its end: fetching another"
        );
        self.fetch(&mut flight).await.ok()
    }

    /// A value behind a lock is whole even if its holder panicked: it is replaced at once.
    fn current(&self) -> Option<Arc<Token>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    async fn fetch(&self, flight: &mut Flight) -> Result<Arc<Token>, TokenError> {
        if let Some(failed) = flight.failed.as_ref().filter(|failed| failed.still_waits()) {
            return Err(failed.error.clone());
        }
        let granted = match fetch(&self.grant).await {
            Ok(granted) => granted,
            Err(failure) => return Err(self.failed(flight, &failure)),
        };
        flight.fetched += 1;
        flight.failed = None;
        let place = (flight.fetched, fastrand::f64());
        let token = Arc::new(Token::new(granted.token, granted.life, place));
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::clone(&token));
        tracing::info!(name = self.name, life = ?granted.life, "fetched a token");
        Ok(token)
    }

    fn failed(&self, flight: &mut Flight, failure: &Failure) -> TokenError {
        let error = TokenError::new(&self.endpoint, failure);
        let times = flight.failed.as_ref().map_or(0, |failed| failed.times);
        let wait = wait_after(times).max(failure.wait.unwrap_or_default());
        let wait = wait.mul_f64(1.0 + fastrand::f64() / 5.0);
        let (name, again_in) = (&self.name, wait);
        tracing::error!(name, %error, ?again_in, "failed to fetch a token: deliveries wait for it");
        flight.failed = Some(Failed {
            error: error.clone(),
            times: times.saturating_add(1),
            not_before: Instant::now() + wait,
        });
        error
    }
}

impl Failed {
    fn still_waits(&self) -> bool {
        Instant::now() < self.not_before
    }
}

/// After so many failures before this one.
fn wait_after(times: u32) -> Duration {
    FIRST_WAIT
        .saturating_mul(2_u32.saturating_pow(times))
        .min(LONGEST_WAIT)
}
