//! The expressions of templates: `[concat('a', parameters('b')[0].c)]`.
//!
//! [`read`] tells a literal from an expression, and [`parser`] reads the latter.

mod parser;

/// What a text of a template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Written<'a> {
    /// As it stands; `[[` at its start has lost a bracket.
    Literal(&'a str),
    /// An expression.
    Expression(Expression),
}

/// An expression as a tree; its depth is bounded by the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Expression {
    /// `'it''s'`
    Text(String),
    /// `-1`
    Int(i64),
    /// `name(a, b)`
    Call { name: String, arguments: Vec<Self> },
    /// `of.name` or `of[at]`; a name is a text.
    Member { of: Box<Self>, at: Box<Self> },
}

/// Tells what a text is.
///
/// # Errors
/// What is wrong with the expression, in words.
pub(in crate::import) fn read(text: &str) -> Result<Written<'_>, String> {
    let Some(inner) = text.strip_prefix('[') else {
        return Ok(Written::Literal(text));
    };
    if inner.starts_with('[') {
        return Ok(Written::Literal(inner));
    }
    match inner.strip_suffix(']') {
        Some(inner) => parser::parse(inner).map(Written::Expression),
        None => Ok(Written::Literal(text)),
    }
}
