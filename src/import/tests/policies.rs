//! Policies expand to exactly what they expand to in Azure: held to a second, direct formulation.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::kit::{
    ALERTS_POLICY, COMPLIANCE_POLICY, RECOMMENDATIONS_POLICY, deployed, imported, loaded, told,
};

/// `path operator value` for each rule of each rule set.
type Sets = Vec<Vec<String>>;

fn expanded(policy: &str, parameters: &[String]) -> Result<Sets, String> {
    let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
    let azure = deployed(
        policy,
        &[&parameters[..], &["title=t", "flow=/x/f"]].concat(),
    )?;
    let [source] = azure.sources.as_slice() else {
        panic!("one source");
    };
    let sets = source.rule_sets.iter().map(|set| {
        let rules = set.rules.iter();
        rules
            .map(|rule| format!("{} {} {}", rule.path, rule.operator, rule.value))
            .collect()
    });
    Ok(sets.collect())
}

fn json(name: &str, values: &[String]) -> String {
    format!("{name}={}", serde_json::to_string(values).unwrap())
}

/// Texts that look like expressions are texts when they are values.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 /.'-]{1,12}",
        Just("[length('x')]".to_owned()),
        "\\PC{1,6}"
    ]
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let owned: Vec<String> = all.iter().map(|one| (*one).to_owned()).collect();
    subsequence(owned, 1..=all.len()).prop_shuffle()
}

fn alerts(named: &str, levels: &[String]) -> Sets {
    let first = if named.is_empty() {
        "Version Contains 3.".to_owned()
    } else {
        format!("AlertDisplayName Contains {named}")
    };
    let set = |level: &String| {
        vec![
            first.clone(),
            format!("Severity Equals {}", level.to_lowercase()),
        ]
    };
    levels.iter().map(set).collect()
}

fn recommendations(keys: &[String], levels: &[String], states: &[String]) -> Sets {
    let named: Vec<String> = if keys.is_empty() {
        vec!["type Contains Microsoft.Security/assessments".to_owned()]
    } else {
        keys.iter()
            .map(|key| format!("name Contains {key}"))
            .collect()
    };
    let mut sets = Vec::new();
    for named in &named {
        for level in levels {
            for state in states {
                let state = state.to_lowercase().replace(' ', "");
                sets.push(vec![
                    named.clone(),
                    format!("properties.metadata.severity Equals {level}"),
                    format!("properties.status.code Contains {state}"),
                ]);
            }
        }
    }
    sets
}

fn compliance(norms: &[String], states: &[String]) -> Sets {
    let of_norm = |norm: &String| format!("id Contains {norm}");
    let of_state = |state: &String| format!("properties.state Equals {state}");
    match (norms.is_empty(), states.len() == 4) {
        (true, true) => Vec::new(),
        (true, false) => states.iter().map(|state| vec![of_state(state)]).collect(),
        (false, true) => norms.iter().map(|norm| vec![of_norm(norm)]).collect(),
        (false, false) => norms
            .iter()
            .flat_map(|norm| {
                states
                    .iter()
                    .map(move |state| vec![of_norm(norm), of_state(state)])
            })
            .collect(),
    }
}

const LEVELS: &[&str] = &["High", "Medium", "Low"];
const HEALTH: &[&str] = &["Healthy", "Unhealthy", "Not Applicable"];
const STATES: &[&str] = &["Failed", "Passed", "Skipped", "Unsupported"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn alerts_expand_as_in_azure(
        named in prop_oneof![Just(String::new()), word()],
        levels in some_of(LEVELS),
    ) {
        let quoted = serde_json::to_string(&named).unwrap();
        let given = [format!("named={quoted}"), json("levels", &levels)];
        prop_assert_eq!(expanded(ALERTS_POLICY, &given), Ok(alerts(&named, &levels)));
    }

    #[test]
    fn recommendations_expand_as_in_azure(
        keys in vec(word(), 0..5),
        levels in some_of(LEVELS),
        states in some_of(HEALTH),
    ) {
        let given = [json("keys", &keys), json("levels", &levels), json("states", &states)];
        let expected = recommendations(&keys, &levels, &states);
        prop_assert_eq!(expanded(RECOMMENDATIONS_POLICY, &given), Ok(expected));
    }

    #[test]
    fn compliance_expands_as_in_azure(norms in vec(word(), 0..5), states in some_of(STATES)) {
        let given = [json("norms", &norms), json("states", &states)];
        let expected = compliance(&norms, &states);
        prop_assert_eq!(expanded(COMPLIANCE_POLICY, &given), Ok(expected));
    }
}

#[test]
fn defaults_are_those_of_the_policy() {
    let all = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    assert_eq!(expanded(ALERTS_POLICY, &[]), Ok(alerts("", &all(LEVELS))));
    let nine = recommendations(&[], &all(LEVELS), &all(HEALTH));
    assert_eq!(nine.len(), 9);
    assert_eq!(expanded(RECOMMENDATIONS_POLICY, &[]), Ok(nine));
    assert_eq!(expanded(COMPLIANCE_POLICY, &[]), Ok(Vec::new()));
}

#[test]
fn twenty_recommendations_are_180_rule_sets_and_load() {
    let keys: Vec<String> = (0..20).map(|number| format!("key-{number}")).collect();
    let imported = imported(RECOMMENDATIONS_POLICY, &[&json("keys", &keys)]);
    let config = loaded(&imported);
    assert_eq!(config.automations[0].rule_sets.len(), 180);
}

#[test]
fn an_empty_list_of_severities_or_states_is_a_problem() {
    let mut said = String::new();
    for (policy, parameter) in [
        (ALERTS_POLICY, "levels=[]"),
        (RECOMMENDATIONS_POLICY, "levels=[]"),
        (RECOMMENDATIONS_POLICY, "states=[]"),
        (COMPLIANCE_POLICY, "states=[]"),
    ] {
        let imported = imported(policy, &[parameter]);
        assert!(imported.is_empty(), "{parameter}");
        said += &told(&imported).replace("properties.policyRule.then.details.deployment", "…");
    }
    insta::assert_snapshot!(said, @r"
    problem  ….properties.template.resources[1].properties.template.resources[0].properties.sources[0].copy[0].input.rules[1].expectedValue: asks for item 0 of an empty array
    problem  ….properties.template.resources[1].properties.template.resources[0].properties.sources[0].copy[0].input.rules[1].expectedValue: mod() divides 0 by zero: is an array empty that must not be?
    problem  ….properties.template.resources[1].properties.template.resources[0].properties.sources[0].copy[0].input.rules[2].expectedValue: mod() divides 0 by zero: is an array empty that must not be?
    problem  ….properties.template.variables.both.copy[0].input.rules[1].expectedValue: mod() divides 0 by zero: is an array empty that must not be?
    ");
}

#[test]
fn a_value_that_the_policy_does_not_allow_is_a_problem() {
    let said = told(&imported(
        ALERTS_POLICY,
        &["levels=[\"High\", \"Informational\"]"],
    ));
    insta::assert_snapshot!(said, @"problem  `Informational` is not allowed for the parameter `levels`: it takes High, Medium, Low");
}

#[test]
fn a_value_of_another_type_is_a_problem_that_names_the_parameter() {
    let said = told(&imported(ALERTS_POLICY, &["levels=High", "title=[1]"]));
    insta::assert_snapshot!(said, @"problem  the parameter `levels` takes an array, such as `[\"a\"]`, found a text");
    let number = imported(ALERTS_POLICY, &["title=12", "named=true"]);
    assert_eq!(number.count(crate::import::Weight::Problem), 0);
}

#[test]
fn a_parameter_that_no_template_has_is_a_problem_with_the_nearest_name() {
    let said = told(&imported(
        ALERTS_POLICY,
        &["level=[]", "title=t", "flow=/x/f"],
    ));
    insta::assert_snapshot!(said, @r"
    changed  properties.policyRule.then.details.deployment.properties.template.resources[1].properties.template.resources[0].properties.sources[0].ruleSets[0].rules[0]: dropped `Version Contains 3.`: it stands for every alert, and alerts that are exported have no `Version` (and in 2 more places)
    warning  properties.policyRule.then.details.deployment.properties.template.resources[1].properties.template.resources[0].properties.sources[0].ruleSets[0]: High, Medium and Low, but not Informational: such alerts run nothing, as in Azure
    missing  properties.policyRule.then.details.deployment.properties.template.resources[1].properties.template.resources[0].properties.actions[0]: Azure never shows the callback URL of workflow `f`: supply it as F_URL
    problem  no template has a parameter `level`; did you mean `levels`?
    ");
}
