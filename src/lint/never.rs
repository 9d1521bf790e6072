//! `never-matches`: rule sets that no event can satisfy.

use std::rc::Rc;

use crate::lint::properties::{Properties, Property, Values};
use crate::lint::subject::Subject;
use crate::lint::test::{Test, Verdict};
use crate::lint::{Lint, Warning};
use crate::rules::{Operator, Rule, RuleSet};

/// Rules on one property that are compared with each other; people write a few.
const MOST_RULES: usize = 64;

/// Values of a list that are tried one by one.
const MOST_VALUES: usize = 1_000;

/// Two rules of a rule set that cannot both hold, by their places in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) rules: (usize, usize),
    cause: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The two exclude each other.
    Both,
    /// All rules on the property together leave nothing of the values of the first.
    Together,
}

/// Warns of each rule set that never matches.
pub(super) fn never_matches(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    let conflicts = subject.digest.conflicts.iter();
    for ((set, origin), conflict) in subject.rule_sets().zip(conflicts) {
        let Some(conflict) = *conflict else { continue };
        let (one, other) = conflict.rules;
        let (Some(rule), Some(at), Some(with)) = (
            set.rules.get(other),
            origin.rules.get(other),
            origin.rules.get(one),
        ) else {
            continue;
        };
        found.push(Warning {
            place: at.place.clone(),
            lint: Lint::NeverMatches,
            message: conflict.message(rule),
            // Both stand at one place where a template was assigned.
            other: Some(with.place.clone()).filter(|other| *other != at.place),
            help: help(set, conflict).to_owned(),
        });
    }
}

impl Conflict {
    fn message(self, rule: &Rule) -> String {
        let path = &rule.path;
        match self.cause {
            Cause::Both => {
                format!("this rule set never matches: two rules on `{path}` exclude each other")
            }
            Cause::Together => {
                format!("this rule set never matches: its rules on `{path}` leave no value")
            }
        }
    }
}

fn help(set: &RuleSet, conflict: Conflict) -> &'static str {
    let (one, other) = conflict.rules;
    let equals = |at| {
        set.rules
            .get(at)
            .is_some_and(|rule: &Rule| rule.operator == Operator::Equals)
    };
    if equals(one) && equals(other) {
        "all rules of a rule set must hold: for either value write `In` with a list"
    } else {
        "all rules of a rule set must hold: take one out, or write two rule sets"
    }
}

/// Two rules of the rule set that keep it from ever holding, if there are such. That is certain
/// for every event in which what is known to be one value is one value at most.
pub(super) fn conflict(set: &RuleSet, properties: &Properties<'_>) -> Option<Conflict> {
    if set.rules.len() < 2 {
        return None;
    }
    let properties = set.rules.iter().map(|rule| properties.of(&rule.path));
    let mut by_path: Vec<(Rc<Property>, usize)> = properties.zip(0..).collect();
    by_path.sort_unstable_by(|(one, _), (other, _)| one.key.cmp(&other.key));
    by_path
        .chunk_by(|(one, _), (other, _)| one.key == other.key)
        .filter(|places| places.len() > 1)
        .find_map(|places| within(set, places))
}

/// The same for rules on one property.
fn within(set: &RuleSet, places: &[(Rc<Property>, usize)]) -> Option<Conflict> {
    let values = places.first()?.0.values;
    let rules: Vec<(usize, &Rule)> = places
        .iter()
        .filter_map(|(_, place)| Some((*place, set.rules.get(*place)?)))
        .take(MOST_RULES)
        .collect();
    for (at, (other, second)) in rules.iter().enumerate() {
        let mut before = rules.iter().take(at);
        if let Some((one, _)) = before.find(|(_, first)| exclude(first, second, values)) {
            return Some(Conflict {
                rules: (*one, *other),
                cause: Cause::Both,
            });
        }
    }
    rules
        .iter()
        .find_map(|listed| together(*listed, &rules, values))
}

fn exclude(first: &Rule, second: &Rule, values: Values) -> bool {
    let absent = |rule: &Rule| rule.operator == Operator::NotExists;
    if absent(first) != absent(second) {
        return true;
    }
    let (one, other) = (Test::of(first), Test::of(second));
    match (first.operator.negates(), second.operator.negates()) {
        (None, None) => values == Values::One && one.excludes(other),
        (None, Some(_)) => one.implies(other),
        (Some(_), None) => other.implies(one),
        (Some(_), Some(_)) => false,
    }
}

/// Whether the rules together accept none of the values that one of them lists.
fn together(listed: (usize, &Rule), rules: &[(usize, &Rule)], values: Values) -> Option<Conflict> {
    let (place, rule) = listed;
    let test = Test::of(rule);
    if rule.operator.negates().is_some() || test.size()? > MOST_VALUES {
        return None;
    }
    let others: Vec<(usize, &Rule)> = rules
        .iter()
        .copied()
        .filter(|(other, _)| *other != place)
        .collect();
    let tests: Vec<Test<'_>> = others.iter().map(|(_, rule)| Test::of(rule)).collect();
    let mut refused_by = None;
    for verdicts in test.judged_by(&tests)? {
        let judged = others.iter().zip(verdicts);
        let mut refusing = judged.filter(|((_, other), verdict)| match other.operator.negates() {
            Some(_) => *verdict == Verdict::Always,
            None => values == Values::One && *verdict == Verdict::Never,
        });
        let ((other, _), _) = refusing.next()?;
        refused_by = Some(*other);
    }
    refused_by.map(|other| Conflict {
        rules: (place, other),
        cause: Cause::Together,
    })
}
