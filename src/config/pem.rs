//! PEM (RFC 7468): the blocks of a text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A block: what it says it is, and its bytes.
pub(super) struct Block {
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

/// The blocks in their order. What stands between them is passed over; a block that is not ended,
/// or is not base64, is none.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, after)) = after.split_once("-----") else {
            break;
        };
        let Some((body, after)) = after.split_once(&format!("-----END {label}-----")) else {
            break;
        };
        let body: String = body.split_whitespace().collect();
        if let Ok(bytes) = STANDARD.decode(body) {
            let label = label.to_owned();
            blocks.push(Block { label, bytes });
        }
        rest = after;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_among_other_lines() {
        let text = "a key:\r\n-----BEGIN A KEY-----\r\nAQID\r\nBA==\r\n-----END A KEY-----\r\n\
                    -----BEGIN B-----\nnot base64\n-----END B-----\n\
                    -----BEGIN C-----\nBQ==\n-----END C-----\n-----BEGIN D-----\nBQ==";
        let found: Vec<(String, Vec<u8>)> = blocks(text)
            .into_iter()
            .map(|block| (block.label, block.bytes))
            .collect();
        let expected = [("A KEY", vec![1, 2, 3, 4]), ("C", vec![5])];
        assert_eq!(
            found,
            expected.map(|(label, bytes)| (label.to_owned(), bytes))
        );
    }
}
