use super::kit::Case;

const AUTOMATIONS: &str = "sources: [a]
automations: ['rules/*.yaml']
workflows:
  page-on-call: { url: 'https://example.test/page?sig=SECRET' }
";

fn refused_rules(text: &str) -> String {
    Case::new(AUTOMATIONS)
        .with_file("rules/a.yaml", text)
        .refused()
}

#[test]
fn an_unknown_workflow_kind_operator_or_type_is_a_problem_with_the_nearest_name() {
    let text = "automations:
  - name: a
    kinds: [alert, recommendations]
    rule_sets:
      - rules:
          - { property: Severity, operator: LessThan, value: 3, type: Int }
    workflows: [page-oncall]
";
    insta::assert_snapshot!(refused_rules(text), @r"
    rules/a.yaml:3:13: automations[0].kinds[0]: unknown kind `alert`
        help: did you mean `Alerts`? known here: recommendations, compliance, Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
    rules/a.yaml:6:35: automations[0].rule_sets[0].rules[0].operator: unknown operator `LessThan`
        help: did you mean `LesserThan`? known here: Equals, NotEquals, GreaterThan, GreaterThanOrEqualTo, LesserThan, LesserThanOrEqualTo, Contains, StartsWith, EndsWith, In, NotIn, NotContains, NotStartsWith, NotEndsWith, Exists, NotExists, Matches, AtLeast, AtMost
    rules/a.yaml:6:65: automations[0].rule_sets[0].rules[0].type: unknown type `Int`
        help: known here: String, Integer, Number, Boolean
    rules/a.yaml:7:17: automations[0].workflows[0]: unknown workflow `page-oncall`
        help: did you mean `page-on-call`? known here: page-on-call
    4 problems
    ");
}

#[test]
fn a_duplicate_name_is_a_problem_that_names_both_places() {
    let text = "automations:
  - { name: a, kinds: [alerts], workflows: [page-on-call] }
  - { name: a, kinds: [alerts], workflows: [page-on-call] }
";
    insta::assert_snapshot!(refused_rules(text), @r"
    rules/a.yaml:3:7: automations[1].name: another automation has this name: rules/a.yaml:2:7
    1 problem
    ");
}

#[test]
fn all_problems_of_all_files_come_at_once() {
    let case = Case::new("sources: []\nkafka: { group_id: '' }\nautomations: ['rules/*.yaml']\n")
        .with_file(
            "rules/a.yaml",
            "automations: [{ name: a, enabled: 5, include_deletes: true }]\n",
        )
        .with_file("rules/b.yaml", "automation: []\n")
        .with_file(
            "rules/c.yaml",
            "automations:
  - name: c
    kinds: []
    workflows: []
    scopes: [/tenants/x]
    rule_sets:
      - rules:
          - { property: 'a[', operator: Equals, value: x }
          - { property: a, operator: Contains, value: ~ }
          - { property: a, operator: Equals }
          - { property: a, operator: GreaterThan, value: x, colour: red }
      - { rule: [] }
",
        )
        .with_file("rules/d.yaml", "automations: [\n")
        .with_variable("FIREBELL__LOG__LEVEL", "loud");
    insta::assert_snapshot!(case.refused(), @r"
    firebell.yaml:1:1: sources: needs one at least
        help: name the topics that events come from: `sources: [{ topic: security.alerts }]`
    firebell.yaml:2:10: kafka.group_id: must not be empty
    rules/a.yaml:1:15: automations[0].kinds: missing
    rules/a.yaml:1:15: automations[0].workflows: missing
    rules/a.yaml:1:26: automations[0].enabled: expected `true` or `false`, found `5`
    rules/b.yaml:1:1: automation: unknown key
        help: did you mean `automations`? known here: automations, templates, assignments, tests
    rules/b.yaml:1:1: automations: missing
    rules/c.yaml:3:5: automations[0].kinds: an automation without kinds listens to nothing
    rules/c.yaml:4:5: automations[0].workflows: an automation without workflows runs nothing
    rules/c.yaml:5:14: automations[0].scopes[0]: `/tenants/x` does not start with `/subscriptions/<id>`
    rules/c.yaml:8:15: automations[0].rule_sets[0].rules[0].property: the path ends at character 3, expected a key in quotes, an index from 0, or `*`
    rules/c.yaml:9:13: automations[0].rule_sets[0].rules[1].value: Contains has nothing to compare with: only Equals, NotEquals, In and NotIn take null
    rules/c.yaml:10:13: automations[0].rule_sets[0].rules[2].value: missing
    rules/c.yaml:11:51: automations[0].rule_sets[0].rules[3].value: `x` is not a number in the range of a double, as GreaterThan with the type Number needs
    rules/c.yaml:11:61: automations[0].rule_sets[0].rules[3].colour: unknown key
        help: known here: property, operator, value, type
    rules/c.yaml:12:9: automations[0].rule_sets[1].rules: missing
    rules/c.yaml:12:11: automations[0].rule_sets[1].rule: unknown key
        help: did you mean `rules`? known here: rules
    rules/d.yaml:1:14: not YAML that can be read: unclosed bracket '['
    the environment variable FIREBELL__LOG__LEVEL: log.level: unknown value `loud`
        help: known here: error, warn, info, debug, trace
    19 problems
    ");
}

#[test]
fn expected_values_that_do_not_fit_their_operator_are_problems() {
    let text = "automations:
  - name: a
    kinds: [alerts]
    expires: tomorrow
    priority: 10001
    stop: 1
    rule_sets:
      - rules:
          - { property: Severity, operator: In, value: High }
          - { property: Severity, operator: In, value: [] }
          - { property: Severity, operator: Equals, value: [High] }
          - { property: Severity, operator: Exists, value: true }
          - { property: Severity, operator: AtLeast, value: Hihg }
          - { property: Severity, operator: Matches, value: '(' }
    workflows: [page-on-call]
";
    insta::assert_snapshot!(refused_rules(text), @"
    rules/a.yaml:4:5: automations[0].expires: expected an instant such as `2027-01-31T00:00:00Z`, found `tomorrow`
    rules/a.yaml:5:5: automations[0].priority: expected a whole number from 0 to 10000, found `10001`
    rules/a.yaml:6:5: automations[0].stop: expected `true` or `false`, found `1`
    rules/a.yaml:9:49: automations[0].rule_sets[0].rules[0].value: In takes a list of values, such as `[High, Medium]`
    rules/a.yaml:10:49: automations[0].rule_sets[0].rules[1].value: In needs one value at least
    rules/a.yaml:11:53: automations[0].rule_sets[0].rules[2].value: Equals takes one value, not a list: In and NotIn take a list
    rules/a.yaml:12:53: automations[0].rule_sets[0].rules[3].value: Exists takes neither a value nor a type: it asks whether there is a value
    rules/a.yaml:13:54: automations[0].rule_sets[0].rules[4].value: `Hihg` is not a severity: Informational, Low, Medium, High or Critical, as AtLeast with the type String needs
    rules/a.yaml:14:54: automations[0].rule_sets[0].rules[5].value: `(` is not a regular expression: unclosed group
    9 problems
    ");
}

#[test]
fn automations_are_in_the_order_of_their_priority_and_then_of_the_files() {
    let one = |name: &str, rest: &str| {
        format!("  - {{ name: {name}, kinds: [alerts], workflows: [page-on-call]{rest} }}\n")
    };
    let first = one("usual", "") + &one("last", ", priority: 10000");
    let second = one("first", ", priority: 0") + &one("usual-too", ", priority: 1000");
    let config = Case::new(AUTOMATIONS)
        .with_file("rules/a.yaml", &format!("automations:\n{first}"))
        .with_file("rules/b.yaml", &format!("automations:\n{second}"))
        .load();
    let names: Vec<&str> = config
        .automations
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["first", "usual", "usual-too", "last"]);
    let places = config.origins.iter().map(|origin| origin.name.to_string());
    let places: Vec<String> = places
        .map(|place| place.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        places,
        ["b.yaml:2:7", "a.yaml:2:7", "b.yaml:3:7", "a.yaml:3:7"]
    );
}
