use super::kit::Case;
use crate::config::Config;
use crate::rules::Stop;

const CONFIG: &str = "sources: [a]
automations: ['rules/*.yaml']
workflows: { note: { url: 'https://example.test/' } }
management_groups: { corp: { subscriptions: [00000000-0000-0000-0000-00000000000a] } }
";

const TEMPLATE: &str = "templates:
  - name: by-name
    description: Alerts by their names.
    parameters:
      names: { type: array, description: Parts of the names. }
      severities: { type: array, default: [High], allowed: [High, Low] }
      owner: { type: string, default: '' }
      least: { type: number, default: 0.50 }
      open: { type: boolean, default: true }
      rank: { type: integer, default: 7 }
    automation:
      description: For $${each} ${parameters.owner} or so.
      priority: ${parameters.rank}
      stop: ${parameters.open}
      kinds: [alerts]
      rule_sets:
        - for_each: [names, severities]
          rules:
            - { property: name, operator: Contains, value: '/${each.names}/' }
            - { property: Severity, operator: Equals, value: '${each.severities}' }
            - { unless: { empty: owner }, property: owner, operator: Equals, value: '${parameters.owner}' }
        - when: { empty: owner, count: { severities: 1 } }
          rules:
            - { property: name, operator: In, value: '${parameters.names}' }
            - { property: score, operator: AtLeast, value: High }
            - { property: score, operator: GreaterThan, value: '${parameters.least}' }
";

pub(super) fn with(assignments: &str) -> Case {
    Case::new(CONFIG)
        .with_file("rules/b.yaml", TEMPLATE)
        .with_file("rules/a.yaml", assignments)
}

fn expanded(config: &Config) -> String {
    let expanded = config.origins[0].expanded.as_ref().unwrap();
    format!("{}\n{}", expanded.template, expanded.rule_sets.join("\n"))
}

#[test]
fn an_assignment_becomes_an_automation_of_its_name() {
    let text = "assignments:
  - name: first
    template: by-name
    enabled: false
    expires: 2099-01-01T00:00:00Z
    scopes: [/subscriptions/a1]
    workflows: [note]
    parameters: { names: ['$${x}', '${each.names}', 5], severities: [low, HIGH], owner: me too }
";
    let config = with(text).load();
    let automation = &config.automations[0];
    assert_eq!(automation.name, "first");
    assert_eq!(automation.description, "For ${each} me too or so.");
    assert!(!automation.enabled && automation.expires.is_some());
    assert_eq!((automation.priority, automation.stop), (7, Stop::Yes));
    assert_eq!(automation.scopes.len(), 1);
    insta::assert_snapshot!(expanded(&config), @r#"
    by-name
    name Contains /$${x}/ and Severity Equals Low and owner Equals "me too"
    name Contains /$${x}/ and Severity Equals High and owner Equals "me too"
    name Contains /${each.names}/ and Severity Equals Low and owner Equals "me too"
    name Contains /${each.names}/ and Severity Equals High and owner Equals "me too"
    name Contains /5/ and Severity Equals Low and owner Equals "me too"
    name Contains /5/ and Severity Equals High and owner Equals "me too"
    "#);
}

#[test]
fn a_text_that_is_one_reference_becomes_the_value_with_its_type() {
    let text = "assignments:
  - { name: a, template: by-name, workflows: [note], priority: 9, stop: false, parameters: { names: [a, 'b c'], least: 1.50 } }
";
    let config = with(text).load();
    let automation = &config.automations[0];
    assert_eq!((automation.priority, automation.stop), (9, Stop::No));
    assert!(automation.scopes.is_empty());
    insta::assert_snapshot!(expanded(&config), @r#"
    by-name
    name Contains /a/ and Severity Equals High
    name Contains "/b c/" and Severity Equals High
    name In [a, "b c"] and score AtLeast High and score GreaterThan 1.50
    "#);
}

#[test]
fn the_parts_stand_where_the_assignment_says_them_or_at_its_name() {
    let text = "assignments:
  - template: by-name
    name: a
    scopes: [/providers/Microsoft.Management/managementGroups/corp]
    parameters:
      names: [x]
      owner: me
    workflows: [note]
";
    let config = with(text).load();
    let origin = &config.origins[0];
    let places = |places: &[crate::document::Place]| {
        let shown = places.iter().map(ToString::to_string);
        let shown = shown.map(|place| place.rsplit('/').next().unwrap().to_owned());
        shown.collect::<Vec<_>>().join(" ")
    };
    let rules = &origin.rule_sets[0].rules;
    assert_eq!(places(std::slice::from_ref(&origin.name)), "a.yaml:3:5");
    assert_eq!(places(&origin.kinds), "a.yaml:3:5");
    assert_eq!(places(&origin.scopes), "a.yaml:4:14");
    assert_eq!(places(&origin.workflows), "a.yaml:8:17");
    assert_eq!(
        places(&[rules[0].place.clone(), rules[0].value.clone()]),
        "a.yaml:3:5 a.yaml:3:5"
    );
    assert_eq!(places(&[rules[2].value.clone()]), "a.yaml:7:7");
}

#[test]
fn what_is_equal_in_priority_stands_in_the_order_of_the_files_assignments_last() {
    let one = "assignments: [{ name: c, template: defender-alerts, workflows: [note] }]
automations: [{ name: b, kinds: [alerts], workflows: [note] }]
";
    let two = "automations: [{ name: d, kinds: [alerts], workflows: [note] }]
assignments: [{ name: a, priority: 1, template: defender-alerts, workflows: [note] }]
";
    let config = with(one).with_file("rules/c.yaml", two).load();
    let names: Vec<&str> = config.automations.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
}

#[test]
fn every_mistake_of_an_assignment_is_named() {
    let text = "automations:
  - { name: taken, kinds: [alerts], workflows: [note] }
assignments:
  - name: taken
    template: by-nam
    workflows: [nobody]
    scopes: [/subscriptions]
    kinds: [alerts]
  - name: values
    template: by-name
    workflows: [note]
    parameters: { severities: [High, Meddium], owner: [me], least: much, open: 1, rank: 1.5, colour: red }
  - name: lists
    template: by-name
    workflows: [note]
    parameters: { names: High, severities: [{}], owner: true }
  - name: none
    template: by-name
    workflows: [note]
    parameters: [names]
  - template: by-name
  - name: empty-item
    template: defender-compliance
    workflows: [note]
    parameters: { regulatoryComplianceStandards: [''] }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:4:5: assignments[0].name: another automation has this name: rules/a.yaml:2:7
    rules/a.yaml:5:5: assignments[0].template: unknown template `by-nam`
        help: did you mean `by-name`? known here: by-name, defender-alerts, defender-compliance, defender-recommendations
    rules/a.yaml:6:17: assignments[0].workflows[0]: unknown workflow `nobody`
        help: known here: note
    rules/a.yaml:7:14: assignments[0].scopes[0]: `/subscriptions` is not a whole id: expected `/subscriptions/<id>`, `/subscriptions/<id>/resourceGroups/<name>` or a resource id below one of them
    rules/a.yaml:8:5: assignments[0].kinds: unknown key
        help: known here: template, parameters, name, description, enabled, expires, priority, stop, scopes, workflows
    rules/a.yaml:12:5: assignments[1].parameters: the parameter `names` is missing
        help: Parts of the names.
    rules/a.yaml:12:38: assignments[1].parameters.severities[1]: unknown value `Meddium`
        help: known here: High, Low
    rules/a.yaml:12:48: assignments[1].parameters.owner: expected text, found a list
    rules/a.yaml:12:61: assignments[1].parameters.least: expected a number, found `much`
    rules/a.yaml:12:74: assignments[1].parameters.open: expected `true` or `false`, found `1`
    rules/a.yaml:12:83: assignments[1].parameters.rank: expected a whole number, found `1.5`
    rules/a.yaml:12:94: assignments[1].parameters.colour: unknown parameter `colour`
        help: known here: names, severities, owner, least, open, rank
    rules/a.yaml:16:19: assignments[2].parameters.names: expected a list, found a single value
    rules/a.yaml:16:45: assignments[2].parameters.severities[0]: expected text, a number, `true` or `false`, found a section
    rules/a.yaml:16:50: assignments[2].parameters.owner: expected text, found `true`
    rules/a.yaml:20:5: assignments[3].parameters: expected a section of keys, found a list
    rules/a.yaml:21:5: assignments[4].name: missing
    rules/a.yaml:21:5: assignments[4].parameters: the parameter `names` is missing
        help: Parts of the names.
    rules/a.yaml:21:5: assignments[4].workflows: missing
    rules/a.yaml:25:51: assignments[5].rule_sets[0].rules[0].value: Contains needs a text that is not empty: each value would match
    20 problems
    ");
}

#[test]
fn what_would_match_every_event_by_chance_is_refused() {
    let text = "templates:
  - name: open
    parameters: { owner: { type: string, default: '' } }
    automation:
      kinds: [alerts]
      rule_sets:
        - rules:
            - { unless: { empty: owner }, property: owner, operator: Equals, value: '${parameters.owner}' }
assignments:
  - { name: a, template: open, workflows: [note] }
  - { name: b, template: by-name, workflows: [note], parameters: { names: [], owner: me } }
  - { name: c, template: defender-alerts, workflows: [note], parameters: { alertSeverities: [] } }
  - { name: d, template: defender-compliance, workflows: [note], parameters: { regulatoryComplianceControlStates: [] } }
  - { name: e, template: defender-recommendations, workflows: [note], parameters: { recommendationStates: [] } }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:10:16: assignments[0].template: these values leave a rule set without a rule, which every event would match; a rule set with `rules: []` says so where it is meant
    rules/a.yaml:11:16: assignments[1].template: these values leave no rule set, and without one every event would match; a rule set with `rules: []` says so where it is meant
    rules/a.yaml:12:16: assignments[2].template: these values leave no rule set, and without one every event would match; a rule set with `rules: []` says so where it is meant
    rules/a.yaml:13:16: assignments[3].template: these values leave no rule set, and without one every event would match; a rule set with `rules: []` says so where it is meant
    rules/a.yaml:14:16: assignments[4].template: these values leave no rule set, and without one every event would match; a rule set with `rules: []` says so where it is meant
    5 problems
    ");
}

#[test]
fn an_assignment_becomes_so_many_rule_sets_at_most() {
    let list = |count: usize| {
        (0..count)
            .map(|at| format!("n{at}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = |first: usize, second: usize| {
        let (first, second) = (list(first), list(second));
        format!(
            "templates:
  - name: pairs
    parameters: {{ a: {{ type: array }}, b: {{ type: array }} }}
    automation:
      kinds: [alerts]
      rule_sets:
        - for_each: [a, b]
          rules:
            - {{ property: '${{each.a}}', operator: Equals, value: '${{each.b}}' }}
            - {{ property: c, operator: In, value: '${{parameters.b}}' }}
assignments:
  - {{ name: p, template: pairs, workflows: [note], parameters: {{ a: [{first}], b: [{second}] }} }}
"
        )
    };
    let config = with(&text(500, 20)).load();
    assert_eq!(config.automations[0].rule_sets.len(), 10_000);
    insta::assert_snapshot!(with(&text(501, 20)).refused(), @"
    rules/a.yaml:12:16: assignments[0].template: makes 10020 rule sets, 10000 at most: give fewer values, or use `In` and a list
    1 problem
    ");
    insta::assert_snapshot!(with(&text(5, 2000)).refused(), @"
    rules/a.yaml:12:16: assignments[0].template: makes rule sets with 1000495 values, 1000000 at most: give fewer values
    1 problem
    ");
}

#[test]
fn every_mistake_in_a_templates_name_and_parameters_is_named() {
    let text = "templates:
  - name: by-name
    automation: { kinds: [alerts] }
  - name: defender-alerts
    automation: { kinds: [alerts] }
  - name: wrong
    parameters:
      list: { type: array, default: [1, 9], allowed: [1, 2] }
      text: { type: strin, colour: red }
  - name: worse
    parameter: {}
    parameters:
      list: { type: array }
      flag: { type: boolean, default: 'yes' }
      'a b': { type: string, allowed: [] }
    automation: { kinds: [alerts] }
assignments:
  - { name: a, template: worse, workflows: [note] }
  - { name: b, template: wrong, workflows: [note] }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:4:5: templates[1].name: another template has this name: built-in templates:14:5
    rules/a.yaml:8:41: templates[2].parameters.list.default[1]: unknown value `9`
        help: known here: 1, 2
    rules/a.yaml:9:15: templates[2].parameters.text.type: unknown value `strin`
        help: did you mean `string`? known here: string, array, integer, number, boolean
    rules/a.yaml:9:28: templates[2].parameters.text.colour: unknown key
        help: known here: type, default, allowed, description
    rules/a.yaml:11:5: templates[3].parameter: unknown key
        help: did you mean `parameters`? known here: name, description, parameters, automation
    rules/a.yaml:14:30: templates[3].parameters.flag.default: expected `true` or `false`, found `yes`
    rules/a.yaml:15:7: templates[3].parameters.a b: a parameter's name has letters, digits, `_` and `-`
    rules/a.yaml:15:30: templates[3].parameters.a b.allowed: allows no value at all
    rules/a.yaml:18:5: assignments[0].parameters: the parameter `a b` is missing
    rules/a.yaml:18:5: assignments[0].parameters: the parameter `flag` is missing
    rules/a.yaml:18:5: assignments[0].parameters: the parameter `list` is missing
    rules/b.yaml:2:5: templates[0].name: another template has this name: rules/a.yaml:2:5
    12 problems
    ");
}

#[test]
fn every_mistake_in_a_templates_automation_is_named() {
    let text = "templates:
  - name: worst
    parameters: { list: { type: array, default: [] }, flag: { type: boolean, default: true } }
    automation:
      name: x
      description: '${parameters.lis} ${parameters.list} ${parameters.flag}'
      include_deletes: '${parameters.flag'
      include_snapshots: '${env:HOME}'
      rule_sets:
        - when: { empty: flag, full: list, count: { flag: 1, list: x } }
          for_each: [list, list, flag, lists]
          colour: red
          rules:
            - { property: '${each.flag}', operator: Equals, value: ['${each.list}', '${parameters.x}'], if: list }
        - rules:
            - { property: a, operator: Equals, value: '${each.list}' }
        - when: { empty: list }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:4:5: templates[0].automation.kinds: missing
    rules/a.yaml:5:7: templates[0].automation.name: unknown key
        help: known here: description, priority, stop, include_snapshots, include_deletes, kinds, rule_sets
    rules/a.yaml:6:7: templates[0].automation.description: a list cannot be a part of a text: go through it with `for_each`
    rules/a.yaml:6:7: templates[0].automation.description: unknown parameter `lis`
        help: did you mean `list`? known here: list, flag
    rules/a.yaml:7:7: templates[0].automation.include_deletes: `${` is not closed; write `$${` for a plain `${`
    rules/a.yaml:8:7: templates[0].automation.include_snapshots: `${env:HOME}` stands for nothing here; known are `${parameters.NAME}` and `${each.NAME}`; write `$${` for a plain `${`
    rules/a.yaml:10:19: templates[0].automation.rule_sets[0].when.empty: expected a parameter of type string or array: no other is ever empty, found `flag`
    rules/a.yaml:10:32: templates[0].automation.rule_sets[0].when.full: unknown key
        help: known here: empty, count
    rules/a.yaml:10:53: templates[0].automation.rule_sets[0].when.count.flag: unknown parameter of type array `flag`
        help: known here: list
    rules/a.yaml:10:62: templates[0].automation.rule_sets[0].when.count.list: expected a whole number from 0 to 10000, found `x`
    rules/a.yaml:11:28: templates[0].automation.rule_sets[0].for_each[1]: stands here twice
    rules/a.yaml:11:34: templates[0].automation.rule_sets[0].for_each[2]: is no array: only its items can be gone through
    rules/a.yaml:11:40: templates[0].automation.rule_sets[0].for_each[3]: unknown parameter `lists`
        help: did you mean `list`? known here: list, flag
    rules/a.yaml:12:11: templates[0].automation.rule_sets[0].colour: unknown key
        help: known here: when, unless, for_each, rules
    rules/a.yaml:14:17: templates[0].automation.rule_sets[0].rules[0].property: unknown parameter in `for_each` `flag`
        help: known here: list
    rules/a.yaml:14:85: templates[0].automation.rule_sets[0].rules[0].value: unknown parameter `x`
        help: known here: list, flag
    rules/a.yaml:14:105: templates[0].automation.rule_sets[0].rules[0].if: unknown key
        help: known here: when, unless, property, operator, value, type
    rules/a.yaml:16:48: templates[0].automation.rule_sets[1].rules[0].value: unknown parameter in `for_each` `list`
        help: known here: nothing
    rules/a.yaml:17:11: templates[0].automation.rule_sets[2].rules: missing
    19 problems
    ");
}

#[test]
fn a_mistake_that_an_expansion_shows_is_told_at_the_template_once() {
    let text = "templates:
  - name: wrong
    parameters: { list: { type: array, default: [a, b] } }
    automation:
      kinds: [alert]
      rule_sets:
        - for_each: [list]
          rules:
            - { property: a, operator: Equal, value: '${each.list}' }
assignments:
  - { name: a, template: wrong, workflows: [note] }
  - { name: b, template: wrong, workflows: [note] }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:5:15: assignments[0].kinds[0]: unknown kind `alert`
        help: did you mean `Alerts`? known here: recommendations, compliance, Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
    rules/a.yaml:9:30: assignments[0].rule_sets[0].rules[0].operator: unknown operator `Equal`
        help: did you mean `Equals`? known here: Equals, NotEquals, GreaterThan, GreaterThanOrEqualTo, LesserThan, LesserThanOrEqualTo, Contains, StartsWith, EndsWith, In, NotIn, NotContains, NotStartsWith, NotEndsWith, Exists, NotExists, Matches, AtLeast, AtMost
    2 problems
    ");
}

#[test]
fn what_no_value_can_change_is_told_without_an_assignment() {
    let text = "templates:
  - name: wrong
    parameters: { operator: { type: string }, kinds: { type: array } }
    automation:
      kinds: [alert, '${parameters.operator}']
      rule_sets:
        - rules:
            - { property: 'a[', operator: Equal, value: x, type: Text }
            - { operator: '${parameters.operator}' }
  - name: right
    parameters: { operator: { type: string }, kinds: { type: array } }
    automation:
      kinds: ${parameters.kinds}
      rule_sets:
        - rules:
            - { property: '${parameters.operator}', operator: '${parameters.operator}', type: '${parameters.operator}' }
";
    insta::assert_snapshot!(with(text).refused(), @"
    rules/a.yaml:5:15: templates[0].automation.kinds[0]: unknown kind `alert`
        help: did you mean `Alerts`? known here: recommendations, compliance, Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
    rules/a.yaml:8:17: templates[0].automation.rule_sets[0].rules[0].property: the path ends at character 3, expected a key in quotes, an index from 0, or `*`
    rules/a.yaml:8:33: templates[0].automation.rule_sets[0].rules[0].operator: unknown operator `Equal`
        help: did you mean `Equals`? known here: Equals, NotEquals, GreaterThan, GreaterThanOrEqualTo, LesserThan, LesserThanOrEqualTo, Contains, StartsWith, EndsWith, In, NotIn, NotContains, NotStartsWith, NotEndsWith, Exists, NotExists, Matches, AtLeast, AtMost
    rules/a.yaml:8:60: templates[0].automation.rule_sets[0].rules[0].type: unknown type `Text`
        help: known here: String, Integer, Number, Boolean
    rules/a.yaml:9:15: templates[0].automation.rule_sets[0].rules[1].property: missing
    5 problems
    ");
}
