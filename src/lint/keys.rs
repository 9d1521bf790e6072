//! Keys of rules and rule sets: equal ones mean the same.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::lint::properties::Properties;
use crate::rules::{Operand, Rule, RuleSet};

/// The rules of rule sets by number: rules that mean the same have the same.
pub(super) struct Keys<'a> {
    /// A rule of each number.
    pub(super) rules: Vec<&'a Rule>,
    /// The numbers of the rules of each rule set, in their order.
    pub(super) sets: Vec<Vec<usize>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(sets: &'a [RuleSet], properties: &Properties<'_>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut rules = Vec::new();
        let mut number = |rule: &'a Rule| {
            *numbers
                .entry(rule_key(rule, properties))
                .or_insert_with(|| {
                    rules.push(rule);
                    rules.len() - 1
                })
        };
        let sets = sets
            .iter()
            .map(|set| set.rules.iter().map(&mut number).collect())
            .collect();
        Self { rules, sets }
    }
}

/// Each number once, rising: what two rule sets that mean the same have in common.
pub(super) fn as_set(numbers: &[usize]) -> Vec<usize> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The key of a rule.
pub(super) fn rule_key(rule: &Rule, properties: &Properties<'_>) -> String {
    let mut key = properties.of(&rule.path).key.clone();
    let operand = if let Operand::AnyOf(items) = &rule.operand {
        let mut items: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
        items.sort_unstable();
        items.dedup();
        items.join(",")
    } else {
        format!("{:?}", rule.operand)
    };
    // Writing to a string cannot fail.
    let _written = write!(key, " {} {operand}", rule.operator);
    key
}
