//! A configuration of any size is linted in no time.

use std::time::{Duration, Instant};

use super::kit::{NOW, loaded};
use crate::config::{Config, RuleOrigin, RuleSetOrigin};
use crate::document::Place;
use crate::lint::{Lint, lint};
use crate::path::Path;
use crate::rules::{Operand, Operator, Rule, RuleSet};

const COUNT: usize = 10_000;

/// Of a build without optimisation, on a busy machine; quadratic time would take minutes.
const ENOUGH: Duration = Duration::from_secs(8);

fn rule(path: &str, operator: Operator, value: &str) -> Rule {
    let operand = Operand::new(operator, Some(value), None).unwrap();
    Rule::new(Path::parse(path).unwrap(), operator, operand)
}

/// One automation with many rule sets.
fn many(kinds: &str, sets: impl Iterator<Item = Vec<Rule>>) -> Config {
    let configuration = "sources: [a]
automations: [rules.yaml]
workflows: { page: { url: 'https://example.test/' } }
";
    let rules = format!("automations: [{{ name: a, kinds: [{kinds}], workflows: [page] }}]");
    let mut config = loaded(configuration, &rules);
    for (line, rules) in (1..).zip(sets) {
        let place = Place {
            line: Some(line),
            ..config.origins[0].name.clone()
        };
        let origin = |_: &Rule| RuleOrigin {
            place: place.clone(),
            property: place.clone(),
            operator: place.clone(),
            value: place.clone(),
        };
        config.origins[0].rule_sets.push(RuleSetOrigin {
            rules: rules.iter().map(origin).collect(),
            place,
        });
        config.automations[0].rule_sets.push(RuleSet { rules });
    }
    config
}

fn count(config: &Config, lint_name: Lint) -> usize {
    let began = Instant::now();
    let warnings = lint(config, NOW);
    let took = began.elapsed();
    assert!(took < ENOUGH, "{lint_name}: {took:?}");
    println!("{lint_name}: {} warnings in {took:?}", warnings.len());
    warnings
        .iter()
        .filter(|warning| warning.lint == lint_name)
        .count()
}

#[test]
fn rule_sets_as_a_policy_writes_them() {
    let sets = (0..COUNT).map(|number| {
        let severity = ["High", "Medium", "Low"][number % 3];
        let status = ["unhealthy", "notapplicable"][number / 3 % 2];
        vec![
            rule("name", Operator::Contains, &format!("{:08x}", number / 6)),
            rule("properties.metadata.severity", Operator::Equals, severity),
            rule("properties.status.code", Operator::Contains, status),
        ]
    });
    assert_eq!(count(&many("recommendations", sets), Lint::Shadowed), 0);
}

#[test]
fn rule_sets_that_all_have_the_same_rules_but_one() {
    let sets = (0..COUNT).map(|number| {
        let mut rules: Vec<Rule> = (0..8)
            .map(|part| {
                rule(
                    &format!("ExtendedProperties.p{part}"),
                    Operator::NotEquals,
                    "x",
                )
            })
            .collect();
        rules.push(rule(
            "AlertType",
            Operator::Contains,
            &format!("type-{number}"),
        ));
        rules
    });
    assert_eq!(count(&many("alerts", sets), Lint::Shadowed), 0);
}

#[test]
fn rule_sets_of_one_wide_and_many_narrow() {
    let high = || rule("Severity", Operator::Equals, "High");
    let sets = (0..COUNT).map(|number| {
        if number == COUNT / 2 {
            return vec![high()];
        }
        vec![
            rule("AlertType", Operator::Equals, &number.to_string()),
            high(),
        ]
    });
    assert_eq!(count(&many("alerts", sets), Lint::Shadowed), COUNT - 1);
}

#[test]
fn rule_sets_on_properties_that_are_not_known() {
    let sets =
        (0..COUNT).map(|number| vec![rule(&format!("colour{number}"), Operator::NotEquals, "red")]);
    assert_eq!(count(&many("alerts", sets), Lint::AlwaysCandidate), COUNT);
}

#[test]
fn one_rule_set_with_many_rules() {
    let rules =
        (0..COUNT).map(|number| rule("AlertType", Operator::NotEquals, &number.to_string()));
    let config = many("alerts", [rules.collect()].into_iter());
    assert_eq!(count(&config, Lint::AlwaysCandidate), 1);
}
