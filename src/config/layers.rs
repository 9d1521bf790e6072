//! Defaults ← file ← environment, merged by the `config` crate.
//!
//! The crate merges; it does not read. Its own file source loses lines, and its environment
//! source takes dots for levels, so each layer is a tree of ours that carries its places in the
//! values' origins.

use ::config::{ConfigError, Map, Source, Value as Merged, ValueKind};

use crate::document::{Node, Place, Problem, Value};

/// Everything hangs below one key: the crate takes the top keys of a source for paths, and a key
/// with a dot would be cut up.
const ROOT: &str = "firebell";

/// Merges the layers: maps key by key, all else as a whole.
pub(super) fn merge(
    defaults: &Node,
    file: Option<Node>,
    environment: Vec<Node>,
) -> Result<Node, Problem> {
    let above: Vec<Node> = file
        .into_iter()
        .chain(environment)
        .map(|layer| without_empty(layer, defaults))
        .collect();
    let mut builder = ::config::Config::builder().add_source(Layer(defaults.clone()));
    for layer in &above {
        builder = builder.add_source(Layer(layer.clone()));
    }
    let merged = builder.build().and_then(|config| config.collect());
    let mut merged = merged.map_err(|error| unmerged(&error))?;
    let root = merged
        .remove(ROOT)
        .ok_or_else(|| unmerged(&ConfigError::NotFound(ROOT.into())))?;
    let layers: Vec<&Node> = above.iter().chain([defaults]).collect();
    Ok(placed(from_merged(root), &layers))
}

/// A merged map has no origin: it gets the place where the first layer has it, the file before
/// the variables before the defaults.
fn placed(node: Node, layers: &[&Node]) -> Node {
    let mut node = node.with_values(|key, node| {
        let below: Vec<&Node> = layers.iter().filter_map(|layer| layer.get(key)).collect();
        Some(placed(node, &below))
    });
    if let (Value::Map(_), Some(layer)) = (&node.value, layers.first()) {
        node.place = layer.place.clone();
    }
    node
}

/// Gives lists their form where one text stands for them, `a, b`: a variable and a reference
/// have no other way to say it.
pub(super) fn shape(node: Node, defaults: &Node) -> Node {
    if let (Value::Text(text), Value::List(_)) = (&node.value, &defaults.value) {
        let item = |text: &str| Node {
            value: Value::Text(text.to_owned()),
            ..bare(&node)
        };
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(item);
        let mut items: Vec<Node> = items.collect();
        // One item is the whole text, and changes with its files.
        if let [item] = items.as_mut_slice() {
            item.pieces.clone_from(&node.pieces);
        }
        return Node {
            value: Value::List(items),
            ..bare(&node)
        };
    }
    node.with_values(|key, node| match defaults.get(key) {
        Some(defaults) => Some(shape(node, defaults)),
        None => Some(node),
    })
}

fn bare(node: &Node) -> Node {
    Node {
        value: Value::Null,
        place: node.place.clone(),
        hidden: node.hidden,
        pieces: None,
    }
}

/// Leaves out the known keys without a value: `kafka:` with nothing below is no wish for nothing.
fn without_empty(node: Node, defaults: &Node) -> Node {
    node.with_values(|key, node| match defaults.get(key) {
        Some(_) if node.is_null() => None,
        Some(defaults) => Some(without_empty(node, defaults)),
        None => Some(node),
    })
}

/// A tree as a source of the `config` crate.
#[derive(Debug, Clone)]
struct Layer(Node);

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Merged>, ConfigError> {
        Ok(Map::from_iter([(ROOT.to_owned(), to_merged(&self.0))]))
    }
}

fn to_merged(node: &Node) -> Merged {
    let kind = match &node.value {
        Value::Null | Value::Unresolved => ValueKind::Nil,
        Value::Bool(flag) => ValueKind::Boolean(*flag),
        // As text, and so with its spelling: the reader takes either for a number.
        Value::Number(text) | Value::Text(text) => ValueKind::String(text.clone()),
        Value::List(items) => ValueKind::Array(items.iter().map(to_merged).collect()),
        Value::Map(entries) => ValueKind::Table(
            entries
                .iter()
                .map(|(key, node)| (key.clone(), to_merged(node)))
                .collect(),
        ),
    };
    Merged::new(Some(&origin(&node.place)), kind)
}

fn from_merged(merged: Merged) -> Node {
    let place = merged.origin().map_or_else(|| Place::whole(ROOT), place);
    let value = match merged.kind {
        ValueKind::Nil => Value::Null,
        ValueKind::Boolean(flag) => Value::Bool(flag),
        ValueKind::I64(number) => Value::Number(number.to_string()),
        ValueKind::I128(number) => Value::Number(number.to_string()),
        ValueKind::U64(number) => Value::Number(number.to_string()),
        ValueKind::U128(number) => Value::Number(number.to_string()),
        ValueKind::Float(number) => Value::Number(number.to_string()),
        ValueKind::String(text) => Value::Text(text),
        ValueKind::Array(items) => Value::List(items.into_iter().map(from_merged).collect()),
        ValueKind::Table(table) => {
            let mut entries: Vec<(String, Node)> = table
                .into_iter()
                .map(|(key, value)| (key, from_merged(value)))
                .collect();
            // The crate's tables have no order.
            entries.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Map(entries)
        }
    };
    Node::new(value, place)
}

/// A place as the crate can carry it: `12:3:firebell.yaml`, with line 0 for none.
fn origin(place: &Place) -> String {
    format!(
        "{}:{}:{}",
        place.line.unwrap_or(0),
        place.column,
        place.origin
    )
}

fn place(origin: &str) -> Place {
    let mut parts = origin.splitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    let (line, column) = (number(), number());
    Place {
        origin: parts.next().unwrap_or(ROOT).into(),
        line: line.filter(|line| *line > 0),
        column: column.unwrap_or(0),
    }
}

fn unmerged(error: &ConfigError) -> Problem {
    let message = format!("failed to merge the layers: {error}");
    Problem {
        place: Place::whole(ROOT),
        key: String::new(),
        message,
        help: None,
    }
}
