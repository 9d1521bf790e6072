//! Why a rule holds, or does not.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::decode::{Json, walk};
use crate::fold;
use crate::path::Step;
use crate::rules::{Operator, Rule};

/// Values that are shown.
const SHOWN: usize = 3;
/// Characters of a value that are shown.
const LONGEST: usize = 300;
/// Keys beside a missing one that are kept.
const NEIGHBOURS: usize = 100;

/// A rule's verdict, what it found, and the reason when it does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedRule<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Whether it holds.
    pub holds: bool,
    /// The first few values that its path leads to, as JSON, cut short; those that decide first.
    pub found: Vec<String>,
    /// How many values there are beside these.
    pub more: usize,
    /// Why it does not hold.
    pub miss: Option<RuleMiss>,
    /// The first few keys that differ from one on the path by case alone, and are not read since the exact one
    /// is there too.
    pub hidden: Vec<String>,
}

/// Why a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleMiss {
    /// The path leads nowhere.
    Absent {
        /// How many of the path's steps lead to a value.
        reached: usize,
        /// The keys that are there in place of the next one.
        keys: Vec<String>,
    },
    /// The path leads to an array without a value in it.
    Empty,
    /// No value satisfies the operator.
    Different,
    /// No value is of the type that is compared.
    OtherType {
        /// What the operator compares with, such as `a number`.
        expected: &'static str,
    },
    /// A value is what must not be there.
    Unwanted,
}

impl<'r> ExplainedRule<'r> {
    pub(super) fn new(rule: &'r Rule, fields: &Json<'_>) -> Self {
        let values = values(fields, rule.path.steps());
        let holds = rule.holds(fields);
        let (mut deciding, other): (Vec<_>, Vec<_>) = values
            .iter()
            .copied()
            .partition(|value| rule.is_met_by(value));
        deciding.extend(other);
        Self {
            rule,
            holds,
            found: deciding.iter().take(SHOWN).map(|one| show(one)).collect(),
            more: values.len().saturating_sub(SHOWN),
            miss: (!holds).then(|| miss(rule, fields, &values)),
            hidden: hidden(rule.path.steps(), fields),
        }
    }
}

fn miss(rule: &Rule, fields: &Json<'_>, values: &[&Json<'_>]) -> RuleMiss {
    if rule.operator == Operator::NotExists {
        return RuleMiss::Unwanted;
    }
    if values.is_empty() {
        return absent(rule.path.steps(), fields);
    }
    if rule.operator.negates().is_some() {
        return RuleMiss::Unwanted;
    }
    if values.iter().any(|value| rule.operand.compares(value)) {
        return RuleMiss::Different;
    }
    let expected = rule.operand.noun();
    RuleMiss::OtherType { expected }
}

/// The longest way that leads to a value, and what is there.
fn absent(steps: &[Step], fields: &Json<'_>) -> RuleMiss {
    let mut reached = steps.len();
    let mut there = Vec::new();
    while there.is_empty() && reached > 0 {
        reached -= 1;
        there = values(fields, steps.get(..reached).unwrap_or_default());
    }
    let next = steps.get(reached);
    if let Some(Step::Key(key)) = next
        && there.iter().any(|one| one.members(key).next().is_some())
    {
        return RuleMiss::Empty;
    }
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in there.iter().flat_map(|one| members(one)) {
        if keys.len() < NEIGHBOURS && !keys.iter().any(|known| known == key) {
            keys.push(key.to_string());
        }
    }
    RuleMiss::Absent { reached, keys }
}

fn hidden(steps: &[Step], fields: &Json<'_>) -> Vec<String> {
    let mut hidden: Vec<String> = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Step::Key(key) = step else { continue };
        let before = steps.get(..place).unwrap_or_default();
        for object in values(fields, before) {
            let exact = members(object).iter().any(|(name, _)| name == key);
            let like = |name: &str| exact && name != key && fold::same(name, key);
            for (name, _) in members(object).iter().filter(|(name, _)| like(name)) {
                if hidden.len() < SHOWN && !hidden.iter().any(|known| known == name) {
                    hidden.push(name.to_string());
                }
            }
        }
    }
    hidden
}

fn values<'t, 'a>(fields: &'t Json<'a>, steps: &[Step]) -> Vec<&'t Json<'a>> {
    let mut values = Vec::new();
    let _continues: ControlFlow<()> = walk(fields, steps, &mut |value| {
        values.push(value);
        ControlFlow::Continue(())
    });
    values
}

fn members<'t, 'a>(value: &'t Json<'a>) -> &'t [(Cow<'a, str>, Json<'a>)] {
    match value {
        Json::Object(members) => members,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Array(_) => &[],
    }
}

/// A value for people: JSON, cut short. An object's members do not matter to a rule.
fn show(value: &Json<'_>) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(yes) => yes.to_string(),
        Json::Number(text) => shorten(text),
        Json::Text(text) => format!("{:?}", shorten(text)),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
