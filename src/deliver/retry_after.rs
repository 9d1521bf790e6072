//! `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest wait that is believed: a day.
pub(super) const MAX: Duration = Duration::from_hours(24);

/// The wait that an answer asks for, [`MAX`] at most. A date counts from the answer's own `Date`,
/// so that a wrong clock on either side does no harm; without one, from `now`. What cannot be
/// read asks for nothing.
#[must_use]
pub(super) fn read(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too large for a number is a long wait, not none.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(MAX));
    }
    let until = date(value)?;
    let from = headers
        .get(DATE)
        .and_then(|value| date(value.to_str().ok()?))
        .unwrap_or(now);
    let wait = until.duration_since(from);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(MAX))
}

fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(retry_after: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        read(&headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_bounded() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let cases = [
            ("120", None, Some(120)),
            (" 7 ", None, Some(7)),
            ("99999999", None, Some(86_400)),
            ("99999999999999999999", None, Some(86_400)),
            ("", None, None),
            (date, None, Some(37)),
            (date, Some("Sun, 06 Nov 1994 08:49:30 GMT"), Some(7)),
            (date, Some("Sun, 06 Nov 1994 08:50:00 GMT"), Some(0)),
            ("-1", None, None),
            ("soon", None, None),
        ];
        for (retry_after, date, expected) in cases {
            assert_eq!(wait(retry_after, date), expected, "{retry_after} {date:?}");
        }
    }
}
