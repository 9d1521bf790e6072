//! A token and its time.

use std::time::Duration;

use tokio::time::Instant;

use crate::clock;
use crate::config::Secret;

/// A token is renewed so long before its end, or a fifth of its life where that is shorter.
const MARGIN: Duration = Duration::from_mins(5);
/// The life of a token whose server does not tell it (RFC 6749 section 5.1 only recommends to).
const UNTOLD: Duration = Duration::from_mins(5);
/// No token is kept for longer.
const LONGEST: Duration = Duration::from_hours(24);

/// A bearer token.
#[derive(Debug)]
pub struct Token {
    value: Secret<String>,
    /// Which of its client's tokens it is.
    pub(super) number: u64,
    renew_at: Instant,
    ends_at: Instant,
    expires_at: i64,
}

impl Token {
    /// A token that was just fetched. `chance`, from 0 to 1, spreads the renewals of many.
    pub(super) fn new(value: String, life: Option<Duration>, (number, chance): (u64, f64)) -> Self {
        let (now, life) = (Instant::now(), life.unwrap_or(UNTOLD).min(LONGEST));
        let margin = MARGIN.min(life / 5);
        let early = margin.mul_f64(1.0 + chance.clamp(0.0, 1.0) / 2.0);
        Self {
            value: Secret::new(value),
            number,
            renew_at: now + life.saturating_sub(early),
            ends_at: now + life,
            expires_at: clock::now_millis().saturating_add(clock::as_millis(life)),
        }
    }

    /// The token itself.
    #[must_use]
    pub const fn value(&self) -> &Secret<String> {
        &self.value
    }

    /// When it ends, in milliseconds since the epoch.
    #[must_use]
    pub const fn expires_at(&self) -> i64 {
        self.expires_at
    }

    pub(super) fn is_fresh(&self) -> bool {
        Instant::now() < self.renew_at
    }

    pub(super) fn is_valid(&self) -> bool {
        Instant::now() < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds until a token of this life is renewed, by the least and the greatest chance.
    fn renewed_after(life: u64) -> (u64, u64) {
        let after = |chance| {
            let life = Some(Duration::from_secs(life));
            let token = Token::new(String::new(), life, (1, chance));
            (token.renew_at - Instant::now()).as_secs()
        };
        (after(1.0), after(0.0))
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_its_end() {
        assert_eq!(renewed_after(3600), (3600 - 450, 3600 - 300));
        assert_eq!(renewed_after(60), (60 - 18, 60 - 12));
        assert_eq!(renewed_after(0), (0, 0));
        assert_eq!(renewed_after(1 << 40).1, 24 * 3600 - 300);
    }

    #[tokio::test]
    async fn a_token_is_never_shown() {
        let token = Token::new("SECRET".to_owned(), None, (1, 0.0));
        assert!(!format!("{token:?}").contains("SECRET"));
    }
}
