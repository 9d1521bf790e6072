//! `application/x-www-form-urlencoded`.

use std::fmt::Write as _;

/// A body of pairs.
pub(super) fn body(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Everything but what never needs it (RFC 3986 section 2.3) is percent-encoded.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_value_is_encoded() {
        assert_eq!(
            body(&[("a", "b c&d=e+%ü"), ("f.", "~")]),
            "a=b%20c%26d%3De%2B%25%C3%BC&f.=~"
        );
    }
}
