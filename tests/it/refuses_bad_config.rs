//! The binary refuses a wrong configuration: what, where, what was expected, and exit code 64.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::kit::{Cluster, unique};

const LEAST: &str = "sources: [security.alerts]
automations: [automations.yaml]
admin: { listen: '127.0.0.1:0' }
";
const WORKFLOWS: &str = "workflows:
  page: { url: 'http://127.0.0.1:9/SECRET' }
";
const AUTOMATIONS: &str = "automations:
  - { name: wake-up, kinds: [alerts], workflows: [page] }
";

/// How the binary ended, and what it said on standard error.
struct Said {
    code: Option<i32>,
    text: String,
}

/// Runs the binary where these two files are, with nothing of our environment.
fn run(arguments: &[&str], config: &str, automations: &str) -> Said {
    let folder = files(config, automations);
    let ended = command(folder.path(), arguments).output().unwrap();
    let text = String::from_utf8(ended.stderr).unwrap();
    assert!(!text.contains("SECRET"), "a secret is shown: {text}");
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), "");
    Said {
        code: ended.status.code(),
        text,
    }
}

/// A folder with these two files.
fn files(config: &str, automations: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("firebell.yaml"), config).unwrap();
    fs::write(folder.path().join("automations.yaml"), automations).unwrap();
    folder
}

/// The binary in a folder.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firebell"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("FIREBELL_TEST_UNRELATED", "1")
        .stdin(Stdio::null());
    command
}

/// What both `check` and `run` say of it, before anything is started.
fn refused(config: &str, automations: &str) -> String {
    let [checked, ran] = ["check", "run"].map(|command| {
        let said = run(&[command, "--config", "firebell.yaml"], config, automations);
        assert_eq!(said.code, Some(64), "{command}: {}", said.text);
        said.text
    });
    assert_eq!(checked, ran);
    checked
}

fn with(more: &str) -> String {
    refused(&format!("{LEAST}{WORKFLOWS}{more}"), AUTOMATIONS)
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_name() {
    insta::assert_snapshot!("unknown_key", with("kafka: { group_idd: x }\n"));
}

#[test]
fn a_wrong_type_is_told_with_the_right_one() {
    let text = "kafka: { group_id: [a], window: 5 }\nretry: { max_attempts: many }\n";
    insta::assert_snapshot!("wrong_type", with(text));
}

#[test]
fn a_missing_file_is_told_by_its_name() {
    let said = run(&["check", "--config", "nothing.yaml"], LEAST, AUTOMATIONS);
    assert_eq!(said.code, Some(64));
    insta::assert_snapshot!("missing_file", said.text);
    let config = format!("sources: [a]\nautomations: [rules/*.yaml]\n{WORKFLOWS}");
    insta::assert_snapshot!("missing_automations", refused(&config, AUTOMATIONS));
}

#[test]
fn a_missing_secret_is_told_by_its_reference() {
    let workflows = "workflows:
  page: { url: '${env:PAGE_URL}' }
  chat: { url: '${file:/nowhere/chat-url}' }
";
    insta::assert_snapshot!(
        "missing_secret",
        refused(&format!("{LEAST}{workflows}"), AUTOMATIONS)
    );
}

#[test]
fn an_unknown_workflow_is_told_with_the_nearest_name() {
    let automations = "automations:
  - { name: wake-up, kinds: [alerts], workflows: [pag] }
";
    let config = format!("{LEAST}{WORKFLOWS}");
    insta::assert_snapshot!("unknown_workflow", refused(&config, automations));
}

#[test]
fn a_name_that_stands_twice_is_told_with_both_places() {
    let config = format!("{LEAST}{WORKFLOWS}");
    let automations =
        format!("{AUTOMATIONS}  - {{ name: wake-up, kinds: [alerts], workflows: [page] }}\n");
    insta::assert_snapshot!("duplicate_automation", refused(&config, &automations));
    let config = format!("{config}  page: {{ url: 'http://127.0.0.1:9/SECRET' }}\n");
    insta::assert_snapshot!("duplicate_workflow", refused(&config, AUTOMATIONS));
}

#[test]
fn a_bad_duration_is_told_with_good_ones() {
    let text = "kafka: { drain_timeout: 30, start_timeout: soon }\nretry: { max_age: 7d }\n";
    insta::assert_snapshot!("bad_duration", with(text));
}

#[test]
fn a_bad_url_is_told_and_never_shown() {
    let workflows = "workflows:
  page: { url: 'example.test/SECRET' }
  chat: { url: 'ftp://example.test/SECRET' }
  none: { timeout: 10s }
";
    let said = refused(&format!("{LEAST}{workflows}"), AUTOMATIONS);
    assert!(!said.contains("example.test"), "{said}");
    insta::assert_snapshot!("bad_url", said);
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let config = "sources: []
automations: [automations.yaml]
kafka: { bootstrap_server: ['k:9092'], commit_interval: 1 }
workflows:
  page: { url: '${env:PAGE_URL}', time_out: 5s }
";
    let automations = "automations:
  - { name: a, kinds: [alert], workflows: [pager] }
  - { name: a, kinds: [alerts], workflows: [page], rule_sets: [{ rules: [{ property: Severity, operator: Equal, value: High }] }] }
";
    insta::assert_snapshot!("several_at_once", refused(config, automations));
}

#[test]
fn a_mistake_on_the_command_line_is_told() {
    let said = run(&["run", "--confg", "firebell.yaml"], LEAST, AUTOMATIONS);
    assert_eq!(said.code, Some(64));
    insta::assert_snapshot!("command_line", said.text);
}

#[test]
fn a_topic_that_does_not_exist_is_told_by_its_name() {
    let cluster = Cluster::in_process();
    let here = unique("here");
    cluster.create_topic(&here, 1);
    let config = format!(
        "sources: [{here}, missing.alerts]
kafka: {{ bootstrap_servers: ['{}'] }}
dead_letter: {{ topic: missing.dead }}
admin: {{ listen: '127.0.0.1:0' }}
automations: [automations.yaml]
{WORKFLOWS}",
        cluster.bootstrap()
    );
    let said = run(&["run"], &config, AUTOMATIONS);
    assert_eq!(said.code, Some(64), "{}", said.text);
    insta::assert_snapshot!("missing_topic", for_people(&said.text));
}

#[test]
fn a_cluster_that_cannot_be_reached_is_told_in_time() {
    let config = |timeout: &str| {
        let kafka = format!("{{ bootstrap_servers: ['127.0.0.1:1'], start_timeout: {timeout} }}");
        format!("{LEAST}{WORKFLOWS}kafka: {kafka}\n")
    };
    let folder = files(&config("10m"), AUTOMATIONS);
    let mut patient = command(folder.path(), &["run"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = run(&["run"], &config("5s"), AUTOMATIONS);
    // Not wrong in itself: the next start may find it.
    assert_eq!(said.code, Some(1), "{}", said.text);
    let ended = patient.try_wait().unwrap();
    patient.kill().unwrap();
    patient.wait().unwrap();
    assert_eq!(ended, None, "one that may try for longer gave up as well");
    insta::assert_snapshot!(
        "unreachable_cluster",
        without_counts(&for_people(&said.text))
    );
}

/// What is not for machines; for them there is one line of the same meaning.
fn for_people(text: &str) -> String {
    let (log, told): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('{'));
    let failed = log.iter().filter(|line| line.contains("failed to start"));
    assert_eq!(failed.count(), 1, "{text}");
    told.join("\n")
}

/// Without what the client library counted at the end of the first line: times, repetitions.
fn without_counts(text: &str) -> String {
    let (first, help) = text.split_once('\n').unwrap();
    let (why, _) = first.split_once("(after ").unwrap();
    format!("{why}([counts])\n{help}")
}

#[test]
fn a_property_that_no_client_can_be_made_with_is_told_by_check_too() {
    let text = "kafka:
  properties:
    socket.timeout.mss: 60000
    socket.timeout.ms: SECRET
    retries: 0
    isolation.level: read_uncommitted
    compression.type: SECRET
";
    insta::assert_snapshot!("property", with(text));
    // Each is right by itself.
    for (name, text) in [
        ("property_receive", "receive.message.max.bytes: 1000"),
        (
            "property_keystore",
            "ssl.keystore.location: /nowhere/SECRET",
        ),
        ("property_linger", "linger.ms: 20000"),
    ] {
        let text = format!("kafka:\n  properties:\n    {text}\n");
        insta::assert_snapshot!(name, with(&text));
    }
}
