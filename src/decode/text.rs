//! Strings of JSON without their escapes.

use std::borrow::Cow;

/// The string that stands between two quotes. A surrogate without its partner is U+FFFD.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.as_bytes().contains(&b'\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    unescape_into(raw, &mut text);
    Cow::Owned(text)
}

/// The same, behind what is in `text` already.
pub(super) fn unescape_into(raw: &str, text: &mut String) {
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let (c, after) = character(escaped);
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
}

/// The character that stands behind a backslash, and what follows it.
fn character(escaped: &str) -> (char, &str) {
    let mut chars = escaped.chars();
    let c = match chars.next() {
        Some('u') => return code_point(chars.as_str()),
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(c) => c,
        None => char::REPLACEMENT_CHARACTER,
    };
    (c, chars.as_str())
}

fn code_point(digits: &str) -> (char, &str) {
    let Some((high, rest)) = unit(digits) else {
        return (char::REPLACEMENT_CHARACTER, digits);
    };
    if let Some((low, after)) = rest.strip_prefix("\\u").and_then(unit)
        && let Some(c) = pair(high, low)
    {
        return (c, after);
    }
    (
        char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER),
        rest,
    )
}

fn unit(digits: &str) -> Option<(u32, &str)> {
    let (unit, rest) = digits.split_at_checked(4)?;
    u32::from_str_radix(unit, 16).ok().map(|unit| (unit, rest))
}

fn pair(high: u32, low: u32) -> Option<char> {
    let pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    pair.then(|| char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_read() {
        let table = [
            ("plain", "plain"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041b\u00e4", "Abä"),
            (r"x\ud83d\uDD25y", "x🔥y"),
            (r"\\u0041", r"\u0041"),
        ];
        for (raw, text) in table {
            assert_eq!(unescape(raw), text, "{raw}");
        }
    }

    #[test]
    fn a_lone_surrogate_is_replaced() {
        for raw in [r"\ud800", r"\udc00"] {
            assert_eq!(unescape(raw), "\u{fffd}", "{raw}");
        }
        assert_eq!(unescape(r"a\ud800b"), "a\u{fffd}b");
        assert_eq!(unescape(r"\ud800\u0041"), "\u{fffd}A");
        assert_eq!(unescape(r"\ud800\ud83d\udd25"), "\u{fffd}🔥");
        assert_eq!(unescape(r"\udd25\ud83d"), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn text_that_is_no_json_is_no_danger() {
        for raw in ["\\", "\\u", "\\u12", "\\uäöü", "\\ud800\\u", "\\x"] {
            assert!(!unescape(raw).is_empty(), "{raw}");
        }
    }
}
