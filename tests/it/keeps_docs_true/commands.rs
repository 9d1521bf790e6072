//! What the documents show of a command is what it says.

use std::fs;
use std::path::PathBuf;

use firebell::cli::{Explain, Output, Test};
use firebell::commands::{Exit, explain, test};
use tempfile::TempDir;

use super::markdown::{block, blocks};
use super::{root, text_of};

/// Runs the tests of a rules file.
fn tested(file: PathBuf) -> (Exit, String) {
    let asked = Test {
        files: vec![file],
        config: None,
        junit: None,
    };
    let mut out = Vec::new();
    let exit = test::test(&asked, &mut out).unwrap_or_else(|error| panic!("{error}"));
    (exit, String::from_utf8(out).unwrap())
}

/// What is said of a file in a folder, without the folder.
fn tested_in(folder: &TempDir, text: &str) -> (Exit, String) {
    let file = folder.path().join("automations.yaml");
    fs::write(&file, text).unwrap();
    let (exit, said) = tested(file);
    (exit, without(folder, &said))
}

fn without(folder: &TempDir, said: &str) -> String {
    said.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn the_readmes_tests_say_what_is_shown() {
    let (readme, folder) = (text_of("README.md"), TempDir::new().unwrap());
    let rules = block(&readme, "yaml automations.yaml");
    let (exit, said) = tested_in(&folder, &rules);
    assert_eq!(exit, Exit::Ok, "{said}");
    assert_eq!(said, block(&readme, "text firebell test"));
    let wider = rules.replace("AtLeast, value: High", "AtLeast, value: Medium");
    let (exit, said) = tested_in(&folder, &wider);
    assert_eq!(exit, Exit::Failed, "{said}");
    assert_eq!(said, block(&readme, "text firebell test fails"));
}

#[test]
fn the_readmes_event_is_explained_as_shown() {
    let (readme, folder) = (text_of("README.md"), TempDir::new().unwrap());
    for name in ["yaml automations.yaml", "json event.json"] {
        let (_, file) = name.split_once(' ').unwrap();
        fs::write(folder.path().join(file), block(&readme, name)).unwrap();
    }
    let asked = Explain {
        rules: vec![folder.path().join("automations.yaml")],
        event: folder.path().join("event.json"),
        automation: None,
        config: None,
        kind: None,
        now: None,
        output: Output::Text,
    };
    let mut out = Vec::new();
    let exit = explain::explain(&asked, &mut out).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(exit, Exit::Ok);
    let said = String::from_utf8(out).unwrap();
    let shown = block(&readme, "text firebell explain");
    assert_eq!(without(&folder, &said), shown);
}

#[test]
fn the_tests_of_the_rule_language_pass() {
    let document = text_of("docs/rules.md");
    let files = blocks(&document).into_iter();
    let files: Vec<_> = files.filter(|block| block.info == "yaml tested").collect();
    assert!(!files.is_empty(), "no example of tests");
    for file in files {
        let (exit, said) = tested_in(&TempDir::new().unwrap(), &file.text);
        assert_eq!(exit, Exit::Ok, "{}\n{said}", file.heading);
    }
}

#[test]
fn the_tests_of_the_shipped_rules_pass() {
    for name in ["demo-automations.yaml", "example-automations.yaml"] {
        let (exit, said) = tested(root().join("config").join(name));
        assert_eq!(exit, Exit::Ok, "{name}\n{said}");
    }
}
