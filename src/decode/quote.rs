//! Where a string of JSON ends.

use memchr::memchr2;

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const QUOTES: u64 = EACH * b'"' as u64;
const SLASHES: u64 = EACH * b'\\' as u64;
// Most strings are shorter than this; from here on a call to `memchr2` pays off.
const SHORT_WORDS: usize = 6;

/// The place of the quote that closes the string which starts at `at`, behind its opening quote;
/// the end of the text if there is none.
pub(super) fn closing(bytes: &[u8], mut at: usize) -> usize {
    while let Some(rest) = bytes.get(at..) {
        let Some(step) = special(rest) else { break };
        at += step;
        if rest.get(step) == Some(&b'"') {
            return at;
        }
        // An escape is at least two bytes, and its second never closes the string.
        at += 2;
    }
    bytes.len()
}

/// The place of the first quote or backslash.
fn special(bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    let mut passed = 0;
    for word in words.iter().take(SHORT_WORDS) {
        let word = u64::from_le_bytes(*word);
        let hits = zeros(word ^ QUOTES) | zeros(word ^ SLASHES);
        if hits != 0 {
            return Some(passed + hits.trailing_zeros() as usize / 8);
        }
        passed += 8;
    }
    memchr2(b'"', b'\\', bytes.get(passed..)?).map(|step| passed + step)
}

/// Marks the bytes that are zero; the lowest mark is always true.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_quote_is_found_at_every_distance() {
        for length in 0..200 {
            let plain = format!("{}\"tail\"", "é".repeat(length));
            assert_eq!(closing(plain.as_bytes(), 0), 2 * length);
            let escaped = format!(r#"{}\"b\\"tail"#, "!".repeat(length));
            assert_eq!(closing(escaped.as_bytes(), 0), length + 5);
        }
    }

    #[test]
    fn without_a_closing_quote_it_is_the_end() {
        for text in [
            "",
            "abc",
            r"a\",
            r#"a\""#,
            "0123456789012345678901234567890123456789012345678",
        ] {
            assert_eq!(closing(text.as_bytes(), 0), text.len(), "{text}");
        }
        assert_eq!(closing(b"ab", 9), 2);
    }
}
