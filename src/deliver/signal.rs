//! What the end of one request says of its workflow, beyond the one delivery.

use std::time::Duration;

use super::allowance::IN_PROCESS;
use super::breaker::Health;
use super::flight::Load;
use super::{Outcome, Pace, Undelivered};
use crate::reason::Reason;

/// What a lane learns from one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signal {
    /// For the breaker.
    pub(super) health: Health,
    /// For the limit on requests in flight.
    pub(super) load: Load,
    /// How long nothing is to be sent.
    pub(super) rest: Option<Duration>,
    /// What somebody must mend.
    pub(super) alarm: Option<Reason>,
    /// Whether the workflow is gone for good.
    pub(super) gone: bool,
}

/// Statuses that a workflow answers when it has too much to do.
const OVERLOADED: [u16; 2] = [429, 503];

impl Signal {
    /// Reads the end of a request that took so long.
    ///
    /// Ill is what the endpoint does to any delivery: no connection, no answer, an error of its
    /// own. A refusal shows that it is there and answers. So does 429: to send less is up to the
    /// rate, to the limit and to `Retry-After`, and a breaker would cut off what it does take.
    pub(super) fn of(outcome: &Outcome, elapsed: Duration) -> Self {
        let Outcome::Undelivered(Undelivered { failure, pace }) = outcome else {
            return Self::WELL;
        };
        let reason = failure.reason;
        // Cut off after a wait as long as this, it is a timeout in all but name: else a workflow
        // that hangs is never found out while its records are cut off to let others pass.
        let hangs = reason == Reason::CutOff && elapsed >= IN_PROCESS;
        let overloaded = failure
            .status
            .is_some_and(|status| OVERLOADED.contains(&status));
        let too_much = reason == Reason::TimedOut || hangs || overloaded;
        let health = match failure.status {
            _ if hangs || is_ill(reason) => Health::Ill,
            Some(_) => Health::Well,
            None => Health::Unknown,
        };
        Self {
            health,
            load: if too_much {
                Load::TooMuch
            } else {
                Load::Unknown
            },
            rest: match pace {
                Pace::After(wait) => Some(*wait),
                Pace::Soon | Pace::Later | Pace::Unspent | Pace::UnspentFor(_) | Pace::Never => {
                    None
                }
            },
            alarm: reason.is_alarm().then_some(reason),
            gone: reason == Reason::Gone && *pace == Pace::Never,
        }
    }

    /// Nothing.
    pub(super) const NONE: Self = Self {
        health: Health::Unknown,
        load: Load::Unknown,
        rest: None,
        alarm: None,
        gone: false,
    };

    const WELL: Self = Self {
        health: Health::Well,
        load: Load::Borne,
        ..Self::NONE
    };
}

fn is_ill(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NoConnection
            | Reason::ConnectionLost
            | Reason::TimedOut
            | Reason::ServerError
            | Reason::UnexpectedStatus
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::StatusPolicy;
    use crate::deliver::classify;
    use crate::reason::Failure;

    fn word(outcome: &Outcome, elapsed: Duration) -> String {
        let Signal {
            health,
            load,
            alarm,
            gone,
            ..
        } = Signal::of(outcome, elapsed);
        let alarm = alarm.map_or(String::new(), |reason| format!(", alarm {reason}"));
        let off = if gone { ", off" } else { "" };
        format!("{health:?}, load {load:?}{alarm}{off}")
    }

    #[test]
    fn every_status_says_something_of_its_workflow() {
        let mut runs: Vec<(u16, u16, String)> = Vec::new();
        for status in 100..=599 {
            let outcome = classify(&StatusPolicy::default(), status, None);
            let word = word(&outcome, Duration::ZERO);
            match runs.last_mut() {
                Some((_, last, same)) if *same == word => *last = status,
                _ => runs.push((status, status, word)),
            }
        }
        let lines: Vec<String> = runs
            .iter()
            .map(|(first, last, word)| format!("{first}-{last} {word}"))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        100-199 Ill, load Unknown
        200-299 Well, load Borne
        300-399 Well, load Unknown, alarm redirected
        400-400 Well, load Unknown
        401-401 Well, load Unknown, alarm unauthorized
        402-402 Well, load Unknown
        403-403 Well, load Unknown, alarm unauthorized
        404-406 Well, load Unknown
        407-407 Well, load Unknown, alarm unauthorized
        408-409 Well, load Unknown
        410-410 Well, load Unknown, alarm gone, off
        411-428 Well, load Unknown
        429-429 Well, load TooMuch
        430-499 Well, load Unknown
        500-500 Ill, load Unknown
        501-501 Well, load Unknown
        502-502 Ill, load Unknown
        503-503 Ill, load TooMuch
        504-504 Ill, load Unknown
        505-505 Well, load Unknown
        506-599 Ill, load Unknown
        ");
    }

    #[test]
    fn without_an_answer_the_reason_tells() {
        let lines = [
            (Reason::NoConnection, 0),
            (Reason::ConnectionLost, 0),
            (Reason::TimedOut, 30),
            (Reason::CutOff, 1),
            (Reason::CutOff, 5),
        ]
        .map(|(reason, seconds)| {
            let outcome = Outcome::Undelivered(Undelivered {
                failure: Failure::new(reason, ""),
                pace: Pace::Soon,
            });
            let word = word(&outcome, Duration::from_secs(seconds));
            format!("{reason} after {seconds} s: {word}")
        });
        insta::assert_snapshot!(lines.join("\n"), @"
        no-connection after 0 s: Ill, load Unknown
        connection-lost after 0 s: Ill, load Unknown
        timed-out after 30 s: Ill, load TooMuch
        cut-off after 1 s: Unknown, load Unknown
        cut-off after 5 s: Ill, load TooMuch
        ");
    }
}
