//! Bytes to text: UTF-8 or UTF-16, as the byte order mark says.

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum EncodingError {
    /// No UTF-8, and no byte order mark that says otherwise.
    #[error("neither UTF-8 nor UTF-16 with a byte order mark")]
    Unknown,
    /// UTF-16 by its mark, but broken.
    #[error("UTF-16 by its byte order mark, but not well formed")]
    Utf16,
}

/// Reads bytes as text, without the byte order mark.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, EncodingError> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => utf8(rest),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, EncodingError> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|_invalid| EncodingError::Unknown)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, EncodingError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(EncodingError::Utf16);
    }
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_invalid| EncodingError::Utf16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"a\": \"ü🔔\"}";

    fn utf16_bytes(mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mut encoded = mark.to_vec();
        encoded.extend(TEXT.encode_utf16().flat_map(bytes));
        encoded
    }

    #[test]
    fn every_encoding_with_its_mark_is_read() {
        let with_mark = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            with_mark,
            utf16_bytes([0xFF, 0xFE], u16::to_le_bytes),
            utf16_bytes([0xFE, 0xFF], u16::to_be_bytes),
        ] {
            assert_eq!(text_of(&bytes).as_deref(), Ok(TEXT), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(text_of(b"\xC3("), Err(EncodingError::Unknown));
        assert_eq!(text_of(b"\xFF\xFE{"), Err(EncodingError::Utf16));
        assert_eq!(text_of(b"\xFE\xFF\xD8\x00"), Err(EncodingError::Utf16));
    }
}
