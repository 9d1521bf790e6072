//! A moment as a person says it: an instant, or how long ago.

use jiff::{Span, SpanRelativeTo, Timestamp};

/// What is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an instant such as `2027-01-31T00:00:00Z`, or how long ago, such as `2h` or `3d`; found `{0}`"
)]
pub struct WhenError(String);

/// Reads an instant, or a time before `now`; both in milliseconds since the epoch. A day has 24
/// hours here.
///
/// # Errors
/// It is neither.
pub fn instant_or_ago(text: &str, now: i64) -> Result<i64, WhenError> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant.as_millisecond());
    }
    let ago = || {
        let span: Span = text.trim().parse().ok()?;
        let days = SpanRelativeTo::days_are_24_hours();
        let millis = span.to_duration(days).ok()?.as_millis();
        now.checked_sub(i64::try_from(millis).ok()?)
    };
    ago().ok_or_else(|| WhenError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_times_ago_are_read() {
        let now = 1_000_000_000_000;
        let cases = [
            ("2001-09-09T01:46:39Z", Some(now - 1_000)),
            ("2h", Some(now - 7_200_000)),
            ("1h 30m", Some(now - 5_400_000)),
            ("3d", Some(now - 3 * 86_400_000)),
            ("1w", Some(now - 7 * 86_400_000)),
            ("90", None),
            ("yesterday", None),
            ("1y", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(instant_or_ago(text, now).ok(), expected, "{text}");
        }
    }
}
