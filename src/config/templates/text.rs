//! `${parameters.name}` and `${each.name}` in a text.

use std::collections::BTreeMap;

use crate::document::{Node, Value};

const OPEN: &str = "${";

/// The values at hand.
pub(super) struct Values<'a> {
    pub(super) parameters: &'a BTreeMap<String, Node>,
    /// The items of the turn, in a rule set that is repeated.
    pub(super) each: Vec<(&'a str, &'a Node)>,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Plain(&'t str),
    Reference(Reference<'t>),
}

/// What stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference<'t> {
    Parameter(&'t str),
    Each(&'t str),
}

impl Values<'_> {
    /// The node with the values in it. A text that is a reference and nothing else becomes the
    /// value itself, with the value's place.
    pub(super) fn fill(&self, node: &Node) -> Node {
        match &node.value {
            Value::Text(text) if text.contains(OPEN) => self.text(text, node),
            Value::List(items) => {
                let items = items.iter().map(|item| self.fill(item)).collect();
                Node::new(Value::List(items), node.place.clone())
            }
            Value::Map(_) => node.clone().with_values(|_, value| Some(self.fill(&value))),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Unresolved => node.clone(),
        }
    }

    fn text(&self, text: &str, node: &Node) -> Node {
        let pieces = pieces(text).unwrap_or_default();
        if let [Piece::Reference(reference)] = pieces.as_slice() {
            return self.value(*reference).unwrap_or(node).clone();
        }
        let shown = |piece: &Piece<'_>| match piece {
            Piece::Plain(text) => (*text).to_owned(),
            Piece::Reference(reference) => {
                let value = self.value(*reference).and_then(Node::scalar);
                value.unwrap_or_default().to_owned()
            }
        };
        let filled = pieces.iter().map(shown).collect();
        Node::new(Value::Text(filled), node.place.clone())
    }

    fn value(&self, reference: Reference<'_>) -> Option<&Node> {
        match reference {
            Reference::Parameter(name) => self.parameters.get(name),
            Reference::Each(name) => {
                let mut each = self.each.iter();
                each.find(|(known, _)| *known == name)
                    .map(|(_, node)| *node)
            }
        }
    }
}

/// The parts of a text; `$${` is a plain `${`.
///
/// # Errors
/// What is wrong with a reference.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if let Some(plain) = before.strip_suffix('$') {
            pieces.extend([Piece::Plain(plain), Piece::Plain(OPEN)]);
            rest = after;
            continue;
        }
        let Some((name, after)) = after.split_once('}') else {
            return Err("`${` is not closed; write `$${` for a plain `${`".to_owned());
        };
        pieces.extend([Piece::Plain(before), Piece::Reference(reference(name)?)]);
        rest = after;
    }
    pieces.push(Piece::Plain(rest));
    pieces.retain(|piece| *piece != Piece::Plain(""));
    Ok(pieces)
}

fn reference(name: &str) -> Result<Reference<'_>, String> {
    match name.split_once('.') {
        Some(("parameters", name)) => Ok(Reference::Parameter(name)),
        Some(("each", name)) => Ok(Reference::Each(name)),
        Some(_) | None => Err(format!(
            "`${{{name}}}` stands for nothing here; known are `${{parameters.NAME}}` and \
             `${{each.NAME}}`; write `$${{` for a plain `${{`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_references() {
        let parameter = |name| Piece::Reference(Reference::Parameter(name));
        let each = |name| Piece::Reference(Reference::Each(name));
        let table = [
            ("", vec![]),
            ("plain $ {x}", vec![Piece::Plain("plain $ {x}")]),
            ("${parameters.a}", vec![parameter("a")]),
            (
                "/${each.a}/${parameters.b c}",
                vec![
                    Piece::Plain("/"),
                    each("a"),
                    Piece::Plain("/"),
                    parameter("b c"),
                ],
            ),
            (
                "a$${each.x}",
                vec![
                    Piece::Plain("a"),
                    Piece::Plain("${"),
                    Piece::Plain("each.x}"),
                ],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(pieces(text), Ok(expected), "{text}");
        }
        for wrong in ["${parameters.a", "${env:HOME}", "${a}", "${parameter.a}"] {
            assert!(pieces(wrong).is_err(), "{wrong}");
        }
    }
}
