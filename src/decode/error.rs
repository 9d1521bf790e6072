//! Why a record, or one event of it, cannot be read.

use thiserror::Error;

/// Why bytes are no event. Its text never holds what is in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// More bytes than allowed.
    #[error("the record has {size} bytes, expected at most {max}")]
    TooLarge {
        /// The payload's size.
        size: usize,
        /// The limit.
        max: usize,
    },
    /// A byte that UTF-8 cannot have there.
    #[error("found a byte that is not UTF-8 at offset {offset}, expected JSON in UTF-8")]
    NotUtf8 {
        /// How many bytes before it are good.
        offset: usize,
    },
    /// Not one JSON value and nothing else.
    #[error("found {found} at line {line}, column {column}, expected one JSON value")]
    NotJson {
        /// `an early end` or `a syntax error`.
        found: &'static str,
        /// From 1.
        line: usize,
        /// From 1; 0 is before the first byte.
        column: usize,
    },
    /// Objects and arrays nested too deep.
    #[error("the event is nested deeper than {max} levels")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// JSON, but of a form that no event has.
    #[error("found {found}, expected an event: a JSON object")]
    NotAnEvent {
        /// What it is in its place.
        found: &'static str,
    },
    /// An object that does not say what it is.
    #[error(
        "found an object of no known kind, expected a known `type`, \
         `SystemAlertId` with `AlertType`, or `attackPath`"
    )]
    UnknownKind,
}

impl DecodeError {
    /// The reason in one word: the metric's label, the header's value, the runbook's heading.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::NotJson { .. } => "not-json",
            Self::TooDeep { .. } => "too-deep",
            Self::NotAnEvent { .. } => "not-an-event",
            Self::UnknownKind => "unknown-kind",
        }
    }
}

impl From<serde_json::Error> for DecodeError {
    /// Takes the place alone: the text of the library's error may quote the record.
    fn from(error: serde_json::Error) -> Self {
        let found = if error.is_eof() {
            "an early end"
        } else {
            "a syntax error"
        };
        Self::NotJson {
            found,
            line: error.line(),
            column: error.column(),
        }
    }
}
