//! The schemas for editors are those of the readers, and every file of ours is valid.

use std::collections::BTreeSet;
use std::fs;

use firebell::cli::SchemaOf;
use firebell::commands::schema::schema;
use firebell::config::{Sources, load, schema as schemas};
use firebell::document::{Node, Value as Written, parse};
use jsonschema::Validator;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::markdown::{block, blocks};
use super::{files, text_of};

pub(super) fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::meta::validate(schema).unwrap();
    jsonschema::draft202012::new(schema).unwrap()
}

/// A YAML text as a validator sees it.
fn instance(text: &str) -> Value {
    json_of(&parse(text, "yaml").unwrap())
}

fn json_of(node: &Node) -> Value {
    match &node.value {
        Written::Null | Written::Unresolved => Value::Null,
        Written::Bool(flag) => json!(flag),
        Written::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Written::Text(text) => json!(text),
        Written::List(items) => items.iter().map(json_of).collect(),
        Written::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.clone(), json_of(node)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

pub(super) fn must_be_valid(validator: &Validator, text: &str, what: &str) {
    let instance = instance(text);
    let errors: Vec<String> = validator
        .iter_errors(&instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}\n{text}\n{}", errors.join("\n"));
}

#[test]
fn the_schemas_of_the_repository_are_those_that_the_command_prints() {
    for (of, path) in [
        (SchemaOf::Automations, "config/schema/automations.json"),
        (SchemaOf::Config, "config/schema/config.json"),
    ] {
        let mut out = Vec::new();
        schema(of, &mut out).unwrap();
        let printed = String::from_utf8(out).unwrap();
        let command = format!("firebell schema {of:?} > {path}").to_lowercase();
        assert!(text_of(path) == printed, "{path} is old: {command}");
    }
}

#[test]
fn every_file_of_the_repository_names_its_schema_and_is_valid() {
    let mut seen = 0;
    for path in files("config") {
        // The presets are read by us alone: `docs/requests/` is their manual.
        if path.starts_with("config/schema/") || path.starts_with("config/presets/") {
            continue;
        }
        let text = text_of(&path);
        let first = text.lines().next().unwrap();
        let named = first.strip_prefix("# yaml-language-server: $schema=");
        let named = named.unwrap_or_else(|| panic!("{path}: {first}"));
        let schema = serde_json::from_str(&text_of(&format!("config/{named}"))).unwrap();
        must_be_valid(&validator(&schema), &text, &path);
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} files");
}

#[test]
fn every_example_of_the_documents_is_valid() {
    let (rules, config) = (
        validator(&schemas::rules()),
        validator(&schemas::configuration()),
    );
    let readme = text_of("README.md");
    for (info, validator) in [
        ("yaml firebell.yaml", &config),
        ("yaml event-hubs", &config),
        ("yaml automations.yaml", &rules),
        ("yaml assignments", &rules),
    ] {
        must_be_valid(validator, &block(&readme, info), info);
    }
    let language = text_of("docs/rules.md");
    let mut seen = 0;
    for example in blocks(&language) {
        let list = match example.info.as_str() {
            "yaml automation" => "automations",
            "yaml template" => "templates",
            "yaml assignment" => "assignments",
            _ => continue,
        };
        let item = example.text.trim_end().replace('\n', "\n    ");
        must_be_valid(&rules, &format!("{list}:\n  - {item}"), &example.heading);
        seen += 1;
    }
    assert!(seen > 15, "only {seen} examples");
    for page in files("docs/requests") {
        let examples = blocks(&text_of(&page));
        for example in examples
            .iter()
            .filter(|block| block.info == "yaml workflows")
        {
            must_be_valid(&config, &example.text, &page);
        }
    }
    let groups = block(&language, "yaml management groups").replace('\n', "\n  ");
    must_be_valid(
        &config,
        &format!("management_groups:\n  {groups}"),
        "groups",
    );
}

/// The keys of the section at a place of a schema.
fn keys(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let section = schema
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{pointer}"));
    assert_eq!(section["additionalProperties"], json!(false), "{pointer}");
    section["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

/// What the reader knows at the place of an unknown key, as its help names it.
fn known(config: &str, rules: &str) -> BTreeSet<String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("firebell.yaml");
    fs::write(&file, config).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let said = load(&sources).unwrap_err().to_string();
    let mut lines = said
        .lines()
        .skip_while(|line| !line.contains("zz: unknown key"));
    let help = lines
        .nth(1)
        .unwrap_or_else(|| panic!("{config}\n{rules}\n{said}"));
    let (_, names) = help.split_once("known here: ").unwrap();
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_rules_schema_has_the_keys_that_are_read_and_no_other() {
    let schema = schemas::rules();
    let table = [
        ("", "zz: 1"),
        ("/$defs/automation", "automations: [{ zz: 1 }]"),
        (
            "/$defs/rule_set",
            "automations: [{ rule_sets: [{ zz: 1 }] }]",
        ),
        (
            "/$defs/rule",
            "automations: [{ rule_sets: [{ rules: [{ zz: 1 }] }] }]",
        ),
        ("/$defs/template", "templates: [{ zz: 1 }]"),
        (
            "/$defs/parameter",
            "templates: [{ parameters: { a: { zz: 1 } }, automation: {} }]",
        ),
        (
            "/$defs/template_automation",
            "templates: [{ automation: { zz: 1 } }]",
        ),
        (
            "/$defs/template_rule_set",
            "templates: [{ automation: { rule_sets: [{ zz: 1, rules: [] }] } }]",
        ),
        (
            "/$defs/template_rule",
            "templates: [{ automation: { rule_sets: [{ rules: [{ zz: 1 }] }] } }]",
        ),
        (
            "/$defs/condition",
            "templates: [{ automation: { rule_sets: [{ when: { zz: 1 }, rules: [] }] } }]",
        ),
        ("/$defs/assignment", "assignments: [{ zz: 1 }]"),
    ];
    for (pointer, rules) in table {
        let read = known("sources: [a]\nautomations: [rules.yaml]\n", rules);
        assert_eq!(keys(&schema, pointer), read, "{pointer}");
    }
    // The tests have a reader of their own.
    let sections = schema["$defs"].as_object().unwrap().iter();
    let sections = sections.filter(|(_, value)| value.get("properties").is_some());
    let names: BTreeSet<&str> = sections.map(|(name, _)| name.as_str()).collect();
    let held = table
        .iter()
        .filter_map(|(pointer, _)| pointer.strip_prefix("/$defs/"));
    let held: BTreeSet<&str> = held.chain(["test"]).collect();
    assert_eq!(names, held);
}

/// `src/config/tests/whole.rs` holds all other keys of the configuration to the defaults.
#[test]
fn the_configuration_schema_has_the_keys_that_are_read_and_no_other() {
    let schema = schemas::configuration();
    let table = [
        ("", "zz: 1"),
        (
            "/properties/sources/anyOf/0/anyOf/0/items/anyOf/1",
            "sources: [{ zz: 1 }]",
        ),
        (
            "/properties/retry/properties/tiers/items",
            "retry: { tiers: [{ zz: 1 }] }",
        ),
        (
            "/properties/management_groups/anyOf/0/anyOf/0/additionalProperties",
            "management_groups: { a: { zz: 1 } }",
        ),
        (
            "/properties/workflows/additionalProperties",
            "workflows: { a: { zz: 1 } }",
        ),
        (
            "/properties/workflows/additionalProperties/properties/backoff",
            "workflows: { a: { backoff: { zz: 1 } } }",
        ),
        (
            "/properties/workflows/additionalProperties/properties/batch",
            "workflows: { a: { batch: { zz: 1 } } }",
        ),
        (
            "/properties/workflows/additionalProperties/properties/template/anyOf/0/anyOf/1",
            "workflows: { a: { template: { zz: 1 } } }",
        ),
    ];
    for (pointer, config) in table {
        assert_eq!(keys(&schema, pointer), known(config, ""), "{pointer}");
    }
    let defaults = text_of("config/firebell.yaml");
    let defaults = parse(&defaults, "defaults").unwrap();
    for (name, node) in defaults.entries() {
        if matches!(name.as_str(), "workflows" | "management_groups") || node.entries().is_empty() {
            continue;
        }
        let written: BTreeSet<String> = node.entries().iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(
            keys(&schema, &format!("/properties/{name}")),
            written,
            "{name}"
        );
    }
}

#[test]
fn what_the_readers_take_in_an_unusual_form_is_valid() {
    let config = "sources: a, b
automations: '*s.yaml'
kafka: { group_protocol: CONSUMER, topic_partitions: '8', create_topics: 'true', security: , properties: { check.crcs: true } }
log: { level: Debug }
retry: { max_age: 48h, max_attempts: 5 }
decode: { max_bytes: 4096 }
workflows: { note: { url: 'http://localhost/', max_in_flight: '4', backoff: { min: } } }
";
    let rules = "automations:
  - name: 1
    description: ''
    enabled: ~
    expires:
    priority: '5'
    stop: 'true'
    kinds: [ALERTS, Recommendations]
    scopes: []
    rule_sets:
      - rules:
          - { property: a, operator: equals, value: ~, type: sTRING }
          - { property: a, operator: NOTIN, value: [1, true, x, ~] }
          - { property: a, operator: notexists, type: ~ }
          - { property: a, operator: AtLeast, value: high }
      - rules: []
    workflows: [note]
templates:
assignments: [{ name: 2, template: any, parameters: { a: [1] }, workflows: [note], priority: }]
";
    let templates = "templates:
  - name: any
    parameters: { a: { type: ARRAY, default: ~, allowed: ['1'] } }
    automation:
      kinds: [alerts]
      priority: 7
      rule_sets:
        - { for_each: [a], when: , rules: [{ property: x, operator: Equals, value: '${each.a}' }] }
";
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("firebell.yaml", config),
        ("rules.yaml", rules),
        ("templates.yaml", templates),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let sources = Sources {
        file: Some(folder.path().join("firebell.yaml")),
        environment: Vec::new(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{error}"));
    must_be_valid(
        &validator(&schemas::configuration()),
        config,
        "configuration",
    );
    let validator = validator(&schemas::rules());
    must_be_valid(&validator, rules, "rules");
    must_be_valid(&validator, templates, "templates");
}

#[test]
fn mistakes_are_not_valid() {
    let rules = validator(&schemas::rules());
    let one =
        |rest: &str| format!("automations: [{{ name: a, kinds: [alerts], workflows: [b]{rest} }}]");
    let rule = |rule: &str| one(&format!(", rule_sets: [{{ rules: [{{ {rule} }}] }}]"));
    must_be_valid(
        &rules,
        &rule("property: a, operator: In, value: [x]"),
        "right",
    );
    for text in [
        "{}".to_owned(),
        "automation: []".to_owned(),
        one(", colour: red"),
        one(", priority: 10001"),
        one("").replace("[alerts]", "[alert]"),
        one("").replace("[b]", "[]"),
        one("").replace("name: a, ", ""),
        rule("property: a, operator: LessThan, value: 1"),
        rule("property: a, operator: In, value: x"),
        rule("property: a, operator: equals, value: [x]"),
        rule("property: a, operator: Exists, value: x"),
        rule("property: a, operator: AtMost, value: Severe"),
        rule("property: a, operator: Equals, value: x, type: Text"),
        rule("property: a, operator: Equals"),
        rule("property: a, operator: Equals, value: x, when: { empty: b }"),
        "templates: [{ name: a, automation: { kinds: [alerts], name: b } }]".to_owned(),
        "templates: [{ name: a, parameters: { b: { type: list } }, automation: { kinds: [alerts] } }]".to_owned(),
        "assignments: [{ name: a, workflows: [b] }]".to_owned(),
        "tests: [{ name: a, fires: [] }]".to_owned(),
        "tests: [{ name: a, event: {}, file: b, fires: [] }]".to_owned(),
        "tests: [{ name: a, event: {}, fires: [], fires_at_least: [b] }]".to_owned(),
    ] {
        assert!(!rules.is_valid(&instance(&text)), "{text}");
    }
    let config = validator(&schemas::configuration());
    for text in [
        "kafka: { group_protocol: classical }",
        "kafka: { group: a }",
        "log: { level: loud }",
        "workflows: { a: { timeout: 5s } }",
        "workflows: { 'a b': { url: x } }",
        "retry: { max_attempts: many }",
    ] {
        assert!(!config.is_valid(&instance(text)), "{text}");
    }
}
