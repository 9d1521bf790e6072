//! Why a template failed at run time.

use std::fmt;

use minijinja::{Error, ErrorKind};

/// Characters of a template that are shown.
const SHOWN: usize = 60;

/// A template that could not be rendered. Says which line and what of the template; never what the
/// event holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RenderError {
    line: Option<usize>,
    what: String,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line} of the template: {}", self.what),
            None => write!(f, "the template: {}", self.what),
        }
    }
}

impl RenderError {
    /// A failure of the text as a whole.
    pub(super) fn whole(what: impl Into<String>) -> Self {
        Self {
            line: None,
            what: what.into(),
        }
    }

    /// The library's error, without its details: they may quote the event. `source` is the
    /// template, where it may be shown.
    pub(super) fn of(error: &Error, source: Option<&str>) -> Self {
        let mut what = word(error.kind()).to_owned();
        let shown = error.range().zip(source);
        if let Some(part) = shown.and_then(|(range, source)| source.get(range)) {
            let part: String = part.chars().take(SHOWN).collect();
            what = format!("{what}: `{}`", part.replace(char::is_control, " "));
        }
        let line = error.line();
        Self { line, what }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library adds kinds")]
const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UndefinedError => "undefined value",
        ErrorKind::OutOfFuel => "more steps than a template may take",
        ErrorKind::WriteFailure => "more than 1 MiB of output",
        ErrorKind::UnknownFilter => "unknown filter",
        ErrorKind::UnknownTest => "unknown test",
        ErrorKind::UnknownFunction => "unknown function",
        ErrorKind::UnknownMethod => "unknown method",
        ErrorKind::TooManyArguments => "too many arguments",
        ErrorKind::MissingArgument => "an argument is missing",
        _ => "a value that this cannot be done with",
    }
}
