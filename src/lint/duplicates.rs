//! `duplicate-rule`, `duplicate-rule-set` and `duplicate-automation`.

use std::collections::BTreeMap;

use crate::document::Place;
use crate::lint::keys::{as_set, rule_key};
use crate::lint::subject::{Digest, Subject};
use crate::lint::{Lint, Warning};
use crate::rules::{IncludeDeletes, IncludeSnapshots};

/// What stood before, by its key.
type Seen<K> = BTreeMap<K, Place>;

/// Warns of rules and rule sets that stand twice.
pub(super) fn duplicates(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    let mut sets = Seen::new();
    let numbers = subject.digest.keys.sets.iter();
    for (origin, numbers) in subject.origin.rule_sets.iter().zip(numbers) {
        let mut seen = Seen::new();
        for (origin, number) in origin.rules.iter().zip(numbers) {
            if let Some(first) = again(&mut seen, number, &origin.place) {
                found.push(duplicate(
                    Lint::DuplicateRule,
                    &origin.place,
                    first,
                    "this rule stands twice in its rule set".to_owned(),
                ));
            }
        }
        if let Some(first) = again(&mut sets, as_set(numbers), &origin.place) {
            found.push(duplicate(
                Lint::DuplicateRuleSet,
                &origin.place,
                first,
                "this rule set stands twice in its automation".to_owned(),
            ));
        }
    }
}

/// Warns of automations that do what an earlier one does. Disabled ones do nothing.
pub(super) fn duplicate_automations(subjects: &[Subject<'_>], found: &mut Vec<Warning>) {
    let mut seen = Seen::new();
    for subject in subjects.iter().filter(|subject| subject.automation.enabled) {
        let place = &subject.origin.name;
        if let Some(first) = again(&mut seen, key_of(subject), place) {
            let message = format!(
                "`{}` runs the same workflows for the same events as another automation",
                subject.automation.name
            );
            found.push(duplicate(Lint::DuplicateAutomation, place, first, message));
        }
    }
}

fn key_of(subject: &Subject<'_>) -> Vec<String> {
    let automation = subject.automation;
    let mut sets = set_keys(&subject.digest);
    sets.sort_unstable();
    sets.dedup();
    let mut parts = vec![
        listed(automation.kinds.iter().map(|kind| kind.name().to_owned())),
        listed(
            automation
                .scopes
                .iter()
                .map(|scope| scope.to_string().to_lowercase()),
        ),
        listed(automation.workflows.iter().cloned()),
        (automation.include_snapshots == IncludeSnapshots::Yes).to_string(),
        (automation.include_deletes == IncludeDeletes::Yes).to_string(),
    ];
    parts.append(&mut sets);
    parts
}

fn set_keys(digest: &Digest<'_>) -> Vec<String> {
    let rules = digest.keys.rules.iter();
    let rules: Vec<String> = rules
        .map(|rule| rule_key(rule, &digest.properties))
        .collect();
    let of_set = |numbers: &Vec<usize>| {
        let keys = numbers.iter().filter_map(|number| rules.get(*number));
        listed(keys.cloned())
    };
    digest.keys.sets.iter().map(of_set).collect()
}

fn listed(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort_unstable();
    items.dedup();
    items.join(" & ")
}

/// Where the key stood before, if it did.
fn again<K: Ord>(seen: &mut Seen<K>, key: K, place: &Place) -> Option<Place> {
    if let Some(first) = seen.get(&key) {
        return Some(first.clone());
    }
    seen.insert(key, place.clone());
    None
}

fn duplicate(lint: Lint, place: &Place, first: Place, message: String) -> Warning {
    let help = if lint == Lint::DuplicateAutomation {
        "each event calls them twice: take one of the two out"
    } else {
        "take one of the two out"
    };
    Warning {
        place: place.clone(),
        lint,
        message,
        other: Some(first),
        help: help.to_owned(),
    }
}
