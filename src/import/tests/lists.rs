//! What is not taken of a list, and what values are for, is said.

use super::kit::{file, imported, loaded, options, told};
use crate::import::import;

const ONE: &str = r#"{"name": "a", "type": "Microsoft.Security/automations", "properties": {
    "scopes": [{"scopePath": "/subscriptions/1"}], "sources": [{"eventSource": "Alerts"}],
    "actions": [{"actionType": "LogicApp"}]}}"#;

#[test]
fn what_a_list_holds_beside_automations_is_said() {
    let other =
        r#"{"name": "b", "type": "Microsoft.Security/automation", "properties": {"sources": []}}"#;
    let imported = imported(&format!("[{ONE}, {other}, 7]"), &[]);
    assert_eq!(imported.len(), 1);
    insta::assert_snapshot!(told(&imported), @r"
    changed  [1]: left out, as it is no Microsoft.Security/automations (and in 1 more place)
    missing  [0].properties.actions[0]: Azure never shows the callback URL of workflow `a`: supply it as A_URL
    ");
}

#[test]
fn a_page_of_a_list_is_not_taken_for_the_list() {
    let page = |next: &str| format!(r#"{{"value": [{ONE}], "nextLink": {next}}}"#);
    let first = imported(&page("\"https://example.test/?token=hush\""), &[]);
    assert_eq!(first.len(), 1);
    insta::assert_snapshot!(told(&first), @r"
    missing  value[0].properties.actions[0]: Azure never shows the callback URL of workflow `a`: supply it as A_URL
    problem  nextLink: the list goes on behind this page: import the other pages, too
    ");
    assert!(!told(&imported(&page("null"), &[])).contains("nextLink"));
}

#[test]
fn a_value_without_a_template_is_a_problem() {
    let imported = imported(ONE, &["levels=[\"High\"]"]);
    insta::assert_snapshot!(told(&imported), @r"
    missing  properties.actions[0]: Azure never shows the callback URL of workflow `a`: supply it as A_URL
    problem  no file is a template or a policy, so that `levels` is for nothing
    ");
}

#[test]
fn logic_apps_that_are_not_known_are_not_taken_for_one() {
    let files = [file("x.json", ONE), file("y.json", ONE)];
    let config = loaded(&import(&files, &options(&[])));
    for automation in &config.automations {
        assert_eq!(automation.workflows, std::slice::from_ref(&automation.name));
    }
    assert_eq!(config.workflows.len(), 2);
}
