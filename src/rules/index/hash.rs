//! Hashes of the parts of a text. What is hashed into a table comes from the rules alone, so no
//! event can make its chains long.

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
const WORD: usize = 8;

/// Hashes ever longer parts of a text, each from where the one before ended.
pub(super) struct Rolling<'t> {
    bytes: &'t [u8],
    state: u64,
    at: usize,
}

/// The hash of a whole text.
pub(super) fn of(text: &str) -> u32 {
    let mut rolling = Rolling::new(text);
    rolling.up_to(text.len())
}

impl<'t> Rolling<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self {
            bytes: text.as_bytes(),
            state: 0,
            at: 0,
        }
    }

    /// The hash of the first bytes. Each call asks for no fewer than the one before.
    pub(super) fn up_to(&mut self, length: usize) -> u32 {
        while self.at + WORD <= length
            && let Some(word) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk)
        {
            self.state = mix(self.state, u64::from_le_bytes(*word));
            self.at += WORD;
        }
        let rest = self.bytes.get(self.at..length).unwrap_or_default();
        let tail = rest
            .iter()
            .fold(0, |tail, byte| tail << 8 | u64::from(*byte));
        let hash = mix(mix(self.state, tail), length as u64);
        (hash >> 32) as u32
    }
}

const fn mix(state: u64, word: u64) -> u64 {
    let mixed = (state ^ word).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_hashes_as_if_it_were_the_whole() {
        let text = "/subscriptions/5f1c7a3e-90d2/resourcegroups/payments";
        let mut rolling = Rolling::new(text);
        for length in [0, 1, 7, 8, 9, 16, 31, 32, 33, text.len()] {
            assert_eq!(
                rolling.up_to(length),
                of(text.get(..length).unwrap()),
                "{length}"
            );
        }
    }

    #[test]
    fn texts_that_differ_little_differ_in_their_hashes() {
        let mut hashes: Vec<u32> = (0..10_000).map(|n| of(&format!("rule-{n}"))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert!(hashes.len() > 9_990, "{}", hashes.len());
    }
}
