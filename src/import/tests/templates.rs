//! Templates: loops, nesting, conditions, escapes, and what is not known.

use super::kit::{deployed, file, imported, loaded, options, shown, told};
use crate::import::import;

/// A template around resources; `extra` goes before them.
fn template(extra: &str, resources: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", {extra}
        "resources": [{resources}]}}"#
    )
}

/// An automation with this name and description, after these keys.
fn automation(keys: &str, name: &str, description: &str) -> String {
    format!(
        r#"{{{keys} "type": "Microsoft.Security/automations", "name": "{name}", "properties": {{
        "description": "{description}", "scopes": [{{"scopePath": "[subscription().id]"}}],
        "sources": [{{"eventSource": "Alerts"}}], "actions": []}}}}"#
    )
}

/// What an expression gives as a description.
fn evaluated(extra: &str, expression: &str) -> Result<String, String> {
    let text = template(extra, &automation("", "a", expression));
    deployed(&text, &[]).map(|azure| azure.description)
}

#[test]
fn parameters_variables_and_functions_are_evaluated() {
    let extra = r#""parameters": {"p": {"type": "string", "defaultValue": "[concat('d', variables('V'))]"},
            "list": {"type": "array", "defaultValue": [{"a": "x"}, {"a": "[toUpper('y')]"}]}},
        "variables": {"v": "one", "map": {"high key": "H"},
            "copy": [{"name": "squares", "count": 3, "input": "[mul(copyIndex('squares'), copyIndex('squares', 0))]"}],
            "object": {"copy": [{"name": "made", "count": "[length(parameters('list'))]",
                "input": {"n": "[add(copyIndex('made'), 10)]"}}]}},"#;
    for (expression, expected) in [
        ("plain", "plain"),
        ("[[not evaluated]", "[not evaluated]"),
        ("[not closed", "[not closed"),
        ("[parameters('P')]", "done"),
        ("[parameters('list')[1].A]", "Y"),
        ("[variables('map')['high key']]", "H"),
        ("[variables('map')['HIGH KEY']]", "H"),
        ("[string(variables('squares'))]", "[0,1,4]"),
        ("[string(variables('object').made[1].n)]", "11"),
        ("[if(equals(1, 2), div(1, 0), 'lazy')]", "lazy"),
        ("[string(and(false(), equals(div(1, 0), 1)))]", "False"),
        ("[coalesce(null(), json('null'), 'third')]", "third"),
        ("[subscription().subscriptionId]", "5b"),
        (
            "[resourceId('Microsoft.Logic/workflows', 'f')]",
            "/subscriptions/5b/resourceGroups/unknown/providers/Microsoft.Logic/workflows/f",
        ),
        (
            "[resourceId('s', 'g', 'Microsoft.Logic/workflows/triggers', 'f', 'manual')]",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/f/triggers/manual",
        ),
        (
            "[subscriptionResourceId('Microsoft.X/y', 'z')]",
            "/subscriptions/5b/providers/Microsoft.X/y/z",
        ),
        (
            "[format('{0} {1}', deployment().name, length(range(0, 5)))]",
            "deployment 5",
        ),
    ] {
        assert_eq!(
            evaluated(extra, expression).as_deref(),
            Ok(expected),
            "{expression}"
        );
    }
}

#[test]
fn what_azure_would_refuse_is_said_with_its_place() {
    let extra = r#""variables": {"v": {"known": 1}, "list": [1]},"#;
    let mut said = String::new();
    for expression in [
        "[variables('w')]",
        "[parameters('p')]",
        "[variables('v').unknown]",
        "[variables('list')[1]]",
        "[variables('list').a]",
        "[mod(1, 0)]",
        "[concat('a'",
        "[concat('a')) ]",
        "[copyIndex()]",
        "[copyIndex('x')]",
        "[toLower()]",
        "[if(1, 2, 3)]",
        "[and(1)]",
        "[resourceId('x')]",
        "[a.b('c')]",
        "[conct('a', 'b')]",
        "[reference('x').y]",
    ] {
        let seen =
            evaluated(extra, expression).map_or_else(|told| told, |text| format!("= {text}"));
        said.push_str(
            &[
                expression, "  ", &seen, "
",
            ]
            .concat(),
        );
    }
    insta::assert_snapshot!(said, @r"
    [variables('w')]  problem  resources[0].properties.description: the template has no variable `w`
    [parameters('p')]  problem  resources[0].properties.description: the template has no parameter `p`
    [variables('v').unknown]  problem  resources[0].properties.description: asks an object for its property `unknown`, which it does not have; it has `known`
    [variables('list')[1]]  problem  resources[0].properties.description: asks for item 1 of an array of 1
    [variables('list').a]  problem  resources[0].properties.description: asks an array for its property `a`
    [mod(1, 0)]  problem  resources[0].properties.description: mod() divides 1 by zero: is an array empty that must not be?
    [concat('a'  = [concat('a'
    [concat('a')) ]  problem  resources[0].properties.description: expected the end of the expression, found `)` behind 11 bytes of it
    [copyIndex()]  problem  resources[0].properties.description: copyIndex() stands outside of a loop
    [copyIndex('x')]  problem  resources[0].properties.description: copyIndex() names the loop `x`, which is not running
    [toLower()]  problem  resources[0].properties.description: toLower() takes 1 argument, not 0
    [if(1, 2, 3)]  problem  resources[0].properties.description: if() takes a boolean, not a number
    [and(1)]  problem  resources[0].properties.description: and() takes booleans, not a number
    [resourceId('x')]  problem  resources[0].properties.description: resourceId() takes a type such as `Microsoft.Logic/workflows` and its names
    [a.b('c')]  missing  resources[0].properties.description: left out, since the function `a.b()` at a.json: resources[0].properties.description is not known
    [conct('a', 'b')]  missing  resources[0].properties.description: left out, since the function `conct()` at a.json: resources[0].properties.description is not known; did you mean `concat()`?
    [reference('x').y]  missing  resources[0].properties.description: left out, since only Azure knows what reference() gives
    ");
}

#[test]
fn a_failing_variable_fails_the_template_even_if_nothing_uses_it() {
    let extra = r#""variables": {"a": "[div(1, 0)]"},"#;
    let said = evaluated(extra, "plain").unwrap_err();
    assert!(
        said.contains("variables.a: div() divides 1 by zero"),
        "{said}"
    );
}

#[test]
fn what_only_azure_knows_does_no_harm_where_nobody_needs_it() {
    let extra = r#""parameters": {"secret": {"type": "secureString", "defaultValue": "SECRET"}},
        "variables": {"url": "[conct(reference('x').outputs)]", "key": "[listKeys('x', '1').key]"},"#;
    let resource = automation("", "a", "plain").replace(
        "\"actions\": []",
        r#""actions": [{"actionType": "LogicApp", "logicAppResourceId": "/x/f",
            "uri": "[concat(variables('url'), parameters('secret'))]"}]"#,
    );
    let imported = imported(&template(extra, &resource), &[]);
    loaded(&imported);
    insta::assert_snapshot!(told(&imported), @"missing  resources[0].properties.actions[0]: Azure never shows the callback URL of workflow `f`: supply it as F_URL");
    let named = template(extra, &automation("", "[parameters('secret')]", "x"));
    assert!(!shown(&super::kit::imported(&named, &[])).contains("SECRET"));
}

#[test]
fn a_needed_value_of_an_unknown_function_names_the_function_and_the_nearest_one() {
    let resource =
        automation("", "a", "x").replace("[subscription().id]", "[conct('/subscriptions/', '1')]");
    insta::assert_snapshot!(told(&imported(&template("", &resource), &[])), @"problem  resources[0].properties.scopes[0].scopePath: the function `conct()` at a.json: resources[0].properties.scopes[0].scopePath is not known; did you mean `concat()`?");
}

#[test]
fn loops_over_resources_and_conditions_are_unrolled() {
    let looped = automation(
        r#""copy": {"name": "each", "count": 3}, "condition": "[not(equals(copyIndex(), 1))]","#,
        "[concat('a-', copyIndex(1))]",
        "[string(copyIndex('each'))]",
    );
    insta::assert_snapshot!(shown(&imported(&template("", &looped), &[])), @r#"
    automations:
      - name: a-1
        description: "0"
        kinds: [Alerts]
        scopes:
          - /subscriptions/5b
        workflows: [a-1]
      - name: a-3
        description: "2"
        kinds: [Alerts]
        scopes:
          - /subscriptions/5b
        workflows: [a-3]
    changed  resources[0]: left out, as its condition is false
    missing  resources[0]: it has no actions, so it runs nothing in Azure: the workflow `a-1` stands for what it should run
    missing  resources[0]: it has no actions, so it runs nothing in Azure: the workflow `a-3` stands for what it should run
    "#);
}

#[test]
fn nested_deployments_see_the_scope_that_they_ask_for() {
    let nested = |options: &str, inner: &str| {
        format!(
            r#"{{"type": "Microsoft.Resources/deployments", "name": "n", "resourceGroup": "shop",
            "properties": {{{options} "parameters": {{"p": {{"value": "[concat(parameters('p'), '-given')]"}}}},
            "template": {{"parameters": {{"p": {{"type": "string"}}}}, "variables": {{"v": "inner"}}, "resources": [{inner}]}}}}}}"#
        )
    };
    let extra = r#""parameters": {"p": {"type": "string", "defaultValue": "outer"}}, "variables": {"v": "outer"},"#;
    let description = "[concat(parameters('p'), ' ', variables('v'))]";
    let one = automation("", "a", description);
    let seen = |text: String| deployed(&text, &[]).unwrap().description;
    assert_eq!(seen(template(extra, &nested("", &one))), "outer outer");
    let inner = r#""expressionEvaluationOptions": {"scope": "Inner"},"#;
    assert_eq!(
        seen(template(extra, &nested(inner, &one))),
        "outer-given inner"
    );
    let group = automation("", "a", "[resourceGroup().id]");
    assert_eq!(
        seen(template(extra, &nested(inner, &group))),
        "/subscriptions/5b/resourceGroups/shop"
    );
}

#[test]
fn a_policy_in_a_template_is_unescaped_and_expanded() {
    let automation = automation("", "a", "[[concat(parameters('p'), '!')]")
        .replace("[subscription", "[[subscription");
    let policy = format!(
        r#"{{"type": "Microsoft.Authorization/policyDefinitions", "name": "p", "properties": {{
        "parameters": {{"p": {{"type": "String", "defaultValue": "[concat('from ', 'outside')]"}}}},
        "policyRule": {{"then": {{"details": {{"deployment": {{"properties": {{
            "parameters": {{"p": {{"value": "[[parameters('p')]"}}}},
            "template": {{"parameters": {{"p": {{"type": "string"}}}}, "resources": [{automation}]}}}}}}}}}}}}}}}}"#
    );
    let azure = deployed(&template("", &policy), &[]).unwrap();
    assert_eq!(azure.description, "from outside!");
}

#[test]
fn a_parameters_file_gives_values_and_the_command_line_others() {
    let extra = r#""parameters": {"p": {"type": "string"}, "q": {"type": "string"}},"#;
    let text = template(
        extra,
        &automation("", "[parameters('p')]", "[parameters('q')]"),
    );
    let values = r#"{"$schema": "https://x/deploymentParameters.json#",
        "parameters": {"P": {"value": "from-file"}, "Q": {"value": "from-file"}}}"#;
    let files = [file("t.json", &text), file("t.parameters.json", values)];
    let imported = import(&files, &options(&["q=7"]));
    let config = loaded(&imported);
    let [one] = config.automations.as_slice() else {
        panic!("one automation");
    };
    assert_eq!((&*one.name, &*one.description), ("from-file", "7"));
}

#[test]
fn without_a_subscription_zeros_stand_in_and_it_is_said() {
    let text = template("", &automation("", "a", "x"));
    let imported = import(&[file("a.json", &text)], &crate::import::Options::default());
    insta::assert_snapshot!(shown(&imported), @r"
    automations:
      - name: a
        description: x
        kinds: [Alerts]
        scopes:
          - /subscriptions/00000000-0000-0000-0000-000000000000
        workflows: [a]
    missing  resources[0].properties.scopes[0].scopePath: the template asks Azure for its subscription: `/subscriptions/00000000-0000-0000-0000-000000000000` stands in and covers nothing; `--subscription ID` says which one
    missing  resources[0]: it has no actions, so it runs nothing in Azure: the workflow `a` stands for what it should run
    ");
}

#[test]
fn export_shaped_templates_build_their_sources_from_maps() {
    let extra = r#""parameters": {"types": {"type": "array", "defaultValue": ["alerts", "findings"]},
            "keys": {"type": "array", "defaultValue": ["k1", "k2"]}},
        "variables": {"sources": {"alerts": "Alerts", "findings": "SubAssessments"},
            "findings": {"copy": [{"name": "sets", "count": "[length(parameters('keys'))]", "input": {"rules": [
                {"propertyJPath": "id", "propertyType": "string", "operator": "Contains",
                 "expectedValue": "[replace('/assessments/{0}/', '{0}', parameters('keys')[copyIndex('sets')])]"}]}}]},
            "sets": {"alerts": "[json('null')]", "findings": "[variables('findings').sets]"},
            "all": {"copy": [{"name": "made", "count": "[length(parameters('types'))]", "input": {
                "eventSource": "[variables('sources')[parameters('types')[copyIndex('made')]]]",
                "ruleSets": "[variables('sets')[parameters('types')[copyIndex('made')]]]"}}]}},"#;
    let resource = automation("", "export", "x").replace(
        r#"[{"eventSource": "Alerts"}]"#,
        "\"[union(variables('all').made, createArray(createObject('eventSource', 'SecureScores')))]\"",
    );
    let resource = resource.replace(
        "\"actions\": []",
        r#""actions": [{"actionType": "EventHub",
            "eventHubResourceId": "[split('/n/eventhubs/hub/authorizationRules/r', '/authorizationRules/')[0]]",
            "connectionString": "[listKeys('x', '2017-04-01').primaryConnectionString]"}]"#,
    );
    let imported = imported(&template(extra, &resource), &[]);
    loaded(&imported);
    insta::assert_snapshot!(shown(&imported), @r"
    automations:
      - name: export
        description: x
        kinds: [Alerts, SecureScores]
        scopes:
          - /subscriptions/5b
        workflows: [hub]
      - name: export-2
        description: x
        kinds: [SubAssessments]
        scopes:
          - /subscriptions/5b
        rule_sets:
          - rules:
              - {property: id, operator: Contains, value: /assessments/k1/}
          - rules:
              - {property: id, operator: Contains, value: /assessments/k2/}
        workflows: [hub]
    changed  resources[0]: `export` has sources with different rules, so it becomes 2 automations: `export` for Alerts, SecureScores; `export-2` for SubAssessments
    missing  resources[0].properties.actions[0]: workflow `hub` was an Event Hub: let its consumers read the source topic, or supply a webhook that produces to the hub as HUB_URL
    ");
}
