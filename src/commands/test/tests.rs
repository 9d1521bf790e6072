use std::fs;

use super::*;

const RULES: &str = "automations:
  - name: page
    kinds: [alerts]
    rule_sets:
      - rules:
          - {property: Severity, operator: Equals, value: High}
          - {property: Sevrity, operator: Exists}
      - rules: [{property: Number, operator: GreaterThan, value: 5}]
    workflows: [nobody-knows]
  - {name: all, kinds: [alerts], workflows: [nobody-knows]}
  - {name: past, kinds: [alerts], expires: 2026-01-01T00:00:00Z, workflows: [nobody-knows]}
";

struct Said {
    exit: Result<Exit, Failure>,
    text: String,
    junit: Option<String>,
}

fn run(tests: &str) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    fs::write(&file, format!("{RULES}{tests}")).unwrap();
    let junit = folder.path().join("report.xml");
    let asked = Test {
        files: vec![file],
        config: None,
        junit: Some(junit.clone()),
    };
    let mut out = Vec::new();
    let exit = test(&asked, &mut out);
    let here = format!("{}/", folder.path().display());
    let clean = |text: String| text.replace(&here, "");
    Said {
        exit,
        text: clean(String::from_utf8(out).unwrap()),
        junit: fs::read_to_string(junit).ok().map(clean),
    }
}

const MIXED: &str = r#"tests:
  - name: "<neither> & 'all'"
    event: {SystemAlertId: 1, AlertType: t, Severity: Low, Number: many}
    fires: [page]
  - name: at least
    now: 2025-12-31T23:59:59Z
    event: {SystemAlertId: 1, AlertType: t}
    fires_at_least: [past]
  - name: too late
    now: 2026-01-01T00:00:00Z
    event: {SystemAlertId: 1, AlertType: t}
    fires: [past, all]
  - name: nothing
    event: {type: Microsoft.Security/assessments}
    fires: []
"#;

#[test]
fn what_differs_is_said_with_the_reason() {
    let said = run(MIXED);
    assert!(matches!(said.exit, Ok(Exit::Failed)), "{:?}", said.exit);
    insta::assert_snapshot!(said.text, @r#"
    rules.yaml
      FAILED  <neither> & 'all'  (rules.yaml:13:5)
        expected: page
        got: all
        missing: page
          rule set 2: Number GreaterThan 5: found "many", of another type: a number is expected
        unexpected: all
          no rule sets: every event of its kinds and scopes
      ok      at least
      FAILED  too late  (rules.yaml:20:5)
        expected: past, all
        got: all
        missing: past
          it expired at 2026-01-01T00:00:00Z
      ok      nothing

    4 tests, 2 failed
    "#);
}

#[test]
fn the_report_says_the_same_in_xml() {
    insta::assert_snapshot!(run(MIXED).junit.unwrap(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="firebell test" tests="4" failures="2">
      <testsuite name="rules.yaml" tests="4" failures="2" errors="0" skipped="0">
        <testcase name="&lt;neither&gt; &amp; 'all'" classname="rules.yaml" file="rules.yaml" line="13">
          <failure message="1 missing, 1 unexpected" type="difference">expected: page&#10;got: all&#10;missing: page&#10;  rule set 2: Number GreaterThan 5: found &quot;many&quot;, of another type: a number is expected&#10;unexpected: all&#10;  no rule sets: every event of its kinds and scopes</failure>
        </testcase>
        <testcase name="at least" classname="rules.yaml" file="rules.yaml" line="16"/>
        <testcase name="too late" classname="rules.yaml" file="rules.yaml" line="20">
          <failure message="1 missing, 0 unexpected" type="difference">expected: past, all&#10;got: all&#10;missing: past&#10;  it expired at 2026-01-01T00:00:00Z</failure>
        </testcase>
        <testcase name="nothing" classname="rules.yaml" file="rules.yaml" line="24"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn tests_that_all_pass_end_well() {
    let said = run("tests: [{name: a, kind: alerts, event: {Number: 6}, fires: [page, all]}]\n");
    assert!(matches!(said.exit, Ok(Exit::Ok)), "{:?}", said.exit);
    assert_eq!(said.text, "rules.yaml\n  ok      a\n\n1 test, 0 failed\n");
}

#[test]
fn no_test_at_all_is_a_failure() {
    for none in ["", "tests: []\n"] {
        let said = run(none);
        assert!(matches!(said.exit, Ok(Exit::Failed)), "{:?}", said.exit);
        assert_eq!(said.text, "no tests in rules.yaml\n");
    }
}

#[test]
fn wrong_files_are_an_error_and_write_nothing() {
    let said = run("tests: [{name: a}]\n");
    assert!(
        matches!(said.exit, Err(Failure::Invalid(_))),
        "{:?}",
        said.exit
    );
    assert_eq!((said.text.as_str(), said.junit), ("", None));
}

#[test]
fn the_tests_of_a_configuration_are_found_and_its_workflows_checked() {
    let folder = tempfile::tempdir().unwrap();
    let tests = "tests: [{name: a, kind: alerts, event: {}, fires: [all]}]\n";
    fs::write(folder.path().join("rules.yaml"), format!("{RULES}{tests}")).unwrap();
    let config = folder.path().join("firebell.yaml");
    let run = |workflow: &str| {
        let text = format!(
            "sources: [a]\nautomations: [rules.yaml]\nworkflows: {{ {workflow}: {{ url: 'https://example.test' }} }}\n"
        );
        fs::write(&config, text).unwrap();
        let asked = Test {
            files: Vec::new(),
            config: Some(config.clone()),
            junit: None,
        };
        test(&asked, &mut Vec::new())
    };
    assert!(matches!(run("nobody-knows"), Ok(Exit::Ok)));
    assert!(matches!(run("another"), Err(Failure::Invalid(_))));
}
