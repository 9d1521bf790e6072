//! A header's name as text, whatever its bytes: nearly all are UTF-8, and stay as they are.
//!
//! A byte that is no part of a UTF-8 character is written as one of the last 128 characters that
//! there are, U+10FF80 to U+10FFFF, which nobody uses; so is each byte of such a character itself.
//! So text and bytes lead to each other.

use std::borrow::Cow;

/// The character of the byte nought; a byte that is written so is 128 at least.
const FIRST: u32 = 0x10_FF00;

/// The text of a name.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if byte_of(character).is_some() {
                let mut room = [0; 4];
                let itself = character.encode_utf8(&mut room);
                name.extend(itself.bytes().filter_map(character_of));
            } else {
                name.push(character);
            }
        }
        name.extend(chunk.invalid().iter().copied().filter_map(character_of));
    }
    name
}

/// The bytes of a name.
#[must_use]
pub fn to_bytes(name: &str) -> Cow<'_, [u8]> {
    if !name.chars().any(|one| byte_of(one).is_some()) {
        return Cow::Borrowed(name.as_bytes());
    }
    let mut bytes = Vec::with_capacity(name.len());
    for character in name.chars() {
        let mut room = [0; 4];
        match byte_of(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut room).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

fn character_of(byte: u8) -> Option<char> {
    char::from_u32(FIRST + u32::from(byte))
}

fn byte_of(character: char) -> Option<u8> {
    let byte = u32::from(character).checked_sub(FIRST)?;
    u8::try_from(byte).ok().filter(|byte| !byte.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let name = of_bytes(&bytes);
            prop_assert_eq!(&*to_bytes(&name), &bytes[..]);
        }

        #[test]
        fn any_text_comes_back_and_stays_as_it_is(text in "\\PC{0,20}") {
            let name = of_bytes(text.as_bytes());
            prop_assert_eq!(&*to_bytes(&name), text.as_bytes());
        }
    }

    #[test]
    fn what_is_not_utf8_is_never_taken_for_what_is() {
        assert_eq!(of_bytes("nul\0ü".as_bytes()), "nul\0ü");
        let odd = of_bytes(b"a\xffb");
        assert_eq!(odd, "a\u{10ffff}b");
        assert_eq!(&*to_bytes(&odd), b"a\xffb");
        let same = of_bytes("a\u{10ffff}b".as_bytes());
        assert_ne!(same, odd);
        assert_eq!(&*to_bytes(&same), "a\u{10ffff}b".as_bytes());
    }
}
