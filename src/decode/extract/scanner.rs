//! A checked walk over text that may be no JSON: a step is `None` where it is not.

use crate::decode::extract::nesting::{Nesting, Open};
use crate::decode::extract::special;

pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    // A field, not a result: so that a string is returned in registers.
    escaped: bool,
}

impl<'t> Scanner<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            escaped: false,
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Back to a place where a value starts.
    pub(super) const fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    /// The first byte of what comes next, past white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// The next byte past white space, stepped over.
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Steps over a byte if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// A key and its colon.
    pub(super) fn key(&mut self) -> Option<&'t str> {
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.string()?;
        (self.next()? == b':').then_some(key)
    }

    /// A string as written between its quotes, from the opening one on.
    #[inline]
    pub(super) fn string(&mut self) -> Option<&'t str> {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..)?;
        self.escaped = false;
        match special::near(rest) {
            Some(place) if rest.get(place) == Some(&b'"') => self.quoted(start, start + place),
            _ => self.long_string(start),
        }
    }

    /// Whether the last string has escapes.
    pub(super) const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// A string that is long, or has escapes.
    #[inline(never)]
    fn long_string(&mut self, start: usize) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            at += special::far(bytes.get(at..)?)?;
            match bytes.get(at)? {
                b'"' => return self.quoted(start, at),
                b'\\' => at += escape(bytes.get(at + 1..)?)?,
                _ => return None,
            }
            self.escaped = true;
        }
    }

    #[inline]
    fn quoted(&mut self, start: usize, end: usize) -> Option<&'t str> {
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// A number as written.
    pub(super) fn number(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        self.text.get(start..self.at)
    }

    /// `true`, `false` or `null`, whichever is named.
    pub(super) fn word(&mut self, word: &str) -> Option<()> {
        let end = self.at + word.len();
        let found = self.text.as_bytes().get(self.at..end)? == word.as_bytes();
        self.at = end;
        found.then_some(())
    }

    /// Steps over a value of any kind. How many levels of objects and arrays it has.
    pub(super) fn skip(&mut self, nesting: &mut Nesting) -> Option<usize> {
        match self.peek()? {
            b'{' | b'[' => self.skip_container(nesting),
            byte => self.skip_scalar(byte).map(|()| 0),
        }
    }

    fn skip_scalar(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => self.string().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number().map(drop),
        }
    }

    /// Without recursion: what is open is kept as a bit a level.
    fn skip_container(&mut self, nesting: &mut Nesting) -> Option<usize> {
        nesting.clear();
        let mut deepest = 0;
        loop {
            match self.peek()? {
                b'{' => {
                    self.at += 1;
                    nesting.push(Open::Object);
                    if self.peek()? != b'}' {
                        self.key()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    nesting.push(Open::Array);
                    if self.peek()? != b']' {
                        continue;
                    }
                }
                byte => self.skip_scalar(byte)?,
            }
            deepest = deepest.max(nesting.depth());
            if !self.close(nesting)? {
                return Some(deepest);
            }
        }
    }

    /// Closes what ends here. Whether one more value follows.
    fn close(&mut self, nesting: &mut Nesting) -> Option<bool> {
        while let Some(open) = nesting.top() {
            match (self.next()?, open) {
                (b',', Open::Array) => return Some(true),
                (b',', Open::Object) => return self.key().map(|_| true),
                (b'}', Open::Object) | (b']', Open::Array) => nesting.pop(),
                _ => return None,
            }
        }
        Some(false)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// One digit at least.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// The length of an escape with its backslash, of which `rest` is what follows that.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = rest.get(1..5)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}
