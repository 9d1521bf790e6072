//! How deep a JSON text is nested.

use memchr::memchr2_iter;

use crate::decode::quote;

/// Whether objects and arrays are nested deeper than `max`; linear, without recursion.
#[must_use]
pub fn exceeds(text: &str, max: usize) -> bool {
    let bytes = text.as_bytes();
    // With no more than `max` brackets in all, in strings or not, it cannot be.
    memchr2_iter(b'{', b'[', bytes).nth(max).is_some() && scan(bytes, max)
}

fn scan(bytes: &[u8], max: usize) -> bool {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = quote::closing(bytes, at) + 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > max {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_outside_of_strings_count() {
        let table = [
            ("{}", 1, false),
            ("{}", 0, true),
            (r#"{"a":[{}]}"#, 3, false),
            (r#"{"a":[{}]}"#, 2, true),
            ("[[],[],[],[]]", 2, false),
            (r#"{"a":"[[[[[["}"#, 1, false),
            (r#"{"a":"\"[[[\\"}"#, 1, false),
            (r#"{"a":"\\","b":[[]]}"#, 2, true),
            (r#"{"[[[\"[[":1}"#, 1, false),
        ];
        for (text, max, deeper) in table {
            assert_eq!(exceeds(text, max), deeper, "{text} {max}");
        }
    }

    #[test]
    fn a_million_levels_are_counted_without_recursion() {
        let text = "[".repeat(1_000_000);
        assert!(exceeds(&text, 999_999));
        assert!(!exceeds(&text, 1_000_000));
    }

    #[test]
    fn a_text_that_ends_in_an_escape_is_no_danger() {
        for text in [r#"[["\"#, r#"[["\\"#, r#"[[""#, "]]]]"] {
            assert!(!exceeds(text, 2), "{text}");
        }
    }
}
