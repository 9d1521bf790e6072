//! A walk over text that is known to be JSON.
//!
//! Nothing is checked again here. On text that is no JSON the walk still ends, with nonsense.

use crate::decode::quote;

pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The first byte of what comes next, past white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Steps over a byte if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// The next key of an open object, as written between its quotes; its value comes next.
    pub(super) fn key(&mut self) -> Option<&'a str> {
        self.take(b',');
        if self.peek()? != b'"' {
            self.take(b'}');
            return None;
        }
        let key = self.string();
        self.take(b':');
        Some(key)
    }

    /// Whether an open array has one more element, which then comes next.
    pub(super) fn element(&mut self) -> bool {
        self.take(b',');
        !self.take(b']') && self.peek().is_some()
    }

    /// A string as written between its quotes.
    pub(super) fn string(&mut self) -> &'a str {
        let start = self.at + 1;
        let end = quote::closing(self.text.as_bytes(), start);
        self.at = self.text.len().min(end + 1);
        self.text.get(start..end).unwrap_or_default()
    }

    /// A number, `true`, `false` or `null` as written.
    pub(super) fn scalar(&mut self) -> &'a str {
        let start = self.at;
        // One byte at least, so that every loop around this ends.
        self.at += 1;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            if matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\t' | b'\r') {
                break;
            }
            self.at += 1;
        }
        self.since(start)
    }

    /// Steps over a value of any kind and depth, without recursion.
    pub(super) fn skip(&mut self) {
        match self.peek() {
            Some(b'"') => {
                self.string();
            }
            Some(b'{' | b'[') => self.skip_container(),
            Some(_) => {
                self.scalar();
            }
            None => {}
        }
    }

    /// A value of any kind as written.
    pub(super) fn value(&mut self) -> &'a str {
        self.peek();
        let start = self.at;
        self.skip();
        self.since(start)
    }

    fn skip_container(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }
}
