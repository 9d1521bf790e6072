//! Why a delivery was parked or a record became a dead letter: one word each, the same in the
//! error, the metric's label, the log line, the header and `docs/runbook.md`.

use std::fmt;

use crate::decode::DecodeError;

/// The stage that could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Record to events.
    Decode,
    /// Events to matches.
    Match,
    /// Deliveries to requests.
    Render,
    /// Deliveries to outcomes.
    Deliver,
    /// Outcomes to retry topics.
    Park,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 5] = [
        Self::Decode,
        Self::Match,
        Self::Render,
        Self::Deliver,
        Self::Park,
    ];

    /// The stage's word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Match => "match",
            Self::Render => "render",
            Self::Deliver => "deliver",
            Self::Park => "park",
        }
    }
}

/// Why something did not end as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The value is not UTF-8.
    NotUtf8,
    /// The value is not JSON.
    NotJson,
    /// JSON, but neither an object, nor an array of them, nor an envelope.
    NotAnEvent,
    /// An object that is no kind of event.
    UnknownKind,
    /// More bytes than `decode.max_bytes`.
    TooLarge,
    /// Nested deeper than `decode.max_depth`.
    TooDeep,
    /// A record in a retry topic without the headers of a parked delivery.
    BadHeaders,
    /// Reading or matching the record panicked: a defect of ours.
    MatchPanicked,
    /// No process that had the parked delivery knows its automation.
    AutomationRemoved,
    /// No process that had the parked delivery knows its workflow.
    WorkflowRemoved,
    /// The workflow's template cannot be rendered for this event.
    RenderFailed,
    /// No connection: refused, no such host, or no TLS.
    NoConnection,
    /// A host that is never called, or not with `egress.deny_private`.
    EgressRefused,
    /// The connection broke before the answer was read.
    ConnectionLost,
    /// No answer in time. The workflow may have run.
    TimedOut,
    /// 408 or 425.
    TryAgain,
    /// 429.
    TooManyRequests,
    /// 5xx, but for 501 and 505.
    ServerError,
    /// The token that its requests need could not be had: nothing was sent.
    NoToken,
    /// 401, 403, or a proxy's 407: a credential that is no longer good.
    Unauthorized,
    /// 404: a workflow that is being deployed, or a wrong URL.
    NotFound,
    /// 410.
    Gone,
    /// 4xx, 501 or 505: the same request would be refused again.
    Rejected,
    /// 3xx: redirects are not followed.
    Redirected,
    /// No status of HTTP's that ends a request.
    UnexpectedStatus,
    /// The lane gave no place in time; no attempt was spent.
    LaneFull,
    /// The breaker is open; no attempt was spent.
    BreakerOpen,
    /// The workflow's own `Retry-After` is not over; no attempt was spent.
    NotBefore,
    /// The workflow's rate is used up; no attempt was spent.
    RateLimited,
    /// The partition was being let go; no attempt was spent.
    Draining,
    /// Cut off in flight, to let the partition go or to move on past it.
    CutOff,
    /// Older than `retry.max_age`.
    Expired,
    /// As many attempts as `retry.max_attempts`.
    AttemptsExhausted,
    /// The cluster takes no record of this size.
    TooLargeToPark,
    /// A retry topic refuses the record in every form, and not for its size.
    RefusedToPark,
}

impl Reason {
    /// Every reason, for tables and tests.
    pub const ALL: [Self; 35] = [
        Self::NotUtf8,
        Self::NotJson,
        Self::NotAnEvent,
        Self::UnknownKind,
        Self::TooLarge,
        Self::TooDeep,
        Self::BadHeaders,
        Self::MatchPanicked,
        Self::AutomationRemoved,
        Self::WorkflowRemoved,
        Self::RenderFailed,
        Self::NoConnection,
        Self::EgressRefused,
        Self::ConnectionLost,
        Self::TimedOut,
        Self::TryAgain,
        Self::TooManyRequests,
        Self::ServerError,
        Self::NoToken,
        Self::Unauthorized,
        Self::NotFound,
        Self::Gone,
        Self::Rejected,
        Self::Redirected,
        Self::UnexpectedStatus,
        Self::LaneFull,
        Self::BreakerOpen,
        Self::NotBefore,
        Self::RateLimited,
        Self::Draining,
        Self::CutOff,
        Self::Expired,
        Self::AttemptsExhausted,
        Self::TooLargeToPark,
        Self::RefusedToPark,
    ];

    /// The reason's word. Stored in headers: do not change one, or old records lose their
    /// meaning.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not-utf8",
            Self::NotJson => "not-json",
            Self::NotAnEvent => "not-an-event",
            Self::UnknownKind => "unknown-kind",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::BadHeaders => "bad-headers",
            Self::MatchPanicked => "match-panicked",
            Self::AutomationRemoved => "automation-removed",
            Self::WorkflowRemoved => "workflow-removed",
            Self::RenderFailed => "render-failed",
            Self::NoConnection => "no-connection",
            Self::EgressRefused => "egress-refused",
            Self::ConnectionLost => "connection-lost",
            Self::TimedOut => "timed-out",
            Self::TryAgain => "try-again",
            Self::TooManyRequests => "too-many-requests",
            Self::ServerError => "server-error",
            Self::NoToken => "no-token",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Rejected => "rejected",
            Self::Redirected => "redirected",
            Self::UnexpectedStatus => "unexpected-status",
            Self::LaneFull => "lane-full",
            Self::BreakerOpen => "breaker-open",
            Self::NotBefore => "not-before",
            Self::RateLimited => "rate-limited",
            Self::Draining => "draining",
            Self::CutOff => "cut-off",
            Self::Expired => "expired",
            Self::AttemptsExhausted => "attempts-exhausted",
            Self::TooLargeToPark => "too-large-to-park",
            Self::RefusedToPark => "refused-to-park",
        }
    }

    /// The stage of a delivery that ends for this reason.
    #[must_use]
    pub const fn stage(self) -> Stage {
        if matches!(self, Self::RenderFailed) {
            Stage::Render
        } else {
            Stage::Deliver
        }
    }

    /// Whether it keeps a delivery from an attempt: what is parked for it has spent none.
    #[must_use]
    pub const fn is_unspent(self) -> bool {
        matches!(
            self,
            Self::LaneFull
                | Self::BreakerOpen
                | Self::NotBefore
                | Self::RateLimited
                | Self::Draining
        ) || self.is_unknown()
    }

    /// Whether the process that has the delivery does not know what it needs: another may.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(self, Self::AutomationRemoved | Self::WorkflowRemoved)
    }

    /// Whether no waiting mends it: somebody must mend the workflow or its configuration.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        matches!(
            self,
            Self::Unauthorized | Self::NoToken | Self::Redirected | Self::Gone
        )
    }

    /// Reads a reason's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.label() == text)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl From<&DecodeError> for Reason {
    fn from(error: &DecodeError) -> Self {
        Self::parse(error.reason()).unwrap_or(Self::NotJson)
    }
}

/// What went wrong, for people and for machines. The text never holds a URL, a body or a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The word.
    pub reason: Reason,
    /// The answer's status, where there was one.
    pub status: Option<u16>,
    /// What happened, in at most [`Failure::MAX_TEXT`] bytes.
    pub text: String,
}

impl Failure {
    /// Bytes that a failure's text may have: headers count against the record's size.
    pub const MAX_TEXT: usize = 1024;

    /// A failure without a status; the text is cut to its bound.
    #[must_use]
    pub fn new(reason: Reason, text: impl Into<String>) -> Self {
        let mut text = text.into();
        let end = text.floor_char_boundary(Self::MAX_TEXT);
        text.truncate(end);
        Self {
            reason,
            status: None,
            text,
        }
    }

    /// The same failure with the answer's status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_stands_once() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.label()), Some(reason));
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let failure = Failure::new(Reason::Rejected, "ü".repeat(Failure::MAX_TEXT));
        assert_eq!(failure.text.len(), Failure::MAX_TEXT);
    }
}
