//! The built-in templates against a second, direct formulation of what Azure's policies deploy.

use proptest::prelude::*;

use super::templates::with;
use crate::event::EventKind;
use crate::path::Path;
use crate::rules::{Operand, Operator, Rule, RuleSet};

/// Rules as the policies write them.
type Row<'a> = Vec<(&'a str, Operator, String)>;

fn rule_sets(rows: &[Row<'_>]) -> Vec<RuleSet> {
    let rule = |(path, operator, value): &(&str, Operator, String)| {
        let operand = Operand::new(*operator, Some(value), None).unwrap();
        Rule::new(Path::parse(path).unwrap(), *operator, operand)
    };
    let set = |row: &Row<'_>| RuleSet {
        rules: row.iter().map(rule).collect(),
    };
    rows.iter().map(set).collect()
}

fn severity<'a>(path: &'a str, value: &str) -> (&'a str, Operator, String) {
    (path, Operator::Equals, value.to_lowercase())
}

fn alerts<'a>(name: &str, severities: &[String]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for value in severities {
        let mut row = vec![severity("Severity", value)];
        if !name.is_empty() {
            row.insert(0, ("AlertDisplayName", Operator::Contains, name.to_owned()));
        }
        rows.push(row);
    }
    rows
}

/// By index, as the policy's copy loop does.
fn recommendations<'a>(names: &[String], severities: &[String], states: &[String]) -> Vec<Row<'a>> {
    let (n, s, t) = (names.len(), severities.len(), states.len());
    let row = |i: usize| {
        let all = (
            "type",
            Operator::Contains,
            "Microsoft.Security/assessments".to_owned(),
        );
        let name = match n {
            0 => all,
            _ => ("name", Operator::Contains, names[(i / (s * t)) % n].clone()),
        };
        let state = match states[i % t].as_str() {
            "Healthy" => "healthy",
            "Unhealthy" => "unhealthy",
            "Not Applicable" => "notapplicable",
            other => panic!("{other}"),
        };
        vec![
            name,
            severity("properties.metadata.severity", &severities[(i / t) % s]),
            (
                "properties.status.code",
                Operator::Contains,
                state.to_owned(),
            ),
        ]
    };
    (0..n.max(1) * s * t).map(row).collect()
}

fn compliance<'a>(standards: &[String], states: &[String]) -> Vec<Row<'a>> {
    let by_standard = |one: &String| ("id", Operator::Contains, one.clone());
    let by_state = |one: &String| ("properties.state", Operator::Equals, one.clone());
    match (standards.is_empty(), states.len() == 4) {
        (true, true) => Vec::new(),
        (true, false) => states.iter().map(|state| vec![by_state(state)]).collect(),
        (false, true) => standards.iter().map(|one| vec![by_standard(one)]).collect(),
        (false, false) => {
            let (n, t) = (standards.len(), states.len());
            let row = |i: usize| vec![by_standard(&standards[i / t]), by_state(&states[i % t])];
            (0..n * t).map(row).collect()
        }
    }
}

/// What an assignment with these parameters becomes.
fn assigned(template: &str, parameters: &serde_json::Value) -> (EventKind, Vec<RuleSet>) {
    let text = format!(
        "assignments: [{{ name: a, template: {template}, workflows: [note], parameters: {parameters} }}]"
    );
    let automation = with(&text).load().automations.remove(0);
    assert_eq!(automation.kinds.len(), 1);
    (automation.kinds[0], automation.rule_sets)
}

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let value = proptest::sample::select(values).prop_map(str::to_owned);
    proptest::collection::vec(value, 1..6)
}

fn names() -> impl Strategy<Value = Vec<String>> {
    // Whatever can stand in a line, and what looks like a reference.
    let name = prop_oneof![
        "[^\\p{C}]{1,12}",
        Just("${each.recommendationNames}".to_owned())
    ];
    proptest::collection::vec(name, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_alerts_template_makes_what_the_policy_makes(
        name in prop_oneof![Just(String::new()), "[^\\p{C}]{1,12}"],
        severities in some_of(&["High", "Medium", "Low"]),
    ) {
        let given = serde_json::json!({ "alertName": name, "alertSeverities": severities });
        let expected = rule_sets(&alerts(&name, &severities));
        prop_assert_eq!(assigned("defender-alerts", &given), (EventKind::Alerts, expected));
    }

    #[test]
    fn the_recommendations_template_makes_what_the_policy_makes(
        names in names(),
        severities in some_of(&["High", "Medium", "Low"]),
        states in some_of(&["Healthy", "Unhealthy", "Not Applicable"]),
    ) {
        let given = serde_json::json!({
            "recommendationNames": names,
            "recommendationSeverities": severities,
            "recommendationStates": states,
        });
        let expected = rule_sets(&recommendations(&names, &severities, &states));
        let made = assigned("defender-recommendations", &given);
        prop_assert_eq!(made, (EventKind::Assessments, expected));
    }

    #[test]
    fn the_compliance_template_makes_what_the_policy_makes(
        standards in names(),
        states in some_of(&["Failed", "Passed", "Skipped", "Unsupported"]),
    ) {
        let given = serde_json::json!({
            "regulatoryComplianceStandards": standards,
            "regulatoryComplianceControlStates": states,
        });
        let expected = rule_sets(&compliance(&standards, &states));
        let made = assigned("defender-compliance", &given);
        prop_assert_eq!(made, (EventKind::RegulatoryComplianceAssessment, expected));
    }
}

#[test]
fn the_defaults_are_those_of_the_policies() {
    let owned = |values: &[&str]| {
        values
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>()
    };
    let three = owned(&["High", "Medium", "Low"]);
    let states = owned(&["Healthy", "Unhealthy", "Not Applicable"]);
    let none = serde_json::json!({});
    let made = |template| assigned(template, &none).1;
    assert_eq!(made("defender-alerts"), rule_sets(&alerts("", &three)));
    let usual = rule_sets(&recommendations(&[], &three, &states));
    assert_eq!(usual.len(), 9);
    assert_eq!(made("defender-recommendations"), usual);
    assert!(made("defender-compliance").is_empty());
}
