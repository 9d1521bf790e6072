//! Each lint of rules and rule sets, on a file that shows it.

use super::kit::{rule_sets, said, said_of};

#[test]
fn two_values_of_one_property_are_told() {
    let rules = [
        "property: Severity, operator: Equals, value: High",
        "property: severity, operator: Equals, value: Low",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[never-matches]: this rule set never matches: two rules on `severity` exclude each other
     --> rules.yaml:7:13
      |
    7 |           - {property: severity, operator: Equals, value: Low}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     --> rules.yaml:6:13: the other one
      |
    6 |           - {property: Severity, operator: Equals, value: High}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: all rules of a rule set must hold: for either value write `In` with a list
    ");
}

#[test]
fn a_value_and_its_negation_are_told_even_through_an_array() {
    let rules = [
        "property: ExtendedProperties.tags, operator: In, value: [a, b]",
        "property: ExtendedProperties.tags, operator: NotContains, value: A",
        "property: ExtendedProperties.tags, operator: NotEquals, value: B",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[never-matches]: this rule set never matches: its rules on `ExtendedProperties.tags` leave no value
     --> rules.yaml:8:13
      |
    8 |           - {property: ExtendedProperties.tags, operator: NotEquals, value: B}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     --> rules.yaml:6:13: the other one
      |
    6 |           - {property: ExtendedProperties.tags, operator: In, value: [a, b]}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: all rules of a rule set must hold: take one out, or write two rule sets
    ");
}

#[test]
fn a_range_without_a_number_is_told() {
    let rules = [
        "property: properties.score.percentage, operator: GreaterThan, value: 0.5",
        "property: properties.score.percentage, operator: LesserThan, value: 0.3",
    ];
    insta::assert_snapshot!(said_of("SecureScores", &rules), @r"
    warning[never-matches]: this rule set never matches: two rules on `properties.score.percentage` exclude each other
     --> rules.yaml:7:13
      |
    7 |           - {property: properties.score.percentage, operator: LesserThan, value: 0.3}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     --> rules.yaml:6:13: the other one
      |
    6 |           - {property: properties.score.percentage, operator: GreaterThan, value: 0.5}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: all rules of a rule set must hold: take one out, or write two rule sets
    ");
}

#[test]
fn an_unknown_property_is_told_with_the_nearest() {
    let rules = [
        "property: Severty, operator: Equals, value: High",
        "property: metadata.severity, operator: Exists",
        "property: colour, operator: Equals, value: red",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[unknown-property]: no event of Alerts has a property `Severty`
     --> rules.yaml:6:14
      |
    6 |           - {property: Severty, operator: Equals, value: High}
      |              ^^^^^^^^^^^^^^^^^
      help: did you mean `Severity`?

    warning[unknown-property]: no event of Alerts has a property `metadata.severity`
     --> rules.yaml:7:14
      |
    7 |           - {property: metadata.severity, operator: Exists}
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: look at an event for how it is spelt and what it stands below

    warning[unknown-property]: no event of Alerts has a property `colour`
     --> rules.yaml:8:14
      |
    8 |           - {property: colour, operator: Equals, value: red}
      |              ^^^^^^^^^^^^^^^^
      help: look at an event for how it is spelt and what it stands below
    ");
    let rules = ["property: metadata.severity, operator: Equals, value: High"];
    insta::assert_snapshot!(said_of("recommendations", &rules), @r"
    warning[unknown-property]: no event of Assessments has a property `metadata.severity`
     --> rules.yaml:6:14
      |
    6 |           - {property: metadata.severity, operator: Equals, value: High}
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: did you mean `properties.metadata.severity`?
    ");
}

#[test]
fn well_known_mistakes_are_told_with_what_is_right() {
    let rules = [
        "property: properties.metadata.severity, operator: Equals, value: High",
        "property: Version, operator: Contains, value: '3.'",
        "property: ProductComponentName, operator: Equals, value: VirtualMachines",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[unknown-property]: no event of Alerts has a property `properties.metadata.severity`
     --> rules.yaml:6:14
      |
    6 |           - {property: properties.metadata.severity, operator: Equals, value: High}
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: write `Severity`: the other one is a recommendation's

    warning[unknown-property]: no event of Alerts has a property `Version`
     --> rules.yaml:7:14
      |
    7 |           - {property: Version, operator: Contains, value: '3.'}
      |              ^^^^^^^^^^^^^^^^^
      help: take the rule out: in Defender it means every alert, but no exported alert has it

    warning[unknown-property]: no event of Alerts has a property `ProductComponentName`
     --> rules.yaml:8:14
      |
    8 |           - {property: ProductComponentName, operator: Equals, value: VirtualMachines}
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: write `ExtendedProperties.ProductComponentName`: exported alerts have it there
    ");
    let rules = ["property: $.Entity.AssessmentType, operator: Equals, value: customAssessment"];
    insta::assert_snapshot!(said_of("recommendations", &rules), @r"
    warning[unknown-property]: no event of Assessments has a property `Entity.AssessmentType`
     --> rules.yaml:6:14
      |
    6 |           - {property: $.Entity.AssessmentType, operator: Equals, value: customAssessment}
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: write `properties.metadata.assessmentType`
    ");
}

#[test]
fn an_order_of_what_has_none_is_told() {
    let rules = [
        "property: Severity, operator: GreaterThan, value: 3",
        "property: AlertDisplayName, operator: AtLeast, value: High",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[numeric-on-text]: `GreaterThan` compares numbers, and `Severity` is a severity: this never holds
     --> rules.yaml:6:34
      |
    6 |           - {property: Severity, operator: GreaterThan, value: 3}
      |                                  ^^^^^^^^^^^^^^^^^^^^^
      help: write `AtLeast` or `AtMost` with a severity

    warning[numeric-on-text]: `AtLeast` compares severities, and `AlertDisplayName` is a text: this never holds
     --> rules.yaml:7:42
      |
    7 |           - {property: AlertDisplayName, operator: AtLeast, value: High}
      |                                          ^^^^^^^^^^^^^^^^^
      help: write an operator for texts, such as `Equals`
    ");
}

#[test]
fn a_rule_that_is_always_true_is_told() {
    let rules = ["property: type, operator: Contains, value: Microsoft.Security/assessments"];
    insta::assert_snapshot!(said_of("recommendations", &rules), @r"
    warning[match-all]: this rule is always true: every event of Assessments has that `type`
     --> rules.yaml:6:13
      |
    6 |           - {property: type, operator: Contains, value: Microsoft.Security/assessments}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: take the rule out; a rule set without rules holds for every event
    ");
}

#[test]
fn healthy_as_a_part_of_a_text_is_told() {
    let rules = ["property: properties.status.code, operator: Contains, value: healthy"];
    insta::assert_snapshot!(said_of("recommendations", &rules), @r"
    warning[contains-healthy]: `properties.status.code Contains healthy` holds for `Unhealthy` as well
     --> rules.yaml:6:48
      |
    6 |           - {property: properties.status.code, operator: Contains, value: healthy}
      |                                                ^^^^^^^^^^^^^^^^^^
      help: write `Equals` with `Healthy`: it compares without regard to case, too
    ");
    let rules = ["property: properties.status.code, operator: NotContains, value: Healthy"];
    let said = said_of("recommendations, SubAssessments", &rules);
    assert!(
        said.contains("does not hold for `Unhealthy` as well"),
        "{said}"
    );
}

#[test]
fn severities_without_the_lowest_are_told() {
    let severity = |name: &str| format!("property: Severity, operator: Equals, value: {name}");
    let [high, medium, low] = ["high", "medium", "low"].map(severity);
    let name = "property: AlertDisplayName, operator: Contains, value: SQL";
    let sets: [&[&str]; 3] = [&[name, &high], &[name, &medium], &[&low, name]];
    insta::assert_snapshot!(said(&rule_sets("alerts", &sets)), @r"
    warning[no-informational]: every severity of alerts is named here but Informational
     --> rules.yaml:7:52
      |
    7 |           - {property: Severity, operator: Equals, value: high}
      |                                                    ^^^^^^^^^^^
      help: name it as well or leave the severity out; if it is meant, write `AtLeast` with `Low`
    ");
    let list = ["property: Severity, operator: In, value: [Low, Medium, High]"];
    assert!(said_of("alerts", &list).starts_with("warning[no-informational]"));
}

#[test]
fn a_rule_set_that_a_wider_one_covers_is_told() {
    let sets: [&[&str]; 2] = [
        &[
            "property: Severity, operator: Equals, value: High",
            "property: AlertType, operator: StartsWith, value: SQL.VM",
        ],
        &[
            "property: Severity, operator: AtLeast, value: Medium",
            "property: AlertType, operator: Contains, value: sql",
        ],
    ];
    insta::assert_snapshot!(said(&rule_sets("alerts", &sets)), @r"
    warning[shadowed]: this rule set changes nothing: a wider one matches whatever it matches
     --> rules.yaml:5:9
      |
    5 |       - rules:
      |         ^^^^^^
     --> rules.yaml:8:9: the other one
      |
    8 |       - rules:
      |         ^^^^^^
      help: one rule set is enough: take out this one, or make the other narrower
    ");
}

#[test]
fn what_stands_twice_is_told_once() {
    let high = "property: Severity, operator: Equals, value: High";
    let again = "property: severity, operator: equals, value: HIGH";
    let sets: [&[&str]; 2] = [&[high, again], &[high]];
    insta::assert_snapshot!(said(&rule_sets("alerts", &sets)), @r"
    warning[duplicate-rule]: this rule stands twice in its rule set
     --> rules.yaml:7:13
      |
    7 |           - {property: severity, operator: equals, value: HIGH}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     --> rules.yaml:6:13: the other one
      |
    6 |           - {property: Severity, operator: Equals, value: High}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: take one of the two out

    warning[duplicate-rule-set]: this rule set stands twice in its automation
     --> rules.yaml:8:9
      |
    8 |       - rules:
      |         ^^^^^^
     --> rules.yaml:5:9: the other one
      |
    5 |       - rules:
      |         ^^^^^^
      help: take one of the two out
    ");
}

#[test]
fn a_rule_set_without_a_selective_rule_is_told() {
    let rules = [
        "property: Status, operator: NotEquals, value: Resolved",
        "property: AlertType, operator: Contains, value: vm",
        "property: AlertDisplayName, operator: Matches, value: '^sql'",
    ];
    insta::assert_snapshot!(said_of("alerts", &rules), @r"
    warning[always-candidate]: this rule set has to be tried on every event of its kinds
     --> rules.yaml:5:9
      |
    5 |       - rules:
      |         ^^^^^^
      help: add a rule that few events pass: not a `Not…`, not `Matches`, not a `Contains` of less than three bytes; or a scope
    ");
}
