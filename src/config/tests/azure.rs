use super::kit::Case;

const CONFIG: &str = "sources: [a]
automations: ['rules/*']
workflows:
  page: { url: 'https://example.test/page' }
";

fn automation(path: &str, workflow: &str, scope: &str) -> String {
    format!(
        r#"{{"value": [{{"name": "from-azure", "type": "Microsoft.Security/automations", "properties": {{
        "isEnabled": true, "scopes": [{{"scopePath": "{scope}"}}],
        "sources": [{{"eventSource": "Alerts", "ruleSets": [{{"rules": [
            {{"propertyJPath": "Version", "propertyType": "string", "expectedValue": "3.", "operator": "Contains"}},
            {{"propertyJPath": "{path}", "propertyType": "string", "expectedValue": "high", "operator": "Equals"}}]}}]}}],
        "actions": [{{"actionType": "LogicApp", "logicAppResourceId": "/x/workflows/{workflow}"}}]}}}}]}}"#
    )
}

fn case(json: &str) -> Case {
    let own = "automations: [{ name: own, kinds: [alerts], workflows: [page] }]\n";
    Case::new(CONFIG)
        .with_file("rules/b.yaml", own)
        .with_file("rules/a.json", json)
}

#[test]
fn the_json_of_azure_may_stand_beside_files_of_ours() {
    let config = case(&automation("Severity", "page", "/subscriptions/1")).load();
    let names: Vec<&str> = config.automations.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["from-azure", "own"]);
    let [set] = config.automations[0].rule_sets.as_slice() else {
        panic!("one rule set");
    };
    assert_eq!(set.rules.len(), 1, "the idiom for all alerts is gone");
}

#[test]
fn a_json_file_of_ours_stays_one() {
    let own = r#"{"automations": [{"name": "json", "kinds": ["alerts"], "workflows": ["page"]}]}"#;
    assert_eq!(case(own).load().automations.len(), 2);
}

#[test]
fn a_problem_names_the_file_and_the_way_into_it() {
    let refused = case(&automation("Severity", "pgae", "/subscriptions/1")).refused();
    insta::assert_snapshot!(refused, @r"
    rules/a.json: value[0].properties.actions[0]: automations[0].workflows[0]: unknown workflow `pgae`
        help: did you mean `page`? known here: page
    1 problem
    ");
    let refused = case(&automation("a[", "page", "/tenants/x")).refused();
    insta::assert_snapshot!(refused, @r"
    rules/a.json: value[0].properties.scopes[0].scopePath: `/tenants/x` does not start with `/subscriptions/<id>`
    rules/a.json: value[0].properties.sources[0].ruleSets[0].rules[1].propertyJPath: the path `a[` cannot be read here: the path ends at character 3, expected a key in quotes, an index from 0, or `*`
    2 problems
    ");
}

#[test]
fn what_only_a_deployment_knows_is_a_problem() {
    let resource = automation("Severity", "page", "[subscription().id]");
    let resource = resource.replace(r#"{"value": ["#, r#"{"resources": ["#);
    insta::assert_snapshot!(case(&resource).refused(), @r"
    rules/a.json: resources[0].properties.scopes[0].scopePath: the template asks Azure for its subscription: `firebell import --subscription ID` fills it in
    1 problem
    ");
}

#[test]
fn a_json_file_with_a_slip_is_called_no_json() {
    let said = case("{\"value\": [\n  {\"name\": \"hush,\n  \"x\": 1}]}").refused();
    insta::assert_snapshot!(said, @r"
    rules/a.json: not JSON: control character (\u0000-\u001F) found while parsing a string at line 3 column 0
    1 problem
    ");
}
