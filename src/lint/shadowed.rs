//! `shadowed`: rule sets that a wider one of the same automation makes needless.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::lint::keys::as_set;
use crate::lint::properties::{Property, Values};
use crate::lint::subject::{Digest, Subject};
use crate::lint::test::Test;
use crate::lint::{Lint, Warning};
use crate::rules::{Operator, Rule};

/// Rule sets of one automation that are all compared with each other. Of more, two are compared
/// where one has all rules of the other.
const COMPARED: usize = 300;

/// Comparisons for one automation; what is beyond is not looked at.
const MOST: usize = 500_000;

/// Warns of each rule set that another one makes needless.
pub(super) fn shadowed(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    for (narrow, wide) in pairs(&subject.digest) {
        let origins = &subject.origin.rule_sets;
        let (Some(narrow), Some(wide)) = (origins.get(narrow), origins.get(wide)) else {
            continue;
        };
        found.push(Warning {
            place: narrow.place.clone(),
            lint: Lint::Shadowed,
            message: "this rule set changes nothing: a wider one matches whatever it matches"
                .to_owned(),
            other: Some(wide.place.clone()),
            help: "one rule set is enough: take out this one, or make the other narrower"
                .to_owned(),
        });
    }
}

/// Places of rule sets that change nothing, each with that of a wider one.
pub(super) fn pairs(digest: &Digest<'_>) -> Vec<(usize, usize)> {
    let interned = Interned::of(digest);
    let mut left = MOST;
    let mut found = Vec::new();
    for (place, narrow) in interned.sets.iter().enumerate() {
        let Some(narrow) = narrow else { continue };
        let others = interned.perhaps_wider(narrow);
        let wider = others.into_iter().take_while(|_| {
            left = left.saturating_sub(1);
            left > 0
        });
        let mut wider =
            wider.filter(|other| *other != place && interned.is_wider(*other, place, narrow));
        found.extend(wider.next().map(|wide| (place, wide)));
    }
    found
}

/// Rule sets as numbers of rules, so that two are compared fast.
struct Interned<'a> {
    rules: Vec<Numbered<'a>>,
    /// Sorted numbers, each once; none for a rule set that never matches, or that stands before.
    sets: Vec<Option<Vec<usize>>>,
    /// The rule sets by the rarest of their rules; those without rules first.
    by_rarest: BTreeMap<Option<usize>, Vec<usize>>,
}

struct Numbered<'a> {
    rule: &'a Rule,
    property: Rc<Property>,
}

impl<'a> Interned<'a> {
    fn of(digest: &Digest<'a>) -> Self {
        let numbered = |rule: &&'a Rule| Numbered {
            rule,
            property: digest.properties.of(&rule.path),
        };
        let rules: Vec<Numbered<'a>> = digest.keys.rules.iter().map(numbered).collect();
        let mut seen = BTreeSet::new();
        let sets = digest.keys.sets.iter().zip(&digest.conflicts);
        let sets: Vec<Option<Vec<usize>>> = sets
            .map(|(numbers, conflict)| {
                let own = as_set(numbers);
                let is_first = seen.insert(own.clone());
                (is_first && conflict.is_none()).then_some(own)
            })
            .collect();
        let by_rarest = by_rarest(&sets, rules.len());
        Self {
            rules,
            sets,
            by_rarest,
        }
    }

    /// The rule sets that are worth a comparison.
    fn perhaps_wider(&self, narrow: &[usize]) -> Vec<usize> {
        if self.sets.len() <= COMPARED {
            return (0..self.sets.len()).collect();
        }
        let keys = [None].into_iter().chain(narrow.iter().copied().map(Some));
        keys.filter_map(|key| self.by_rarest.get(&key))
            .flatten()
            .copied()
            .collect()
    }

    /// Whether another rule set holds wherever this one does. Of two that are equally wide the
    /// first one counts as the wider one.
    fn is_wider(&self, wide: usize, place: usize, narrow: &[usize]) -> bool {
        let Some(Some(rules)) = self.sets.get(wide) else {
            return false;
        };
        self.covers(rules, narrow) && (!self.covers(narrow, rules) || wide < place)
    }

    fn covers(&self, wide: &[usize], narrow: &[usize]) -> bool {
        wide.iter().all(|rule| {
            narrow.binary_search(rule).is_ok() || narrow.iter().any(|own| self.implies(*own, *rule))
        })
    }

    /// Whether a rule holds wherever another one does.
    fn implies(&self, rule: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.rules.get(rule), self.rules.get(other)) else {
            return false;
        };
        one.property.key == other.property.key && implies(one, other)
    }
}

fn implies(one: &Numbered<'_>, other: &Numbered<'_>) -> bool {
    let (own, others) = (Test::of(one.rule), Test::of(other.rule));
    let absent = |numbered: &Numbered<'_>| numbered.rule.operator == Operator::NotExists;
    if absent(one) || absent(other) {
        return absent(one) && absent(other);
    }
    match (one.rule.operator.negates(), other.rule.operator.negates()) {
        (_, None) if other.rule.operator == Operator::Exists => true,
        (None, None) => own.implies(others),
        (Some(_), Some(_)) => others.implies(own),
        (None, Some(_)) => one.property.values == Values::One && own.excludes(others),
        (Some(_), None) => false,
    }
}

fn by_rarest(sets: &[Option<Vec<usize>>], rules: usize) -> BTreeMap<Option<usize>, Vec<usize>> {
    let mut counts = vec![0_usize; rules];
    for rule in sets.iter().flatten().flatten() {
        if let Some(count) = counts.get_mut(*rule) {
            *count += 1;
        }
    }
    let mut found: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (place, set) in sets.iter().enumerate() {
        if let Some(set) = set {
            let rarest = set.iter().copied().min_by_key(|rule| counts.get(*rule));
            found.entry(rarest).or_default().push(place);
        }
    }
    found
}
