//! `no-informational`: the severities of alerts, all but one.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Place;
use crate::event::EventKind;
use crate::lint::subject::{Subject, rules, warning};
use crate::lint::test::listed;
use crate::lint::{Lint, Warning};
use crate::rules::{Operand, Rule, Severity};

/// The severities that rule sets name which are the same but for them, and the first place.
#[derive(Default)]
struct Named {
    severities: BTreeSet<Severity>,
    place: Option<Place>,
}

/// Warns of a list of severities, in one rule or one rule set each, without the lowest.
pub(super) fn no_informational(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    if subject.automation.kinds != [EventKind::Alerts] {
        return;
    }
    let mut by_rest: BTreeMap<Vec<usize>, Named> = BTreeMap::new();
    let numbers = subject.digest.keys.sets.iter();
    for ((set, origin), numbers) in subject.rule_sets().zip(numbers) {
        let mut rest = Vec::new();
        let mut named = None;
        for ((rule, origin), number) in rules(set, origin).zip(numbers) {
            match severities(subject, rule) {
                Some(severities) => named = Some((severities, origin.value.clone())),
                None => rest.push(*number),
            }
        }
        rest.sort_unstable();
        if let Some((severities, place)) = named {
            let entry = by_rest.entry(rest).or_default();
            entry.severities.extend(severities);
            entry.place.get_or_insert(place);
        }
    }
    for Named { severities, place } in by_rest.into_values() {
        let all_others = [Severity::Low, Severity::Medium, Severity::High]
            .iter()
            .all(|one| severities.contains(one));
        if let (true, false, Some(place)) = (
            all_others,
            severities.contains(&Severity::Informational),
            place,
        ) {
            found.push(warning(
                Lint::NoInformational,
                &place,
                "every severity of alerts is named here but Informational".to_owned(),
                "name it as well or leave the severity out; if it is meant, write `AtLeast` with `Low`",
            ));
        }
    }
}

/// The severities that a rule on an alert's severity names.
fn severities(subject: &Subject<'_>, rule: &Rule) -> Option<BTreeSet<Severity>> {
    let property = subject.property(rule);
    let is_severity = ["severity", "properties.severity"].contains(&property.keys.as_str());
    if !is_severity || rule.operator.negates().is_some() {
        return None;
    }
    let parsed = listed(rule)?.iter().map(|item| {
        let Operand::Text(text) = item else {
            return None;
        };
        Severity::parse(text)
    });
    parsed.collect()
}
