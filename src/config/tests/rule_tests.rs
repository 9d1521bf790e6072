use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::kit::Case;
use crate::config::{Expected, LoadError, RuleBook, SourceKind};
use crate::event::EventKind;

const RULES: &str = "automations:
  - { name: page, kinds: [alerts], workflows: [nobody-knows] }
  - { name: ticket, priority: 1, kinds: [recommendations], workflows: [nobody-knows] }
";

fn case(tests: &str) -> Case {
    Case::new("").with_file("rules.yaml", &format!("{RULES}{tests}"))
}

fn read(case: &Case, files: &[&str]) -> Result<RuleBook, LoadError> {
    let files: Vec<_> = files.iter().map(|file| case.path().join(file)).collect();
    RuleBook::of_files(&files)
}

fn refused(case: &Case, files: &[&str]) -> String {
    let error = read(case, files).expect_err("it must not be read");
    let folder = format!("{}/", case.path().display());
    error.to_string().replace(&folder, "")
}

#[test]
fn a_test_is_an_event_and_what_it_must_run() {
    let case = case(
        "tests:
  - name: inline
    now: 1970-01-01T00:00:01Z
    kind: alerts
    event: { a: [1.50, -2e3, x, '5', true, ~, {}, []], \"b c\": \"é\\n\" }
    fires: []
  - { name: by file, file: events/one.json, fires_at_least: [page, page] }
",
    )
    .with_file("events/one.json", r#" {"SystemAlertId":1,"AlertType":2} "#);
    let book = read(&case, &["rules.yaml"]).unwrap();
    let names: Vec<&str> = book
        .automations
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["ticket", "page"]);
    let [inline, by_file] = book.tests[0].tests.as_slice() else {
        panic!("two tests, not {:?}", book.tests);
    };
    let text = str::from_utf8(&inline.event).unwrap();
    assert_eq!(
        text,
        r#"{"a":[1.50,-2e3,"x","5",true,null,{},[]],"b c":"é\n"}"#
    );
    assert_eq!(inline.kind, SourceKind::Fixed(EventKind::Alerts));
    assert_eq!(inline.now, Some(1_000));
    assert_eq!(inline.expected, Expected::Exactly(Vec::new()));
    assert_eq!(by_file.event, br#" {"SystemAlertId":1,"AlertType":2} "#);
    assert_eq!((by_file.kind, by_file.now), (SourceKind::Auto, None));
    assert_eq!(by_file.expected, Expected::AtLeast(vec!["page".to_owned()]));
}

fn some_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|float: f64| Value::from(float)),
        any::<String>().prop_map(Value::from),
        select(vec![
            "null", "true", "~", "1", "0x1f", "- a", "a: b", "#", "", "=", "<<", ".inf"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-zA-Z @.'\"-]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// JSON that stands in YAML is read as the JSON it was.
    #[test]
    fn an_event_written_as_json_is_that_json(value in some_json()) {
        let tests = format!(
            "tests: [{{ name: a, kind: alerts, fires: [], event: {{\"a\": {value}}} }}]\n"
        );
        let case = case(&tests);
        let book = read(&case, &["rules.yaml"]).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let event = str::from_utf8(&book.tests[0].tests[0].event).unwrap();
        prop_assert_eq!(event, format!("{{\"a\":{value}}}"));
    }
}

#[test]
fn every_mistake_of_every_test_is_a_problem() {
    let case = case(
        "tests:
  - { name: a, event: {SystemAlertId: 1, AlertType: 2}, fires: [pages] }
  - { name: a, event: {x: 1}, fires: [], fires_at_least: [page] }
  - { name: neither }
  - { name: both, event: {attackPath: 1}, file: one.json, fires: [], colour: red }
  - { name: no file, file: nowhere.json, fires: [] }
  - { name: two, file: two.json, fires: [] }
  - { name: bad, file: bad.json, fires_at_least: [] }
  - { name: cut off, file: cut.json, now: soon, kind: alert, fires: [] }
  - { name: numbers, event: {n: 0x1f, m: [.5]}, kind: alerts, fires: page }
  - { name: text, event: '{}', fires: [] }
  - just a text
",
    )
    .with_file("two.json", r#"[{"attackPath":1},{"attackPath":2}]"#)
    .with_file("bad.json", r#"[{"attackPath":1},5]"#)
    .with_file("cut.json", r#"{"attackPath"#)
    .with_file("more.yaml", "tests: { name: a }\n");
    insta::assert_snapshot!(refused(&case, &["rules.yaml", "more.yaml"]), @"
    more.yaml:1:1: tests: expected a list, found a section
    rules.yaml:5:65: tests[0].fires[0]: unknown automation `pages`
        help: did you mean `page`? known here: ticket, page
    rules.yaml:6:5: tests[1]: expected one of `fires` and `fires_at_least`, found both
    rules.yaml:6:7: tests[1].name: another test has this name: rules.yaml:5:7
    rules.yaml:6:16: tests[1].event: found an object of no known kind, expected a known `type`, `SystemAlertId` with `AlertType`, or `attackPath`
    rules.yaml:7:5: tests[2]: expected one of `event` and `file`, found neither
    rules.yaml:7:5: tests[2]: expected one of `fires` and `fires_at_least`, found neither
    rules.yaml:8:5: tests[3]: expected one of `event` and `file`, found both
    rules.yaml:8:70: tests[3].colour: unknown key
        help: known here: name, event, file, kind, now, fires, fires_at_least
    rules.yaml:9:22: tests[4].file: failed to read the file `nowhere.json`: No such file or directory (os error 2)
    rules.yaml:10:18: tests[5].file: expected one event, found 2
    rules.yaml:11:18: tests[6].file: found a number, expected an event: a JSON object
    rules.yaml:11:34: tests[6].fires_at_least: needs one at least: without one, every event passes
    rules.yaml:12:22: tests[7].file: found an early end at line 1, column 12, expected one JSON value
    rules.yaml:12:38: tests[7].now: expected an instant such as `2027-01-31T00:00:00Z`, found `soon`
    rules.yaml:12:49: tests[7].kind: unknown kind `alert`
        help: did you mean `Alerts`? known here: recommendations, compliance, Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
    rules.yaml:13:30: tests[8].event: expected a number as JSON writes it, found `0x1f`
        help: quotes make it text
    rules.yaml:13:43: tests[8].event: expected a number as JSON writes it, found `.5`
        help: quotes make it text
    rules.yaml:13:63: tests[8].fires: expected a list, found a single value
    rules.yaml:14:19: tests[9].event: expected a section of keys, found a single value
    rules.yaml:15:5: tests[10]: expected a section of keys, found a single value
    21 problems
    ");
}

#[test]
fn names_are_not_checked_while_an_automation_cannot_be_read() {
    let rules = "automations: [{ name: page, kinds: [alert], workflows: [x] }]
tests: [{ name: a, kind: alerts, event: {}, fires: [page] }]
";
    let case = Case::new("").with_file("rules.yaml", rules);
    let said = refused(&case, &["rules.yaml"]);
    assert!(
        said.contains("unknown kind") && said.ends_with("\n1 problem"),
        "{said}"
    );
}

#[test]
fn a_management_group_wants_a_configuration() {
    let scope = "/providers/Microsoft.Management/managementGroups/prod";
    let rules = format!(
        "automations: [{{ name: a, kinds: [alerts], workflows: [x], scopes: [{scope}] }}]\n"
    );
    let case = Case::new("").with_file("rules.yaml", &rules);
    insta::assert_snapshot!(refused(&case, &["rules.yaml"]), @"
    rules.yaml:1:68: automations[0].scopes[0]: unknown management group `prod`
        help: none is known here: a configuration lists them under `management_groups`
    1 problem
    ");
}

#[test]
fn tests_see_what_assignments_become() {
    let rules = "assignments: [{ name: sql, template: defender-alerts, workflows: [x] }]
tests: [{ name: a, kind: alerts, event: { Severity: High, AlertDisplayName: x }, fires: [sql] }]
";
    let case = Case::new("").with_file("rules.yaml", rules);
    assert_eq!(
        read(&case, &["rules.yaml"]).unwrap().tests[0].tests.len(),
        1
    );
}

#[test]
fn automations_and_tests_may_stand_in_two_files() {
    let tests = "tests: [{ name: a, kind: alerts, event: {}, fires: [page] }]\n";
    let case = case("").with_file("tests.yaml", tests);
    let twice = ["rules.yaml", "tests.yaml", "rules.yaml"];
    let book = read(&case, &twice).unwrap();
    let counts: Vec<usize> = book.tests.iter().map(|file| file.tests.len()).collect();
    assert_eq!((book.automations.len(), counts), (2, vec![0, 1]));
    let neither = case.with_file("neither.yaml", "{}");
    assert!(refused(&neither, &["neither.yaml"]).contains("automations: missing"));
}

#[test]
fn a_daemon_does_not_read_the_tests() {
    let config = "sources: [a]
automations: [rules.yaml]
workflows: { nobody-knows: { url: 'https://example.test/' } }
";
    let wrong = format!("{RULES}tests: [{{ name: a, file: nowhere.json }}]\n");
    let case = Case::new(config).with_file("rules.yaml", &wrong);
    assert_eq!(case.load().automations.len(), 2);
    let sources = crate::config::Sources {
        file: Some(case.path().join("firebell.yaml")),
        environment: Vec::new(),
    };
    let error = crate::config::load_with_tests(&sources, &[]).unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
}
