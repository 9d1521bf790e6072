//! `FIREBELL__…` variables as layers.

use crate::document::{Node, Place, Value};

const PREFIX: &str = "FIREBELL__";
const SEPARATOR: &str = "__";

/// The process's environment. What is not UTF-8 is read with replacement characters: a variable
/// of somebody else must not keep us from starting.
pub(super) fn of_process() -> Vec<(String, String)> {
    std::env::vars_os()
        .map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        })
        .collect()
}

/// A layer for each variable, in the order of their names.
pub(super) fn layers(
    environment: &[(String, String)],
    defaults: &Node,
    file: Option<&Node>,
) -> Vec<Node> {
    let mut variables: Vec<(&str, &str, &str)> = environment
        .iter()
        .filter_map(|(name, value)| Some((&**name, name.strip_prefix(PREFIX)?, &**value)))
        .collect();
    variables.sort_unstable();
    variables
        .into_iter()
        .map(|(name, key, value)| {
            let place = Place::whole(&format!("the environment variable {name}"));
            let keys = keys(key, vec![Some(defaults), file]);
            let leaf = Node::new(Value::Text(value.to_owned()), place.clone());
            keys.into_iter().rfold(leaf, |node, key| {
                Node::new(Value::Map(vec![(key, node)]), place.clone())
            })
        })
        .collect()
}

/// The keys that a variable's name stands for. A key that is already written keeps its spelling:
/// `ON_CALL` is the workflow `On-Call` when the file has one.
fn keys(name: &str, mut trees: Vec<Option<&Node>>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for segment in name.split(SEPARATOR) {
        let key = spelled(segment, &trees).unwrap_or_else(|| spelling(segment, &keys));
        trees = trees.into_iter().map(|tree| tree?.get(&key)).collect();
        keys.push(key);
    }
    keys
}

fn spelled(segment: &str, trees: &[Option<&Node>]) -> Option<String> {
    let mut keys = trees.iter().rev().flatten().flat_map(|tree| tree.entries());
    keys.find(|(key, _)| plain(key) == plain(segment))
        .map(|(key, _)| key.clone())
}

/// A new key: in small letters; the names of librdkafka's properties have dots.
fn spelling(segment: &str, parents: &[String]) -> String {
    let key = segment.to_lowercase();
    if parents == ["kafka", "properties"] {
        key.replace('_', ".")
    } else {
        key
    }
}

fn plain(key: &str) -> String {
    key.chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect()
}
