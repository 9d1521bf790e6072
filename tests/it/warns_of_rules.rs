//! The binary warns of automations that load and are probably wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CONFIG: &str = "sources: [security.alerts]
automations: [automations.yaml]
kafka: { bootstrap_servers: ['127.0.0.1:1'], start_timeout: 1s }
admin: { listen: '127.0.0.1:0' }
workflows:
  page: { url: 'http://127.0.0.1:9/SECRET' }
  spare: { url: 'http://127.0.0.1:9/SECRET' }
";

const AUTOMATIONS: &str = "automations:
  - name: never
    kinds: [alerts]
    rule_sets:
      - rules:
          - {property: Severity, operator: Equals, value: High}
          - {property: Severity, operator: Equals, value: Low}
    workflows: [page]
";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    fs::write(folder.join("firebell.yaml"), CONFIG).unwrap();
    Command::new(env!("CARGO_BIN_EXE_firebell"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn check_shows_each_with_its_line_and_fails_only_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("automations.yaml"), AUTOMATIONS).unwrap();
    let checked = run(folder.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(0));
    assert_eq!(String::from_utf8(checked.stderr).unwrap(), "");
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(!said.contains("SECRET"), "a secret is shown: {said}");
    let (_, warnings) = said.split_once("grace        30s\n").unwrap();
    insta::assert_snapshot!(warnings, @r"
    warning[never-matches]: this rule set never matches: two rules on `Severity` exclude each other
     --> automations.yaml:7:13
      |
    7 |           - {property: Severity, operator: Equals, value: Low}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     --> automations.yaml:6:13: the other one
      |
    6 |           - {property: Severity, operator: Equals, value: High}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: all rules of a rule set must hold: for either value write `In` with a list

    warning[unused-workflow]: no automation runs the workflow `spare`
     --> firebell.yaml:7:3
      help: name it in an automation's `workflows`, or take it out

    2 warnings
    ");

    let denied = run(folder.path(), &["check", "--deny", "warnings"]);
    assert_eq!(denied.status.code(), Some(1));
    assert_eq!(String::from_utf8(denied.stdout).unwrap(), said);
}

#[test]
fn without_a_warning_nothing_is_denied_and_a_mistake_is_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let clean = "automations: [{ name: a, kinds: [alerts], workflows: [page, spare] }]";
    fs::write(folder.path().join("automations.yaml"), clean).unwrap();
    let denied = run(folder.path(), &["check", "--deny", "warnings"]);
    assert_eq!(denied.status.code(), Some(0));
    let said = String::from_utf8(denied.stdout).unwrap();
    assert!(said.ends_with("\n\nno warnings\n"), "{said}");

    fs::write(folder.path().join("automations.yaml"), "automations: [{}]").unwrap();
    let denied = run(folder.path(), &["check", "--deny", "warnings"]);
    assert_eq!(denied.status.code(), Some(64));
}

#[test]
fn run_logs_each_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("automations.yaml"), AUTOMATIONS).unwrap();
    let ran = run(folder.path(), &["run"]);
    let log = String::from_utf8(ran.stderr).unwrap();
    let warnings: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("\"WARN\""))
        .collect();
    let of = |lint: &str| {
        let field = format!("\"lint\":\"{lint}\"");
        warnings.iter().filter(|line| line.contains(&field)).count()
    };
    assert_eq!(
        (of("never-matches"), of("unused-workflow")),
        (1, 1),
        "{log}"
    );
    let place = "\"place\":\"automations.yaml:7:13\"";
    assert!(warnings.iter().any(|line| line.contains(place)), "{log}");
}

#[test]
fn run_logs_some_and_how_many_there_are_more() {
    let folder = tempfile::tempdir().unwrap();
    let one = |number: usize| {
        let (_, rest) = AUTOMATIONS.split_once("never").unwrap();
        format!("  - name: never-{number}{rest}")
    };
    let many: String = (0..60).map(one).collect();
    fs::write(
        folder.path().join("automations.yaml"),
        format!("automations:\n{many}"),
    )
    .unwrap();
    let log = String::from_utf8(run(folder.path(), &["run"]).stderr).unwrap();
    assert_eq!(log.matches("\"lint\":").count(), 50, "{log}");
    // 60 that never match, 59 of them like the first; and the spare workflow.
    assert!(log.contains("\"more\":70"), "{log}");
}
