//! What must not change a verdict.

use fastrand::Rng;

use super::{Both, automation, generate, rule};
use crate::rules::{Automation, Operator, RuleSet};

fn worlds() -> impl Iterator<Item = (Rng, Vec<Automation>)> {
    (100..112).map(|seed| {
        let mut rng = Rng::with_seed(seed);
        let automations = generate::automations(&mut rng, 60);
        (rng, automations)
    })
}

#[test]
fn other_automations_change_nothing() {
    for (mut rng, automations) in worlds() {
        let mut more = automations.clone();
        for number in 0..200 {
            let operator = [Operator::Contains, Operator::StartsWith][number % 2];
            let rules = vec![rule("name", operator, &format!("other {number}"), None).unwrap()];
            more.push(Automation {
                rule_sets: vec![RuleSet { rules }],
                ..automation(&format!("other {number}"))
            });
        }
        let (mut few, mut many) = (Both::new(automations), Both::new(more));
        for _ in 0..40 {
            let event = generate::event(&generate::members(&mut rng));
            assert_eq!(
                few.found_by_index(&event, 0),
                many.found_by_index(&event, 0),
                "{event}"
            );
        }
    }
}

#[test]
fn the_order_of_rules_and_rule_sets_changes_nothing() {
    for (mut rng, automations) in worlds() {
        let mut shuffled = automations.clone();
        for automation in &mut shuffled {
            rng.shuffle(&mut automation.rule_sets);
            rng.shuffle(&mut automation.scopes);
            for rule_set in &mut automation.rule_sets {
                rng.shuffle(&mut rule_set.rules);
            }
        }
        let (mut one, mut other) = (Both::new(automations), Both::new(shuffled));
        for _ in 0..40 {
            let event = generate::event(&generate::members(&mut rng));
            assert_eq!(
                one.found_by_index(&event, 0),
                other.found_by_index(&event, 0),
                "{event}"
            );
        }
    }
}

#[test]
fn the_order_of_an_events_keys_changes_nothing() {
    for (mut rng, automations) in worlds() {
        let mut both = Both::new(automations);
        for _ in 0..40 {
            let mut members = generate::members(&mut rng);
            let event = generate::event(&members);
            let found = both.found_by_index(&event, 0);
            rng.shuffle(&mut members);
            let shuffled = generate::event(&members);
            assert_eq!(
                both.found_by_index(&shuffled, 0),
                found,
                "{event}\n{shuffled}"
            );
        }
    }
}

#[test]
fn the_case_of_an_events_strings_changes_nothing() {
    let plain = |automation: &Automation| {
        let mut rules = automation.rule_sets.iter().flat_map(|set| &set.rules);
        // `ſ` has no other case by our folding that a regular expression knows.
        rules.all(|rule| rule.operator != Operator::Matches)
    };
    for (mut rng, automations) in worlds() {
        let mut both = Both::new(automations.into_iter().filter(plain).collect());
        for _ in 0..40 {
            let values = [
                generate::word(&mut rng),
                generate::word(&mut rng),
                generate::word(&mut rng),
            ];
            let event = |[one, two, three]: [String; 3]| {
                format!(
                    r#"{{"SystemAlertId":"1","AlertType":"x","Severity":"{one}","name":"{two}",
                    "list":["{three}",{{"x":"{one}"}}],"AzureResourceId":"/subscriptions/S1/{two}"}}"#
                )
            };
            let found = both.found_by_index(&event(values.clone()), 0);
            let upper = event(values.clone().map(|text| simple_upper(&text)));
            assert_eq!(both.found_by_index(&upper, 0), found, "{values:?}");
        }
    }
}

/// Upper case where it is one character.
fn simple_upper(text: &str) -> String {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
    };
    text.chars().map(upper).collect()
}
