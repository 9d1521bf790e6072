//! Where the tags of a template are, and the words in them.
//!
//! For messages with a place and for what is not allowed. How a value is written does not hang on
//! it: that is decided by the output itself.

/// A word of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// A text in quotes, or a number.
    Literal,
    /// Anything else.
    Sign(char),
}

/// What a tag is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ … }}`
    Value,
    /// `{% … %}`
    Block,
    /// `{# … #}`
    Comment,
}

/// A tag: its bytes in the source, and its words with theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) tokens: Vec<(usize, Token<'a>)>,
}

/// The tags of a source, in their order. One that is not closed reaches to the end.
pub(super) fn tags(source: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some((start, kind)) = opening(source, at) {
        let tag = match kind {
            Kind::Comment => comment(source, start),
            Kind::Value | Kind::Block => tag(source, start, kind),
        };
        at = match tag.tokens.as_slice() {
            [(_, Token::Name("raw"))] if kind == Kind::Block => end_of_raw(source, tag.end),
            _ => tag.end,
        };
        tags.push(tag);
    }
    tags
}

fn opening(source: &str, from: usize) -> Option<(usize, Kind)> {
    let mut at = from;
    loop {
        at += source.get(at..)?.find('{')?;
        match source.as_bytes().get(at + 1) {
            Some(b'{') => return Some((at, Kind::Value)),
            Some(b'%') => return Some((at, Kind::Block)),
            Some(b'#') => return Some((at, Kind::Comment)),
            _ => at += 1,
        }
    }
}

fn comment(source: &str, start: usize) -> Tag<'_> {
    let end = source.get(start..).and_then(|rest| rest.find("#}"));
    Tag {
        kind: Kind::Comment,
        start,
        end: end.map_or(source.len(), |end| start + end + 2),
        tokens: Vec::new(),
    }
}

fn end_of_raw(source: &str, from: usize) -> usize {
    let mut at = from;
    while let Some((start, kind)) = opening(source, at) {
        let tag = tag(source, start, kind);
        if kind == Kind::Block && matches!(tag.tokens.as_slice(), [(_, Token::Name("endraw"))]) {
            return tag.end;
        }
        at = start + 2;
    }
    source.len()
}

fn tag(source: &str, start: usize, kind: Kind) -> Tag<'_> {
    let close = if kind == Kind::Value { "}}" } else { "%}" };
    let mut tokens = Vec::new();
    let mut at = start + 2;
    let mut open = 0_usize;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let trimmed = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        if open == 0 && trimmed.starts_with(close) {
            at += rest.len() - trimmed.len() + close.len();
            break;
        }
        let (length, token) = token(rest);
        match token {
            Some(Token::Sign('(' | '[' | '{')) => open += 1,
            Some(Token::Sign(')' | ']' | '}')) => open = open.saturating_sub(1),
            Some(Token::Sign('-' | '+')) if tokens.is_empty() && at == start + 2 => {
                at += length;
                continue;
            }
            Some(_) | None => {}
        }
        tokens.extend(token.map(|token| (at, token)));
        at += length;
    }
    Tag {
        kind,
        start,
        end: at,
        tokens,
    }
}

/// The next word, and its length; none for white space.
fn token(rest: &str) -> (usize, Option<Token<'_>>) {
    let Some(first) = rest.chars().next() else {
        return (0, None);
    };
    let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
    if first.is_whitespace() {
        return (run(char::is_whitespace), None);
    }
    if matches!(first, '"' | '\'') {
        return (quoted(rest, first), Some(Token::Literal));
    }
    if first.is_ascii_digit() {
        let length = run(|c| c.is_ascii_alphanumeric() || c == '_');
        return (length, Some(Token::Literal));
    }
    if first.is_alphabetic() || first == '_' {
        let length = run(|c| c.is_alphanumeric() || c == '_');
        return (length, rest.get(..length).map(Token::Name));
    }
    (first.len_utf8(), Some(Token::Sign(first)))
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
