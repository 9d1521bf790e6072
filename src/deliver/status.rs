//! The table of status codes: what an answer means for its delivery.
//!
//! Sources: Standard Webhooks 1.0.0 (2xx alone is success, 3xx is failure, 410 disables), RFC 9110
//! (which errors are the client's), RFC 8470 (425).

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Outcome, Pace, Undelivered};
use crate::config::StatusPolicy;
use crate::reason::{Failure, Reason};

/// What a status means, and a `Retry-After` beside it: as the workflow's own lists say, else by
/// the table. A status outside 100 to 599 is treated as one that ends no request.
#[must_use]
pub fn classify(policy: &StatusPolicy, status: u16, retry_after: Option<Duration>) -> Outcome {
    let usual = usual(status);
    let lists = |list: &[RangeInclusive<u16>]| list.iter().any(|codes| codes.contains(&status));
    let undelivered = if lists(&policy.success) {
        None
    } else if lists(&policy.retry) {
        Some((word(usual, Reason::TryAgain), Pace::Soon))
    } else if lists(&policy.dead_letter) {
        Some((word(usual, Reason::Rejected), Pace::Never))
    } else {
        usual
    };
    let Some((reason, pace)) = undelivered else {
        return Outcome::Delivered;
    };
    let failure = Failure::new(reason, format!("answered {status}")).with_status(status);
    let pace = match (pace, retry_after) {
        // The workflow knows better than any schedule of ours, an error of its own or not.
        (Pace::Soon | Pace::Later, Some(wait)) => Pace::After(wait),
        (pace, _) => pace,
    };
    Outcome::Undelivered(Undelivered { failure, pace })
}

/// The table: none is delivered.
const fn usual(status: u16) -> Option<(Reason, Pace)> {
    Some(match status {
        200..=299 => return None,
        300..=399 => (Reason::Redirected, Pace::Never),
        // 407 is a proxy's: `egress.proxy` has no good password.
        401 | 403 | 407 => (Reason::Unauthorized, Pace::Later),
        404 => (Reason::NotFound, Pace::Later),
        408 | 425 => (Reason::TryAgain, Pace::Soon),
        410 => (Reason::Gone, Pace::Never),
        429 => (Reason::TooManyRequests, Pace::Soon),
        501 | 505 | 400..=499 => (Reason::Rejected, Pace::Never),
        500..=599 => (Reason::ServerError, Pace::Soon),
        _ => (Reason::UnexpectedStatus, Pace::Never),
    })
}

/// The word for a status that is listed: its usual one, but where that says something else than
/// the list. A listed 410 does not switch its workflow off.
const fn word(usual: Option<(Reason, Pace)>, listed: Reason) -> Reason {
    match (usual, listed) {
        (None | Some((Reason::Gone, _)), _) | (Some((_, Pace::Never)), Reason::TryAgain) => listed,
        (Some((reason, _)), _) => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(7);

    fn told(policy: &StatusPolicy, status: u16, retry_after: Option<Duration>) -> String {
        match classify(policy, status, retry_after) {
            Outcome::Delivered => "delivered".into(),
            Outcome::Undelivered(Undelivered { failure, pace }) => {
                format!("{} {pace:?}", failure.reason)
            }
        }
    }

    /// Runs of codes with the same answer, so that the whole table can be read at a glance.
    fn table(policy: &StatusPolicy, retry_after: Option<Duration>) -> String {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for status in 100..=599 {
            let word = told(policy, status, retry_after);
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
        insta::assert_snapshot!(table(&StatusPolicy::default(), None), @"
        100-199 unexpected-status Never
        200-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized Later
        402-402 rejected Never
        403-403 unauthorized Later
        404-404 not-found Later
        405-406 rejected Never
        407-407 unauthorized Later
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
    fn retry_after_counts_where_there_is_a_retry() {
        insta::assert_snapshot!(table(&StatusPolicy::default(), Some(WAIT)), @"
        100-199 unexpected-status Never
        200-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized After(7s)
        402-402 rejected Never
        403-403 unauthorized After(7s)
        404-404 not-found After(7s)
        405-406 rejected Never
        407-407 unauthorized After(7s)
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

    fn lists() -> StatusPolicy {
        StatusPolicy {
            success: vec![404..=404, 520..=529],
            retry: vec![202..=202, 409..=410, 401..=401],
            dead_letter: vec![204..=204, 403..=403, 503..=503],
        }
    }

    #[test]
    fn the_lists_of_a_workflow_stand_above_the_table() {
        insta::assert_snapshot!(table(&lists(), None), @"
        100-199 unexpected-status Never
        200-201 delivered
        202-202 try-again Soon
        203-203 delivered
        204-204 rejected Never
        205-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized Soon
        402-402 rejected Never
        403-403 unauthorized Never
        404-404 delivered
        405-406 rejected Never
        407-407 unauthorized Later
        408-410 try-again Soon
        411-424 rejected Never
        425-425 try-again Soon
        426-428 rejected Never
        429-429 too-many-requests Soon
        430-499 rejected Never
        500-500 server-error Soon
        501-501 rejected Never
        502-502 server-error Soon
        503-503 server-error Never
        504-504 server-error Soon
        505-505 rejected Never
        506-519 server-error Soon
        520-529 delivered
        530-599 server-error Soon
        ");
    }

    #[test]
    fn the_lists_and_retry_after_go_together() {
        insta::assert_snapshot!(table(&lists(), Some(WAIT)), @"
        100-199 unexpected-status Never
        200-201 delivered
        202-202 try-again After(7s)
        203-203 delivered
        204-204 rejected Never
        205-299 delivered
        300-399 redirected Never
        400-400 rejected Never
        401-401 unauthorized After(7s)
        402-402 rejected Never
        403-403 unauthorized Never
        404-404 delivered
        405-406 rejected Never
        407-407 unauthorized After(7s)
        408-410 try-again After(7s)
        411-424 rejected Never
        425-425 try-again After(7s)
        426-428 rejected Never
        429-429 too-many-requests After(7s)
        430-499 rejected Never
        500-500 server-error After(7s)
        501-501 rejected Never
        502-502 server-error After(7s)
        503-503 server-error Never
        504-504 server-error After(7s)
        505-505 rejected Never
        506-519 server-error After(7s)
        520-529 delivered
        530-599 server-error After(7s)
        ");
    }
}
