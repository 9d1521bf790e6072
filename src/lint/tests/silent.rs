//! Near misses: what looks like a mistake and is none.

use super::kit::{NOW, lints, loaded, rule_sets};
use crate::lint::{Lint, lint};

/// Two rules of a rule set that some value satisfies.
const SATISFIED_TOGETHER: [(&str, &str, &str); 13] = [
    (
        "alerts",
        "Severity, operator: Equals, value: High",
        "Severity, operator: Equals, value: HIGH ",
    ),
    (
        "alerts",
        "Severity, operator: Equals, value: High",
        "Severity, operator: Contains, value: IG",
    ),
    (
        "alerts",
        "Severity, operator: AtLeast, value: High",
        "Severity, operator: AtMost, value: High",
    ),
    (
        "alerts",
        "Severity, operator: NotEquals, value: High",
        "Severity, operator: NotEquals, value: Low",
    ),
    (
        "alerts",
        "Severity, operator: In, value: [High, Low]",
        "Severity, operator: NotEquals, value: Low",
    ),
    (
        "alerts",
        "AlertType, operator: StartsWith, value: SQL",
        "AlertType, operator: StartsWith, value: sql.vm",
    ),
    (
        "alerts",
        "AlertType, operator: Equals, value: SQL",
        "AlertType, operator: Matches, value: '(?-i:sql)'",
    ),
    (
        "alerts",
        "AlertType, operator: Exists",
        "AlertType, operator: NotEquals, value: x",
    ),
    (
        "alerts",
        "AlertType, operator: Equals, value: x",
        "Intent, operator: NotExists",
    ),
    (
        "SecureScores",
        "properties.weight, operator: GreaterThanOrEqualTo, value: 5",
        "properties.weight, operator: LesserThanOrEqualTo, value: 5",
    ),
    (
        "SecureScores",
        "properties.weight, operator: GreaterThan, value: 4",
        "properties.weight, operator: LesserThan, value: 5",
    ),
    (
        "SecureScores",
        "properties.weight, operator: Equals, value: 5.0, type: Number",
        "properties.weight, operator: StartsWith, value: '+5'",
    ),
    (
        "SecureScores",
        "properties.weight, operator: Equals, value: '5'",
        "properties.weight, operator: GreaterThan, value: 4",
    ),
];

fn silent(kinds: &str, sets: &[&[&str]]) {
    let found = lints(&rule_sets(kinds, sets));
    assert_eq!(found, [], "{kinds} {sets:?}");
}

#[test]
fn rules_that_two_elements_may_satisfy_are_no_contradiction() {
    for property in [
        "ResourceIdentifiers.Type",
        "ExtendedProperties.x",
        "RemediationSteps",
        "Entities[*].Type",
    ] {
        let one = format!("property: '{property}', operator: Equals, value: a");
        let other = format!("property: '{property}', operator: Equals, value: b");
        let parts = format!("property: '{property}', operator: StartsWith, value: b");
        silent("alerts", &[&[&one, &other, &parts]]);
        let above = format!("property: '{property}', operator: GreaterThan, value: 5");
        let below = format!("property: '{property}', operator: LesserThan, value: 3");
        silent("alerts", &[&[&above, &below]]);
    }
    // One property of this name, and one of another kind that we do not know.
    let one = "property: Severity, operator: Equals, value: High";
    let other = "property: Severity, operator: Equals, value: Low";
    silent("alerts, AttackPaths", &[&[one, other]]);
}

#[test]
fn rules_that_one_value_satisfies_are_no_contradiction() {
    for (kind, one, other) in SATISFIED_TOGETHER {
        let rules = [one, other].map(|rule| format!("property: {rule}"));
        let rules: Vec<&str> = rules.iter().map(|rule| rule.trim()).collect();
        let found = lints(&rule_sets(kind, &[&rules]));
        assert!(!found.contains(&Lint::NeverMatches), "{one} {other}");
    }
}

#[test]
fn a_property_that_some_event_has_is_known() {
    for (kinds, property) in [
        ("alerts", "$.severity"),
        ("alerts", "properties.Severity"),
        ("alerts", "ExtendedProperties['Client IP address']"),
        ("alerts", "Entities[0].HostName"),
        ("alerts", "ResourceIdentifiers.AzureResourceId"),
        ("alerts, recommendations", "properties.metadata.severity"),
        (
            "recommendations",
            "properties.additionalData.anything.at.all",
        ),
        ("recommendations", "Properties.ResourceDetails.Source"),
        ("recommendations", "properties.status"),
        ("AssessmentsSnapshot", "properties.metadata.categories"),
        (
            "SubAssessments",
            "properties.additionalData.cvss['3.0'].base",
        ),
        ("SubAssessments", "Properties.Status.Severity"),
        (
            "SecureScoreControls",
            "properties.notApplicableResourceCount",
        ),
        ("compliance", "properties.state"),
        ("AttackPaths", "attackPath.riskLevel"),
        ("AttackPaths", "whatever"),
    ] {
        let rule = format!("property: \"{property}\", operator: Exists");
        silent(kinds, &[&[&rule]]);
    }
}

#[test]
fn on_a_topic_of_a_given_kind_other_properties_may_be_there() {
    let of = |source: &str, property: &str| {
        let configuration = format!(
            "sources: [{source}]
automations: [rules.yaml]
workflows: {{ page: {{ url: 'https://example.test/' }} }}
"
        );
        let rule = format!("property: {property}, operator: Exists");
        let config = loaded(&configuration, &rule_sets("alerts", &[&[&rule]]));
        lint(&config, NOW).len()
    };
    assert_eq!(of("{ topic: a, kind: alerts }", "ticket"), 0);
    assert_eq!(of("{ topic: a, kind: alerts }", "Severty"), 1);
    assert_eq!(of("{ topic: a, kind: compliance }", "ticket"), 1);
    assert_eq!(of("a", "ticket"), 1);
}

#[test]
fn an_order_that_is_there_is_used() {
    silent(
        "alerts",
        &[&["property: Severity, operator: AtLeast, value: Low"]],
    );
    silent(
        "alerts",
        &[&["property: ConfidenceScore, operator: GreaterThan, value: 0.5"]],
    );
    silent(
        "alerts",
        &[&["property: ExtendedProperties.PID, operator: GreaterThan, value: 5"]],
    );
    silent(
        "AttackPaths",
        &[&["property: attackPath.riskLevel, operator: AtLeast, value: High"]],
    );
    silent(
        "SubAssessments",
        &[&["property: properties.status.severity, operator: AtMost, value: Low"]],
    );
    silent(
        "SecureScores",
        &[&["property: properties.score.percentage, operator: LesserThan, value: 0.5"]],
    );
}

#[test]
fn a_type_that_tells_kinds_apart_is_no_idiom() {
    let rule = "property: type, operator: Equals, value: Microsoft.Security/assessments";
    silent("recommendations, SubAssessments", &[&[rule]]);
    silent("recommendations, compliance", &[&[rule]]);
    silent(
        "recommendations",
        &[&["property: name, operator: Contains, value: Microsoft.Security/assessments"]],
    );
}

#[test]
fn other_parts_of_a_state_and_healthy_elsewhere_are_fine() {
    for rule in [
        "property: properties.status.code, operator: Contains, value: unhealthy",
        "property: properties.status.code, operator: Equals, value: healthy",
        "property: properties.status.code, operator: StartsWith, value: healthy",
        "property: properties.displayName, operator: Contains, value: healthy",
    ] {
        silent("recommendations", &[&[rule]]);
    }
}

#[test]
fn severities_with_the_lowest_or_without_a_middle_are_fine() {
    let of = |list: &str| format!("property: Severity, operator: In, value: {list}");
    silent("alerts", &[&[&of("[High, Medium, Low, informational]")]]);
    silent("alerts", &[&[&of("[High, Medium]")]]);
    silent(
        "alerts",
        &[&["property: Severity, operator: AtLeast, value: Low"]],
    );
    let recommended =
        "property: properties.metadata.severity, operator: In, value: [High, Medium, Low]";
    silent("recommendations", &[&[recommended]]);
    // Not the same otherwise.
    let name = "property: AlertType, operator: Contains, value: SQL";
    silent("alerts", &[&[&of("[High]"), name], &[&of("[Medium, Low]")]]);
}

#[test]
fn rule_sets_of_which_each_adds_something_are_fine() {
    let rule = |text: &str| format!("property: {text}");
    for (one, other) in [
        (
            "Severity, operator: Equals, value: High",
            "Severity, operator: Equals, value: Low",
        ),
        (
            "AlertType, operator: Contains, value: sql",
            "AlertType, operator: StartsWith, value: vm",
        ),
        (
            "AlertType, operator: StartsWith, value: sql",
            "AlertType, operator: EndsWith, value: sql",
        ),
        (
            "Severity, operator: AtLeast, value: High",
            "Severity, operator: In, value: [High, Medium]",
        ),
        (
            "Severity, operator: Equals, value: High",
            "Status, operator: Equals, value: High",
        ),
        (
            "ExtendedProperties.a, operator: Equals, value: x",
            "ExtendedProperties.A, operator: Equals, value: x",
        ),
        (
            "ExtendedProperties.a, operator: GreaterThan, value: 5",
            "ExtendedProperties.a, operator: LesserThan, value: 9",
        ),
    ] {
        let (one, other) = (rule(one), rule(other));
        silent("alerts", &[&[&one], &[&other]]);
    }
    // Through an array another element may be the one that is excluded.
    let (one, other) = (
        "property: ExtendedProperties.a, operator: Equals, value: x",
        "property: ExtendedProperties.a, operator: NotEquals, value: y",
    );
    let found = lints(&rule_sets("alerts", &[&[one], &[other]]));
    assert_eq!(found, [Lint::AlwaysCandidate]);
    let (one, other) = (
        one.replace("ExtendedProperties.a", "Intent"),
        other.replace("ExtendedProperties.a", "Intent"),
    );
    let found = lints(&rule_sets("alerts", &[&[&one], &[&other]]));
    assert_eq!(found, [Lint::Shadowed, Lint::AlwaysCandidate]);
}

#[test]
fn one_selective_rule_or_a_scope_or_none_is_enough() {
    let negation = "property: Status, operator: NotEquals, value: Resolved";
    for selective in [
        "property: AlertType, operator: Contains, value: sql",
        "property: AlertType, operator: EndsWith, value: x",
        "property: AlertType, operator: Exists",
        "property: Severity, operator: AtMost, value: Low",
        "property: ConfidenceScore, operator: LesserThan, value: 1",
    ] {
        silent("alerts", &[&[negation, selective]]);
    }
    let scoped = rule_sets("alerts", &[&[negation]]).replace(
        "    workflows",
        "    scopes: [/subscriptions/a]\n    workflows",
    );
    assert_eq!(lints(&scoped), []);
    let all = "automations: [{ name: a, kinds: [alerts], rule_sets: [{ rules: [] }], workflows: [page] }]";
    assert_eq!(lints(all), []);
}

#[test]
fn how_a_built_in_template_words_its_rules_is_not_told() {
    let assigned = |parameters: &str| {
        let assignment =
            format!("assignments:\n  - {{name: a, workflows: [page], {parameters}}}\n");
        lints(&assignment)
    };
    let usual = [
        "template: defender-alerts",
        "template: defender-recommendations",
        "template: defender-compliance",
    ];
    for template in usual {
        assert_eq!(assigned(template), [], "{template}");
    }
    // Whoever asks for one state alone gets another one as well.
    let healthy =
        "template: defender-recommendations, parameters: {recommendationStates: [Healthy]}";
    assert_eq!(assigned(healthy), [Lint::ContainsHealthy]);
}
