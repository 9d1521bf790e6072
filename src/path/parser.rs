//! Reads a property path.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use thiserror::Error;

use super::{MAX_STEPS, Step};

const PROPERTY: &str = "a property such as `properties` or `['Client IP address']`";
const NEXT: &str = "`.`, `[` or the end";

/// Why a text is no property path. Characters are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// A character that cannot stand where it does.
    #[error("found `{found}` at character {position}, expected {expected}")]
    Unexpected {
        /// The character.
        found: char,
        /// Where it is.
        position: usize,
        /// What could stand there.
        expected: &'static str,
    },
    /// The text ends where more is needed.
    #[error("the path ends at character {position}, expected {expected}")]
    Ended {
        /// Behind the last character.
        position: usize,
        /// What is needed.
        expected: &'static str,
    },
    /// More steps than [`MAX_STEPS`].
    #[error("the path has more than {MAX_STEPS} steps at character {position}")]
    TooDeep {
        /// Where the step too many starts.
        position: usize,
    },
}

/// Whether a key may hold the character without quotes.
pub(super) fn is_plain(c: char) -> bool {
    let special = matches!(
        c,
        '.' | '[' | ']' | '\'' | '"' | '\\' | '*' | '(' | ')' | '?' | ','
    );
    !(special || c.is_whitespace() || c.is_control())
}

pub(super) fn parse(text: &str) -> Result<Vec<Step>, PathError> {
    let mut reader = Reader {
        chars: text.chars().peekable(),
        position: 1,
    };
    let mut steps = vec![reader.first()?];
    while let Some(step) = reader.step()? {
        steps.push(step);
        if steps.len() > MAX_STEPS {
            return Err(PathError::TooDeep {
                position: reader.position,
            });
        }
    }
    Ok(steps)
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    position: usize,
}

impl Reader<'_> {
    /// An event is an object, so its first step is a key.
    fn first(&mut self) -> Result<Step, PathError> {
        if self.chars.peek() == Some(&'[') {
            return self.first_bracket();
        }
        let name = self.name()?;
        if name != "$" {
            return Ok(Step::Key(Cow::Owned(name)));
        }
        match self.chars.peek() {
            Some('.') => {
                self.advance();
                self.name().map(|name| Step::Key(Cow::Owned(name)))
            }
            Some('[') => self.first_bracket(),
            Some(_) | None => Err(self.unexpected("`.` or `[` and a property")),
        }
    }

    fn first_bracket(&mut self) -> Result<Step, PathError> {
        self.advance();
        if !matches!(self.chars.peek(), Some('\'' | '"')) {
            return Err(self.unexpected("a key in quotes, since an event is an object"));
        }
        self.bracket()
    }

    fn step(&mut self) -> Result<Option<Step>, PathError> {
        match self.chars.peek() {
            None => Ok(None),
            Some('.') => {
                self.advance();
                self.name().map(|name| Some(Step::Key(Cow::Owned(name))))
            }
            Some('[') => {
                self.advance();
                self.bracket().map(Some)
            }
            Some(_) => Err(self.unexpected(NEXT)),
        }
    }

    fn name(&mut self) -> Result<String, PathError> {
        let mut name = String::new();
        while let Some(c) = self.chars.next_if(|c| is_plain(*c)) {
            self.position += 1;
            name.push(c);
        }
        if name.is_empty() {
            Err(self.unexpected(PROPERTY))
        } else {
            Ok(name)
        }
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        let step = match self.chars.peek() {
            Some(quote @ ('\'' | '"')) => {
                let quote = *quote;
                self.advance();
                Step::Key(Cow::Owned(self.quoted(quote)?))
            }
            Some('*') => {
                self.advance();
                Step::Each
            }
            Some(_) | None => Step::Index(self.index()?),
        };
        self.close()?;
        Ok(step)
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let mut key = String::new();
        loop {
            match self.advance() {
                Some(c) if c == quote => return Ok(key),
                Some('\\') => key.push(self.escaped()?),
                Some(c) => key.push(c),
                None => return Err(self.unexpected("the closing quote")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, PathError> {
        match self.chars.peek() {
            Some('\\' | '\'' | '"') => {}
            Some(_) | None => return Err(self.unexpected("`\\`, `'` or `\"` after `\\`")),
        }
        self.advance().ok_or_else(|| self.unexpected("a character"))
    }

    fn index(&mut self) -> Result<usize, PathError> {
        let start = self.position;
        let mut digits = String::new();
        while let Some(c) = self.chars.next_if(char::is_ascii_digit) {
            self.position += 1;
            digits.push(c);
        }
        if digits.is_empty() {
            return Err(self.unexpected("a key in quotes, an index from 0, or `*`"));
        }
        digits.parse().map_err(|_too_large| PathError::Unexpected {
            found: digits.chars().next().unwrap_or('0'),
            position: start,
            expected: "an index that is not so large",
        })
    }

    fn close(&mut self) -> Result<(), PathError> {
        if self.chars.peek() == Some(&']') {
            self.advance();
            return Ok(());
        }
        Err(self.unexpected("`]`"))
    }

    fn advance(&mut self) -> Option<char> {
        let next = self.chars.next();
        self.position += usize::from(next.is_some());
        next
    }

    fn unexpected(&mut self, expected: &'static str) -> PathError {
        let position = self.position;
        match self.chars.peek() {
            Some(&found) => PathError::Unexpected {
                found,
                position,
                expected,
            },
            None => PathError::Ended { position, expected },
        }
    }
}
