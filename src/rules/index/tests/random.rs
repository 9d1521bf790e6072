use fastrand::Rng;

use super::Both;
use super::generate;
use crate::rules::Operator;

/// The pairs of an automation and an event that are compared.
const PAIRS: usize = 1_000_000;
const AUTOMATIONS: usize = 250;
const EVENTS: usize = 80;

#[test]
fn a_million_verdicts_are_those_of_the_scan() {
    let (mut pairs, mut matches, mut seed) = (0, 0, 0);
    while pairs < PAIRS {
        seed += 1;
        let mut rng = Rng::with_seed(seed);
        let mut both = Both::new(generate::automations(&mut rng, AUTOMATIONS));
        for _ in 0..EVENTS {
            let event = generate::event(&generate::members(&mut rng));
            matches += both.found(&event, 0).len();
            pairs += AUTOMATIONS;
        }
    }
    assert!(pairs >= PAIRS, "{pairs}");
    // Neither always nor never.
    assert!(
        (pairs / 20..pairs / 2).contains(&matches),
        "{matches} of {pairs}"
    );
}

#[test]
fn a_stop_ends_both_at_the_same_place() {
    let (mut stopped, mut matches) = (0, 0);
    for seed in 0..8 {
        let mut rng = Rng::with_seed(seed);
        let mut automations = generate::automations(&mut rng, 60);
        generate::with_stops(&mut rng, &mut automations);
        let stops = |place: &usize| automations[*place].stop == crate::rules::Stop::Yes;
        let mut both = Both::new(automations.clone());
        for _ in 0..60 {
            let found = both.found(&generate::event(&generate::members(&mut rng)), 0);
            matches += found.len();
            stopped += usize::from(found.last().is_some_and(stops));
        }
    }
    assert!(
        stopped > 100 && matches > 4 * stopped,
        "{stopped} {matches}"
    );
}

#[test]
fn one_memory_serves_every_index() {
    let mut rng = Rng::with_seed(7);
    let mut first = Both::new(generate::automations(&mut rng, 40));
    let mut second = Both::new(generate::automations(&mut rng, 90));
    for _ in 0..200 {
        let event = generate::event(&generate::members(&mut rng));
        first.found(&event, 0);
        std::mem::swap(&mut first.matching, &mut second.matching);
        std::mem::swap(&mut first.reading, &mut second.reading);
        second.found(&event, 0);
    }
}

#[test]
fn every_operator_comes_up() {
    let mut rng = Rng::with_seed(1);
    let automations = generate::automations(&mut rng, 400);
    let sets = automations
        .iter()
        .flat_map(|automation| &automation.rule_sets);
    let used: Vec<Operator> = sets
        .flat_map(|set| set.rules.iter().map(|rule| rule.operator))
        .collect();
    for operator in Operator::ALL {
        assert!(used.contains(&operator), "{operator}");
    }
}
