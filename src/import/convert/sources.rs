//! The sources of an automation to automations: ours has one list of rule sets for all its kinds.

use super::rule::{Fate, rule};
use super::{ConvertedRule, ConvertedSet};
use crate::event::EventKind;
use crate::import::azure::{AzureRuleSet, Source};
use crate::import::note::Notes;

/// Kinds with the same rule sets.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kinds: Vec<EventKind>,
    /// None is every event.
    pub(super) rule_sets: Vec<ConvertedSet>,
}

/// The parts, in the order of the sources; none if a rule has a problem.
pub(super) fn parts(sources: &[Source], notes: &Notes) -> Option<Vec<Part>> {
    let by_kind = by_kind(sources, notes)?;
    let mut parts: Vec<Part> = Vec::new();
    for (kind, rule_sets) in by_kind {
        let same = |part: &&mut Part| same_sets(&part.rule_sets, &rule_sets);
        match parts.iter_mut().find(same) {
            Some(part) => part.kinds.push(kind),
            None => parts.push(Part {
                kinds: vec![kind],
                rule_sets,
            }),
        }
    }
    Some(parts)
}

/// Two sources of one kind are one with the rule sets of both.
fn by_kind(sources: &[Source], notes: &Notes) -> Option<Vec<(EventKind, Vec<ConvertedSet>)>> {
    let converted: Vec<Option<Vec<ConvertedSet>>> = sources
        .iter()
        .map(|source| rule_sets(source, notes))
        .collect();
    let mut kinds: Vec<(EventKind, Vec<ConvertedSet>)> = Vec::new();
    for (source, sets) in sources.iter().zip(converted) {
        let sets = sets?;
        let Some((_, known)) = kinds.iter_mut().find(|(kind, _)| *kind == source.kind) else {
            kinds.push((source.kind, sets));
            continue;
        };
        let message = format!("a second source of {}: the two become one", source.kind);
        notes.changed(&source.at, message);
        if known.is_empty() || sets.is_empty() {
            known.clear();
        } else {
            known.extend(sets);
        }
    }
    Some(kinds)
}

/// The rule sets of a source; none in the list is every event.
fn rule_sets(source: &Source, notes: &Notes) -> Option<Vec<ConvertedSet>> {
    let converted: Vec<Option<ConvertedSet>> = source
        .rule_sets
        .iter()
        .map(|set| rule_set(source.kind, set, notes))
        .collect();
    let sets = converted.into_iter().collect::<Option<Vec<_>>>()?;
    let Some(open) = sets.iter().find(|set| set.rules.is_empty()) else {
        return Some(sets);
    };
    if sets.len() > 1 {
        let kind = source.kind;
        let message = format!(
            "this rule set holds for every event of {kind}, so the others make no difference: \
             none is written"
        );
        notes.changed(&open.at, message);
    }
    Some(Vec::new())
}

fn rule_set(kind: EventKind, set: &AzureRuleSet, notes: &Notes) -> Option<ConvertedSet> {
    if set.rules.is_empty() {
        let message = "a rule set without rules holds for every event here; Azure does not say \
                       what it does there";
        notes.warning(&set.at, message);
    }
    let fates: Vec<Option<Fate>> = set.rules.iter().map(|one| rule(kind, one, notes)).collect();
    let mut rules = Vec::new();
    for fate in fates {
        match fate? {
            Fate::Kept(rule) => rules.push(rule),
            Fate::Dropped => {}
        }
    }
    let at = set.at.clone();
    Some(ConvertedSet { at, rules })
}

fn same_sets(left: &[ConvertedSet], right: &[ConvertedSet]) -> bool {
    let same = |(left, right): (&ConvertedSet, &ConvertedSet)| {
        left.rules.len() == right.rules.len()
            && left
                .rules
                .iter()
                .zip(&right.rules)
                .all(|(left, right)| same_rule(left, right))
    };
    left.len() == right.len() && left.iter().zip(right).all(same)
}

fn same_rule(left: &ConvertedRule, right: &ConvertedRule) -> bool {
    left.property == right.property
        && left.operator == right.operator
        && left.value == right.value
        && left.ty == right.ty
}
