//! JSON as Azure's templates write it: with comments.

use super::value::Value;

/// Reads JSON; comments, `//` and `/* */`, count as white space.
///
/// # Errors
/// What is wrong with it, with line and column.
pub(super) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let json = match serde_json::from_str(text) {
        Err(_) if text.contains("//") || text.contains("/*") => {
            serde_json::from_str(&without_comments(text))?
        }
        other => other?,
    };
    Ok(Value::of_json(json))
}

/// The text with a space for each character of a comment: lines and columns stay.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut state = State::Plain;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let (after, keep) = match (state, c) {
            (State::Plain, '"') | (State::Escape, _) => (State::Text, true),
            (State::Plain, '/') if next == Some('/') => (State::Line, false),
            (State::Plain, '/') if next == Some('*') => {
                chars.next();
                plain.push(' ');
                (State::Block, false)
            }
            (State::Text, '\\') => (State::Escape, true),
            (State::Text, '"') | (State::Line, '\n') => (State::Plain, true),
            (State::Block, '/') if before == '*' => (State::Plain, false),
            (State::Block | State::Line, c) => (state, c == '\n'),
            (State::Plain | State::Text, _) => (state, true),
        };
        plain.push(if keep { c } else { ' ' });
        before = c;
        state = after;
    }
    plain
}

/// Where in the text we are.
#[derive(Clone, Copy)]
enum State {
    Plain,
    Text,
    /// Behind a backslash in a text.
    Escape,
    Line,
    Block,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_skipped_but_not_in_texts() {
        let text = "{ // one\n \"a\\\"//\": /* two\n /* */ \"/* no */\" /**/ }";
        let value = parse(text).unwrap();
        let found = value.get("a\"//").and_then(Value::as_text);
        assert_eq!(found, Some("/* no */"));
    }

    #[test]
    fn a_mistake_keeps_its_line_and_column() {
        let error = parse("// one\n/* two */ {\"a\": x}").unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 17));
    }

    #[test]
    fn a_comment_that_never_ends_hides_the_rest() {
        assert!(parse("{} /*").is_ok());
        assert!(parse("/* {}").is_err());
    }
}
