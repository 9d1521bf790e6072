//! What ends the plain run of a string: a quote, a backslash, or a byte that must be escaped.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const QUOTES: u64 = EACH * b'"' as u64;
const SLASHES: u64 = EACH * b'\\' as u64;
const SPACES: u64 = EACH * b' ' as u64;

/// Most strings are shorter than this.
const NEAR_WORDS: usize = 4;
const BLOCK: usize = 32;

/// The place of the first such byte, if it is near.
#[inline]
pub(super) fn near(bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    first(words.get(..NEAR_WORDS).unwrap_or(words))
}

/// The place of the first such byte, by blocks, for which the compiler has wide instructions.
pub(super) fn far(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let special = |block: &[u8; BLOCK]| block.iter().fold(false, |any, byte| any | is(*byte));
    let passed = blocks.iter().take_while(|block| !special(block)).count() * BLOCK;
    let rest = bytes.get(passed..)?;
    let (words, tail) = rest.as_chunks::<8>();
    let place = first(words).or_else(|| {
        let place = tail.iter().position(|byte| is(*byte))?;
        Some(words.len() * 8 + place)
    });
    Some(passed + place?)
}

#[inline]
fn first(words: &[[u8; 8]]) -> Option<usize> {
    let mut passed = 0;
    for word in words {
        let hits = marks(u64::from_le_bytes(*word));
        if hits != 0 {
            return Some(passed + hits.trailing_zeros() as usize / 8);
        }
        passed += 8;
    }
    None
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch a byte is no wide instruction"
)]
const fn is(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < b' ')
}

/// The high bit of each such byte; the lowest mark is always true, those above may not be.
const fn marks(word: u64) -> u64 {
    let below = word.wrapping_sub(SPACES) & !word;
    (zeros(word ^ QUOTES) | zeros(word ^ SLASHES) | below) & HIGH
}

const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_found_at_every_distance() {
        for byte in 0..=u8::MAX {
            let special = byte < b' ' || byte == b'"' || byte == b'\\';
            for length in 0..140 {
                let mut bytes = vec![b'!'; length];
                bytes.push(byte);
                bytes.extend(b"\x7f\xff\"12345678901234567890123456789012");
                let place = if special { length } else { length + 3 };
                assert_eq!(far(&bytes), Some(place), "{byte} {length}");
                let near = near(&bytes);
                assert_eq!(near, (place < 32).then_some(place), "{byte} {length}");
            }
        }
    }

    #[test]
    fn without_such_a_byte_there_is_none() {
        for length in 0..140 {
            let bytes = vec![0xff; length];
            assert_eq!((near(&bytes), far(&bytes)), (None, None));
        }
    }
}
