//! The table of status codes: what an answer means for its delivery.
//!
//! Sources: Standard Webhooks 1.0.0 (2xx alone is success, 3xx is failure, 410 disables), RFC 9110
//! (which errors are the client's), RFC 8470 (425).

use std::time::Duration;

use super::{Outcome, Pace, Undelivered};
use crate::reason::{Failure, Reason};

/// What a status means, and a `Retry-After` beside it. A status outside 100 to 599 is treated as
/// one that ends no request.
#[must_use]
pub fn classify(status: u16, retry_after: Option<Duration>) -> Outcome {
    let (reason, pace) = match status {
        200..=299 => return Outcome::Delivered,
        300..=399 => (Reason::Redirected, Pace::Never),
        401 | 403 => (Reason::Unauthorized, Pace::Later),
        404 => (Reason::NotFound, Pace::Later),
        408 | 425 => (Reason::TryAgain, Pace::Soon),
        410 => (Reason::Gone, Pace::Never),
        429 => (Reason::TooManyRequests, Pace::Soon),
        501 | 505 | 400..=499 => (Reason::Rejected, Pace::Never),
        500..=599 => (Reason::ServerError, Pace::Soon),
        _ => (Reason::UnexpectedStatus, Pace::Never),
    };
    let failure = Failure::new(reason, format!("answered {status}")).with_status(status);
    let pace = match (pace, retry_after) {
        (Pace::Soon, Some(wait)) => Pace::After(wait),
        (pace, _) => pace,
    };
    Outcome::Undelivered(Undelivered { failure, pace })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(status: u16, retry_after: Option<Duration>) -> String {
        match classify(status, retry_after) {
            Outcome::Delivered => "delivered".into(),
            Outcome::Undelivered(Undelivered { failure, pace }) => {
                format!("{} {pace:?}", failure.reason)
            }
        }
    }

    /// Runs of codes with the same answer, so that the whole table can be read at a glance.
    fn table(retry_after: Option<Duration>) -> String {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for status in 100..=599 {
            let word = word(status, retry_after);
            match runs.last_mut() {
                Some((_, last, same)) if *same == word => *last = status,
                _ => runs.push((status, status, word)),
            }
        }
        let lines = runs
            .iter()
            .map(|(first, last, word)| format!("{first}-{last} {word}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_status_has_its_answer() {
        insta::assert_snapshot!(table(None), @r"
        100-199 unexpected-status Never
        200-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized Later
        402-402 rejected Never
        403-403 unauthorized Later
        404-404 not-found Later
        405-407 rejected Never
        408-408 try-again Soon
        409-409 rejected Never
        410-410 gone Never
        411-424 rejected Never
        425-425 try-again Soon
        426-428 rejected Never
        429-429 too-many-requests Soon
        430-499 rejected Never
        500-500 server-error Soon
        501-501 rejected Never
        502-504 server-error Soon
        505-505 rejected Never
        506-599 server-error Soon
        ");
    }

    #[test]
    fn retry_after_counts_where_a_retry_is_soon() {
        insta::assert_snapshot!(table(Some(Duration::from_secs(7))), @r"
        100-199 unexpected-status Never
        200-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized Later
        402-402 rejected Never
        403-403 unauthorized Later
        404-404 not-found Later
        405-407 rejected Never
        408-408 try-again After(7s)
        409-409 rejected Never
        410-410 gone Never
        411-424 rejected Never
        425-425 try-again After(7s)
        426-428 rejected Never
        429-429 too-many-requests After(7s)
        430-499 rejected Never
        500-500 server-error After(7s)
        501-501 rejected Never
        502-504 server-error After(7s)
        505-505 rejected Never
        506-599 server-error After(7s)
        ");
    }
}
