//! Why there is no token.

use std::sync::Arc;
use std::time::Duration;

/// Characters of a server's own words that are told.
const SHOWN: usize = 300;

/// A token could not be had. Its text holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no token from {endpoint}: {why}")]
pub struct TokenError {
    endpoint: Arc<str>,
    why: Arc<str>,
}

impl TokenError {
    pub(super) fn new(endpoint: &str, failure: &Failure) -> Self {
        Self {
            endpoint: endpoint.into(),
            why: failure.why.as_str().into(),
        }
    }
}

/// Why a fetch failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) why: String,
    /// How long the server wants to be left alone.
    pub(super) wait: Option<Duration>,
}

impl Failure {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            wait: None,
        }
    }
}

/// A server's words as they may be told: bounded, on one line.
pub(super) fn words(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
