//! Reads an expression.

use std::iter::Peekable;
use std::str::CharIndices;

use super::Expression;

/// Characters of an expression; Azure's own limit.
const MAX_LENGTH: usize = 24_576;
/// Levels of calls, members and brackets.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Expression, String> {
    if text.chars().count() > MAX_LENGTH {
        return Err(format!(
            "the expression has more than {MAX_LENGTH} characters"
        ));
    }
    let mut parser = Parser {
        chars: text.char_indices().peekable(),
    };
    let expression = parser.expression(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser<'a> {
    chars: Peekable<CharIndices<'a>>,
}

impl Parser<'_> {
    fn expression(&mut self, depth: usize) -> Result<Expression, String> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        let mut expression = match self.peek() {
            Some('\'') => Expression::Text(self.quoted()?),
            Some(c) if c == '-' || c == '+' || c.is_ascii_digit() => Expression::Int(self.int()?),
            Some(c) if is_name(c) => self.call(depth)?,
            Some(_) | None => return Err(self.unexpected("a function, a text or a number")),
        };
        for steps in 0.. {
            let at = match self.peek() {
                Some('.') => self.member()?,
                Some('[') => self.index(depth)?,
                Some(_) | None => break,
            };
            // Each step is one more level of the tree.
            if depth + steps > MAX_DEPTH {
                return Err(too_deep());
            }
            expression = Expression::Member {
                of: Box::new(expression),
                at: Box::new(at),
            };
        }
        Ok(expression)
    }

    fn call(&mut self, depth: usize) -> Result<Expression, String> {
        let mut name = self.name();
        // A user's function: `contoso.name(…)`.
        while self.peek() == Some('.') {
            self.chars.next();
            name.push('.');
            name.push_str(&self.name());
        }
        if self.peek() != Some('(') {
            return Err(self.unexpected(&format!("`(` after `{name}`")));
        }
        self.chars.next();
        let mut arguments = Vec::new();
        if self.peek() != Some(')') {
            loop {
                arguments.push(self.expression(depth + 1)?);
                if self.peek() != Some(',') {
                    break;
                }
                self.chars.next();
            }
        }
        self.expect(')')?;
        Ok(Expression::Call { name, arguments })
    }

    fn member(&mut self) -> Result<Expression, String> {
        self.chars.next();
        match self.peek() {
            Some(c) if is_name(c) => Ok(Expression::Text(self.name())),
            Some(_) | None => Err(self.unexpected("a property's name after `.`")),
        }
    }

    fn index(&mut self, depth: usize) -> Result<Expression, String> {
        self.chars.next();
        let at = self.expression(depth + 1)?;
        self.expect(']')?;
        Ok(at)
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.chars.next();
        let mut text = String::new();
        loop {
            match self.chars.next() {
                Some((_, '\'')) => {
                    if self.chars.next_if(|(_, c)| *c == '\'').is_none() {
                        return Ok(text);
                    }
                    text.push('\'');
                }
                Some((_, c)) => text.push(c),
                None => return Err("a text is not closed by `'`".to_owned()),
            }
        }
    }

    fn int(&mut self) -> Result<i64, String> {
        let mut digits = String::new();
        while let Some((_, c)) = self
            .chars
            .next_if(|(_, c)| matches!(c, '-' | '+') || c.is_ascii_digit())
        {
            digits.push(c);
        }
        digits
            .parse()
            .map_err(|_not_whole| format!("`{digits}` is not a whole number of 64 bits"))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some((_, c)) = self.chars.next_if(|(_, c)| is_name(*c)) {
            name.push(c);
        }
        name
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.peek() == Some(wanted) {
            self.chars.next();
            return Ok(());
        }
        Err(self.unexpected(&format!("`{wanted}`")))
    }

    /// The next character that is no white space.
    fn peek(&mut self) -> Option<char> {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        self.chars.peek().map(|(_, c)| *c)
    }

    fn unexpected(&mut self, expected: &str) -> String {
        match self.chars.peek() {
            Some((at, c)) => format!("expected {expected}, found `{c}` behind {at} bytes of it"),
            None => format!("the expression ends where {expected} is expected"),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn too_deep() -> String {
    format!("the expression nests deeper than {MAX_DEPTH} levels")
}

#[cfg(test)]
mod tests {
    use super::super::{Written, read};
    use super::*;

    fn member(of: Expression, at: Expression) -> Expression {
        Expression::Member {
            of: Box::new(of),
            at: Box::new(at),
        }
    }

    #[test]
    fn literals_expressions_and_escapes_are_told_apart() {
        assert_eq!(read("a[0]"), Ok(Written::Literal("a[0]")));
        assert_eq!(read("[a"), Ok(Written::Literal("[a")));
        assert_eq!(read("[[a()]"), Ok(Written::Literal("[a()]")));
        let int = Written::Expression(Expression::Int(-7));
        assert_eq!(read("[ -7 ]"), Ok(int));
    }

    #[test]
    fn calls_members_and_quotes_are_read() {
        let name = Expression::Text("it's".to_owned());
        let call = Expression::Call {
            name: "parameters".to_owned(),
            arguments: vec![name],
        };
        let expected = member(
            member(call, Expression::Text("list".to_owned())),
            Expression::Int(0),
        );
        assert_eq!(parse("parameters( 'it''s' ) .list[ 0]"), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| parse(text).unwrap_err();
        assert_eq!(
            said("concat('a'"),
            "the expression ends where `)` is expected"
        );
        assert_eq!(said("'a"), "a text is not closed by `'`");
        assert_eq!(
            said("a.b"),
            "the expression ends where `(` after `a.b` is expected"
        );
        assert_eq!(
            said("a() b"),
            "expected the end of the expression, found `b` behind 4 bytes of it"
        );
        assert_eq!(
            said("99999999999999999999").split(' ').next(),
            Some("`99999999999999999999`")
        );
    }

    #[test]
    fn depth_and_length_are_bounded() {
        for text in [
            "a(".repeat(100_000),
            format!("a(){}", ".b".repeat(100_000)),
            format!("a(){}", "[0]".repeat(7_000)),
            "a(".repeat(5_000),
        ] {
            assert!(parse(&text).is_err());
        }
    }
}
