//! Which of the open containers are objects: a bit a level, so that a million levels are cheap.

/// What was opened and is not closed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Object,
    Array,
}

/// A stack of what is open; it keeps its memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Nesting {
    // The innermost levels, the lowest bit the last.
    bits: u64,
    depth: usize,
    spilled: Vec<u64>,
}

impl Nesting {
    pub(super) fn clear(&mut self) {
        self.depth = 0;
        self.spilled.clear();
    }

    /// Gives memory beyond this many words back.
    pub(super) fn shrink_to(&mut self, words: usize) {
        self.spilled.shrink_to(words);
    }

    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn push(&mut self, open: Open) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.spilled.push(self.bits);
        }
        self.bits = self.bits << 1 | u64::from(open == Open::Object);
        self.depth += 1;
    }

    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.bits >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.bits = self.spilled.pop().unwrap_or_default();
        }
    }

    pub(super) const fn top(&self) -> Option<Open> {
        match (self.depth, self.bits & 1) {
            (0, _) => None,
            (_, 0) => Some(Open::Array),
            _ => Some(Open::Object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_last_is_closed_first() {
        let open = |level: usize| {
            if level.is_multiple_of(3) {
                Open::Object
            } else {
                Open::Array
            }
        };
        let mut nesting = Nesting::default();
        for turn in [1, 63, 64, 65, 128, 1_000] {
            for level in 0..turn {
                nesting.push(open(level));
                assert_eq!(nesting.depth(), level + 1);
            }
            for level in (0..turn).rev() {
                assert_eq!(nesting.top(), Some(open(level)), "{level} of {turn}");
                nesting.pop();
            }
            assert_eq!(nesting.top(), None);
        }
        nesting.push(Open::Object);
        nesting.clear();
        assert_eq!(nesting.top(), None);
    }
}
