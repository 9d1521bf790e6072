//! What linting costs grows with the size of a configuration, and no faster.

use super::kit::{NOW, loaded};
use crate::config::{Config, RuleOrigin, RuleSetOrigin};
use crate::document::Place;
use crate::lint::{Lint, lint};
use crate::path::Path;
use crate::rules::{Operand, Operator, Rule, RuleSet};
use crate::tests::{assert_linear, cpu_time};

const COUNT: usize = 10_000;

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
    lint(config, NOW)
        .iter()
        .filter(|warning| warning.lint == lint_name)
        .count()
}

#[test]
fn rule_sets_as_a_policy_writes_them() {
    let set = |number| {
        let severity = ["High", "Medium", "Low"][number % 3];
        let status = ["unhealthy", "notapplicable"][number / 3 % 2];
        vec![
            rule("name", Operator::Contains, &format!("{:08x}", number / 6)),
            rule("properties.metadata.severity", Operator::Equals, severity),
            rule("properties.status.code", Operator::Contains, status),
        ]
    };
    assert_linear(COUNT, |sets| {
        let config = many("recommendations", (0..sets).map(set));
        cpu_time(|| assert_eq!(count(&config, Lint::Shadowed), 0))
    });
}

#[test]
fn rule_sets_that_all_have_the_same_rules_but_one() {
    let set = |number| {
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
    };
    assert_linear(COUNT, |sets| {
        let config = many("alerts", (0..sets).map(set));
        cpu_time(|| assert_eq!(count(&config, Lint::Shadowed), 0))
    });
}

#[test]
fn rule_sets_of_one_wide_and_many_narrow() {
    let high = || rule("Severity", Operator::Equals, "High");
    assert_linear(COUNT, |sets| {
        let set = |number: usize| {
            if number == sets / 2 {
                return vec![high()];
            }
            vec![
                rule("AlertType", Operator::Equals, &number.to_string()),
                high(),
            ]
        };
        let config = many("alerts", (0..sets).map(set));
        cpu_time(|| assert_eq!(count(&config, Lint::Shadowed), sets - 1))
    });
}

#[test]
fn rule_sets_on_properties_that_are_not_known() {
    let set = |number| vec![rule(&format!("colour{number}"), Operator::NotEquals, "red")];
    assert_linear(COUNT, |sets| {
        let config = many("alerts", (0..sets).map(set));
        cpu_time(|| assert_eq!(count(&config, Lint::AlwaysCandidate), sets))
    });
}

#[test]
fn one_rule_set_with_many_rules() {
    let one = |number: usize| rule("AlertType", Operator::NotEquals, &number.to_string());
    assert_linear(COUNT, |rules| {
        let config = many("alerts", [(0..rules).map(one).collect()].into_iter());
        cpu_time(|| assert_eq!(count(&config, Lint::AlwaysCandidate), 1))
    });
}
