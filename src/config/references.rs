//! `${env:NAME}` and `${file:/path}` in values.

use crate::config::load::{Sources, read_text};
use crate::document::{Node, Problem, Report, Value};

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
            Ok((text, hidden)) => Node {
                value: Value::Text(text),
                hidden,
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

    fn expand(&self, text: &str) -> Result<(String, bool), String> {
        let mut expanded = String::new();
        let mut hidden = false;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            if let Some(plain) = before.strip_suffix('$') {
                expanded.push_str(plain);
                expanded.push_str(OPEN);
                rest = after;
                continue;
            }
            let Some((reference, after)) = after.split_once('}') else {
                return Err(format!(
                    "`{OPEN}` is not closed; write `{ESCAPED}` for a plain `{OPEN}`"
                ));
            };
            expanded.push_str(before);
            expanded.push_str(&self.value(reference)?);
            hidden = true;
            rest = after;
        }
        expanded.push_str(rest);
        Ok((expanded, hidden))
    }

    fn value(&self, reference: &str) -> Result<String, String> {
        match reference.split_once(':') {
            Some(("env", name)) => self.variable(name),
            Some(("file", path)) => self.file(path),
            Some(_) | None => Err(format!(
                "unknown reference; known are `${{env:NAME}}` and `${{file:/path}}`; \
                 write `{ESCAPED}` for a plain `{OPEN}`"
            )),
        }
    }

    fn variable(&self, name: &str) -> Result<String, String> {
        let found = self
            .sources
            .environment
            .iter()
            .find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.clone())
            .ok_or_else(|| format!("the environment variable `{name}` is not set"))
    }

    fn file(&self, path: &str) -> Result<String, String> {
        let mut text = read_text(&self.sources.folder().join(path))
            .map_err(|error| format!("failed to read the file `{path}`: {error}"))?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(text)
    }
}
