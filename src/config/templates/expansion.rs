//! What a template becomes for some values.

use std::collections::BTreeMap;

use thiserror::Error;

use super::body::{Body, SetTemplate};
use super::text::Values;
use crate::document::{Node, Value};

/// Rule sets of one assignment.
const MAX_RULE_SETS: usize = 10_000;

/// Values of one assignment: a list may stand in each of its rule sets.
const MAX_VALUES: usize = 1_000_000;

/// The keys of an automation, but those that are the assignment's.
pub(in crate::config) type Expansion = Vec<(String, Node)>;

/// Why values make no automation of a template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum ExpansionError {
    #[error(
        "makes {0} rule sets, {MAX_RULE_SETS} at most: give fewer values, or use `In` and a list"
    )]
    TooMany(usize),
    #[error("makes rule sets with {0} values, {MAX_VALUES} at most: give fewer values")]
    TooLarge(usize),
    #[error(
        "these values leave no rule set, and without one every event would match; \
         a rule set with `rules: []` says so where it is meant"
    )]
    NothingLeft,
    #[error(
        "these values leave a rule set without a rule, which every event would match; \
         a rule set with `rules: []` says so where it is meant"
    )]
    NoRuleLeft,
}

impl Body {
    /// The automation for these values.
    pub(super) fn expand(
        &self,
        parameters: &BTreeMap<String, Node>,
    ) -> Result<Expansion, ExpansionError> {
        let values = Values {
            parameters,
            each: Vec::new(),
        };
        let filled = |(key, node): &(String, Node)| (key.clone(), values.fill(node));
        let mut entries: Expansion = self.entries.iter().map(filled).collect();
        if let Some((node, sets)) = &self.rule_sets {
            let sets = rule_sets(sets, parameters)?;
            let node = Node::new(Value::List(sets), node.place.clone());
            entries.push(("rule_sets".to_owned(), node));
        }
        Ok(entries)
    }
}

fn rule_sets(
    sets: &[SetTemplate],
    parameters: &BTreeMap<String, Node>,
) -> Result<Vec<Node>, ExpansionError> {
    let chosen: Vec<&SetTemplate> = sets
        .iter()
        .filter(|set| set.condition.holds(parameters))
        .collect();
    let count = chosen
        .iter()
        .map(|set| set.turns(parameters))
        .fold(0, usize::saturating_add);
    if count > MAX_RULE_SETS {
        return Err(ExpansionError::TooMany(count));
    }
    if count == 0 && !sets.is_empty() {
        return Err(ExpansionError::NothingLeft);
    }
    let mut made = Vec::with_capacity(count);
    let mut size = 0_usize;
    for set in chosen {
        for turn in 0..set.turns(parameters) {
            let node = set.turn(turn, parameters)?;
            size = size.saturating_add(values_in(&node));
            if size > MAX_VALUES {
                return Err(ExpansionError::TooLarge(size));
            }
            made.push(node);
        }
    }
    // A rule set without rules holds for every event: alone, it is as good as none.
    let open = |node: &Node| matches!(node.get("rules").map(|n| &n.value), Some(Value::List(rules)) if rules.is_empty());
    if made.len() == 1 && made.iter().all(open) {
        made.clear();
    }
    Ok(made)
}

fn values_in(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => items.iter().map(values_in).sum(),
        Value::Map(entries) => entries.iter().map(|(_, node)| values_in(node)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Unresolved => 1,
    }
}

impl SetTemplate {
    /// How often it is repeated: once for each choice of an item of each list.
    fn turns(&self, parameters: &BTreeMap<String, Node>) -> usize {
        let lists = self
            .for_each
            .iter()
            .map(|name| items(name, parameters).len());
        lists.fold(1, usize::saturating_mul)
    }

    /// The rule set of one turn; the last list turns fastest.
    fn turn(
        &self,
        turn: usize,
        parameters: &BTreeMap<String, Node>,
    ) -> Result<Node, ExpansionError> {
        let mut each: Vec<(&str, &Node)> = Vec::new();
        let mut left = turn;
        for name in self.for_each.iter().rev() {
            let items = items(name, parameters);
            let at = left.checked_rem(items.len()).unwrap_or_default();
            left = left.checked_div(items.len()).unwrap_or_default();
            each.extend(items.get(at).map(|item| (name.as_str(), item)));
        }
        let values = Values { parameters, each };
        let rules: Vec<Node> = self
            .rules
            .iter()
            .filter(|rule| rule.condition.holds(parameters))
            .map(|rule| values.fill(&rule.node))
            .collect();
        if rules.is_empty() && !self.rules.is_empty() {
            return Err(ExpansionError::NoRuleLeft);
        }
        let place = &self.node.place;
        let rules = Node::new(Value::List(rules), place.clone());
        let entries = vec![("rules".to_owned(), rules)];
        Ok(Node::new(Value::Map(entries), place.clone()))
    }
}

fn items<'a>(name: &str, parameters: &'a BTreeMap<String, Node>) -> &'a [Node] {
    match parameters.get(name).map(|node| &node.value) {
        Some(Value::List(items)) => items,
        Some(_) | None => &[],
    }
}
