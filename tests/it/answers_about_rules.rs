//! The binary answers about rules: the tests beside them, and why an event runs them.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

const RULES: &str = "automations:
  - name: page
    kinds: [alerts]
    rule_sets: [{rules: [{property: Severity, operator: Equals, value: High}]}]
    workflows: [page]
tests:
  - {name: high, kind: alerts, event: {Severity: High}, fires: [page]}
";

/// How the binary ended, and what it said.
struct Said {
    code: Option<i32>,
    out: String,
    error: String,
}

/// Runs the binary beside these rules, with this on its standard input.
fn run(rules: &str, arguments: &[&str], input: &str) -> Said {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let config = "sources: [a]
automations: [rules.yaml]
workflows: {page: {url: 'https://example.test/SECRET'}}
";
    fs::write(folder.path().join("firebell.yaml"), config).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_firebell"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input may have ended already.
    let mut stdin = child.stdin.take().unwrap();
    let _closed = stdin.write_all(input.as_bytes());
    drop(stdin);
    let ended = child.wait_with_output().unwrap();
    let said = Said {
        code: ended.status.code(),
        out: String::from_utf8(ended.stdout).unwrap(),
        error: String::from_utf8(ended.stderr).unwrap(),
    };
    assert!(!said.out.contains("SECRET") && !said.error.contains("SECRET"));
    said
}

#[test]
fn tests_end_with_0_with_1_or_with_64() {
    let failing = RULES.replace("fires: [page]", "fires: []");
    let none = RULES.split("tests:").next().unwrap();
    let wrong = RULES.replace("name: high", "nam: high");
    let table = [
        (RULES, 0, "1 test, 0 failed"),
        (&failing, 1, "1 test, 1 failed"),
        (none, 1, "no tests in rules.yaml"),
        (&wrong, 64, "nam: unknown key"),
    ];
    for (rules, code, text) in table {
        for arguments in [["test", "rules.yaml"], ["test", "--config=firebell.yaml"]] {
            let said = run(rules, &arguments, "");
            assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.error);
            let told = if code == 64 { said.error } else { said.out };
            assert!(told.contains(text), "{arguments:?}: {told}");
        }
    }
    let said = run(RULES, &["test", "nowhere.yaml"], "");
    assert_eq!(said.code, Some(64), "{}", said.error);
}

#[test]
fn an_event_is_explained_from_standard_input() {
    let event = r#"{"SystemAlertId":"1","AlertType":"t","Severity":"High"}"#;
    let own = ["explain", "--event", "-"];
    let said = run(RULES, &own, event);
    assert_eq!(said.code, Some(0), "{}", said.error);
    assert!(said.out.contains("fires: page\n"), "{}", said.out);
    // The rules of a file by themselves, for a program that reads the answer.
    let file = ["explain", "--event=-", "--output=json", "rules.yaml"];
    let answer: serde_json::Value = serde_json::from_str(&run(RULES, &file, event).out).unwrap();
    assert_eq!(answer["events"][0]["fires"][0], "page");
}

#[test]
fn what_cannot_be_explained_ends_with_1_or_with_64() {
    let said = run(RULES, &["explain", "--event=-"], "no JSON");
    assert_eq!(said.code, Some(1), "{}", said.error);
    assert!(said.out.contains("not-json"), "{}", said.out);
    for (arguments, told) in [
        (
            ["explain", "--event=nowhere.json"].as_slice(),
            "the event nowhere.json",
        ),
        (
            &["explain", "--event=-", "--automation=pages"],
            "did you mean `page`?",
        ),
        (
            &["explain", "--event=-", "--config=nowhere.yaml"],
            "nowhere.yaml: failed",
        ),
        (
            &["explain", "--event=-", "--kind=alert"],
            "did you mean `Alerts`?",
        ),
        (&["explain"], "--event"),
    ] {
        let said = run(RULES, arguments, "{}");
        assert!(said.error.contains(told), "{arguments:?}: {}", said.error);
        assert_eq!(said.code, Some(64), "{arguments:?}: {}", said.out);
        assert_eq!(said.out, "", "{arguments:?}");
    }
}
