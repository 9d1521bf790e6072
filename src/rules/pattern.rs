//! A regular expression.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// Bytes of a compiled expression: what a hostile `a{1000}{1000}` may cost.
const MAX_SIZE: usize = 1 << 20;

/// A regular expression without regard to case; linear time, whatever it is shown.
#[derive(Clone)]
pub struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compiles an expression; an error says why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        RegexBuilder::new(text)
            .case_insensitive(true)
            .size_limit(MAX_SIZE)
            .build()
            .map(|regex| Self { regex })
            .map_err(|error| {
                if matches!(error, regex::Error::CompiledTooBig(_)) {
                    return "it is too large when compiled".to_owned();
                }
                // The lines before it draw the expression and the place.
                last_line(&error.to_string())
            })
    }

    /// Whether it finds something in a text, at any place.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The expression as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }
}

fn last_line(message: &str) -> String {
    let line = message.lines().next_back().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_no_place_is_fixed() {
        let pattern = Pattern::parse("sql(i|injection)").unwrap();
        assert!(pattern.finds("a SQLi attempt"));
        assert!(!pattern.finds("sql"));
    }

    #[test]
    fn what_is_no_expression_or_too_large_is_refused() {
        assert_eq!(Pattern::parse("a(b").unwrap_err(), "unclosed group");
        assert_eq!(
            Pattern::parse(r"\w{1000}{1000}").unwrap_err(),
            "it is too large when compiled"
        );
        assert!(Pattern::parse("(?=look)").is_err());
    }
}
