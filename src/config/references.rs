//! `${env:NAME}` and `${file:/path}` in values.

use std::path::PathBuf;

use crate::config::load::{Sources, read_value};
use crate::document::{Node, Piece, Problem, Report, Value};

const OPEN: &str = "${";
const ESCAPED: &str = "$${";

/// Puts what the references stand for in their place. Such a value is never shown.
pub(super) fn resolve(node: Node, sources: &Sources, report: &Report) -> Node {
    Resolver { sources, report }.node(node, "")
}

struct Resolver<'a> {
    sources: &'a Sources,
    report: &'a Report,
}

impl Resolver<'_> {
    fn node(&self, mut node: Node, key: &str) -> Node {
        match node.value {
            Value::Text(text) if text.contains(OPEN) => {
                node.value = Value::Unresolved;
                self.text(&text, node, key)
            }
            Value::List(items) => {
                let item = |(at, item)| self.node(item, &format!("{key}[{at}]"));
                node.value = Value::List(items.into_iter().enumerate().map(item).collect());
                node
            }
            Value::Map(_) if key.is_empty() => {
                node.with_values(|name, value| Some(self.node(value, name)))
            }
            Value::Map(_) => {
                node.with_values(|name, value| Some(self.node(value, &format!("{key}.{name}"))))
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Unresolved => node,
        }
    }

    /// A reference that fails is one problem, not a second for what it leaves missing.
    fn text(&self, text: &str, unresolved: Node, key: &str) -> Node {
        match self.expand(text) {
            Ok(expanded) => Node {
                value: Value::Text(expanded.text),
                hidden: expanded.hidden,
                pieces: expanded.rotates.then(|| expanded.pieces.into()),
                ..unresolved
            },
            Err(message) => {
                let (place, key) = (unresolved.place.clone(), key.to_owned());
                self.report.push(Problem {
                    place,
                    key,
                    message,
                    help: None,
                });
                unresolved
            }
        }
    }

    fn expand(&self, text: &str) -> Result<Expanded, String> {
        let mut expanded = Expanded::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            if let Some(plain) = before.strip_suffix('$') {
                expanded.plain(plain);
                expanded.plain(OPEN);
                rest = after;
                continue;
            }
            let Some((reference, after)) = after.split_once('}') else {
                return Err(format!(
                    "`{OPEN}` is not closed; write `{ESCAPED}` for a plain `{OPEN}`"
                ));
            };
            expanded.plain(before);
            self.put(reference, &mut expanded)?;
            rest = after;
        }
        expanded.plain(rest);
        Ok(expanded)
    }

    fn put(&self, reference: &str, expanded: &mut Expanded) -> Result<(), String> {
        expanded.hidden = true;
        match reference.split_once(':') {
            Some(("env", name)) => expanded.plain(self.variable(name)?),
            Some(("file", path)) => {
                let file = self.sources.folder().join(path);
                let text = read_value(&file)
                    .map_err(|error| format!("failed to read the file `{path}`: {error}"))?;
                expanded.file(file, &text);
            }
            Some(_) | None => {
                return Err(format!(
                    "unknown reference; known are `${{env:NAME}}` and `${{file:/path}}`; \
                     write `{ESCAPED}` for a plain `{OPEN}`"
                ));
            }
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<&str, String> {
        let found = self
            .sources
            .environment
            .iter()
            .find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| format!("the environment variable `{name}` is not set"))
    }
}

/// A text with everything in its place, and what it was put together from.
#[derive(Default)]
struct Expanded {
    text: String,
    pieces: Vec<Piece>,
    hidden: bool,
    rotates: bool,
}

impl Expanded {
    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
        self.pieces.push(Piece::Text(text.to_owned()));
    }

    fn file(&mut self, path: PathBuf, text: &str) {
        self.text.push_str(text);
        self.pieces.push(Piece::File(path));
        self.rotates = true;
    }
}
