use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

const AUTOMATION: &str = r#"{"name": "a", "properties": {"scopes": [{"scopePath": "/subscriptions/1"}],
    "sources": [{"eventSource": "Alerts"}], "actions": []}}"#;

/// A folder with a file, and how it ends to import it: code, output, report.
struct Case {
    folder: TempDir,
    wanted: Import,
}

impl Case {
    fn new(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, text).unwrap();
        let wanted = Import {
            files: vec![path],
            output: None,
            force: false,
            parameters: Vec::new(),
            subscription: None,
            resource_group: None,
        };
        Self { folder, wanted }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn end(&self) -> (Exit, String, String) {
        let (mut out, mut tell) = (Vec::new(), Vec::new());
        let exit = match import(&self.wanted, &mut out, &mut tell) {
            Ok(exit) => exit,
            Err(Failure::Wrong(message)) => {
                writeln!(tell, "{message}").unwrap();
                Exit::Usage
            }
            Err(other) => panic!("{other}"),
        };
        let folder = format!("{}/", self.folder.path().display());
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(&folder, "");
        (exit, text(out), text(tell))
    }
}

#[test]
fn the_automations_go_to_the_output_and_the_rest_is_told() {
    let (exit, out, told) = Case::new(AUTOMATION).end();
    assert_eq!(exit, Exit::Ok);
    insta::assert_snapshot!(format!("{out}---\n{told}"), @r"
    # Imported from Azure by `firebell import`:
    #   a.json
    #
    # These workflows belong in the configuration. Azure never shows a callback URL again, so each is
    # a secret that you supply.
    #
    # workflows:
    #   a:   # an automation without actions: needs a webhook that stands for it
    #     url: ${env:A_URL}

    automations:
      - name: a
        kinds: [Alerts]
        scopes:
          - /subscriptions/1
        workflows: [a]
    ---
    a.json
      missing  it has no actions, so it runs nothing in Azure: the workflow `a` stands for what it should run
    1 automation imported, 1 workflow to configure; 0 changes, 0 warnings, 1 missing, 0 problems
    ");
}

#[test]
fn an_output_file_is_not_overwritten_unless_asked() {
    let mut case = Case::new(AUTOMATION);
    let output = case.path("out.yaml");
    case.wanted.output = Some(output.clone());
    let (exit, out, _) = case.end();
    assert_eq!((exit, &*out), (Exit::Ok, ""));
    fs::write(&output, "mine").unwrap();
    let (exit, _, told) = case.end();
    assert_eq!(exit, Exit::Usage);
    assert_eq!(told, "out.yaml is there already: --force overwrites it\n");
    assert_eq!(fs::read_to_string(&output).unwrap(), "mine");
    case.wanted.force = true;
    assert_eq!(case.end().0, Exit::Ok);
    assert!(fs::read_to_string(&output).unwrap().contains("name: a"));
}

#[test]
fn what_cannot_be_imported_ends_with_1_and_the_rest_is_written() {
    let mut case = Case::new(AUTOMATION);
    case.wanted.files.push(case.path("missing.json"));
    let (exit, out, told) = case.end();
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("name: a"), "{out}");
    assert!(
        told.contains("problem  missing.json: failed to read"),
        "{told}"
    );
    let (exit, out, _) = Case::new("{}").end();
    assert_eq!((exit, &*out), (Exit::Failed, ""));
}

#[test]
fn a_parameter_that_is_none_is_a_wrong_command_line() {
    for (parameter, said) in [
        ("x", "--parameter: `x` is not NAME=JSON\n"),
        (
            "x=[",
            "--parameter: the value of `x` is not JSON: EOF while parsing a list at line 1 column 1\n",
        ),
    ] {
        let mut case = Case::new(AUTOMATION);
        case.wanted.parameters = vec![parameter.to_owned()];
        let (exit, _, told) = case.end();
        assert_eq!((exit, &*told), (Exit::Usage, said));
    }
}

#[test]
fn more_than_a_file_may_hold_is_refused() {
    let many = format!("[{}]", vec![AUTOMATION; 12_000].join(","));
    let (exit, out, told) = Case::new(&many).end();
    assert_eq!((exit, &*out), (Exit::Failed, ""));
    assert!(
        told.contains("import fewer files at once"),
        "{}",
        told.len()
    );
}

#[test]
fn every_problem_that_is_shown_is_counted() {
    let mut case = Case::new(AUTOMATION);
    case.wanted.files.push(case.path("missing.json"));
    case.wanted.output = Some(case.path("no/such/folder.yaml"));
    let (exit, _, told) = case.end();
    assert_eq!(exit, Exit::Failed);
    assert_eq!(told.matches("problem  ").count(), 2, "{told}");
    assert!(told.ends_with(", 2 problems\n"), "{told}");
}

#[test]
fn a_subscription_with_a_slip_is_a_wrong_command_line() {
    let id = "6b1f8b7e-0c5e-4a52-9d0e-3f1f0a6c2d11";
    for right in [id.to_owned(), format!("/subscriptions/{id}")] {
        let mut case = Case::new(AUTOMATION);
        case.wanted.subscription = Some(right);
        assert_eq!(case.end().0, Exit::Ok);
    }
    for wrong in [
        "",
        "prod",
        id.trim_start_matches('6'),
        &id.replace('b', "g"),
    ] {
        let mut case = Case::new(AUTOMATION);
        case.wanted.subscription = Some(wrong.to_owned());
        let (exit, out, told) = case.end();
        assert_eq!((exit, &*out), (Exit::Usage, ""), "{wrong}");
        let said = format!(
            "--subscription: expected an id, such as `00000000-1111-2222-3333-444444444444`, found `{wrong}`\n"
        );
        assert_eq!(told, said);
    }
}
