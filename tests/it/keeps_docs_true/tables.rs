//! The README's tables are the configuration and the catalogue of metrics.

use clap::CommandFactory as _;
use firebell::cli::Cli;
use firebell::config::DEFAULTS;
use firebell::document::{Node, Value, parse};
use firebell::lint::Lint;
use firebell::telemetry::catalogue::{CATALOGUE, Kind};

use super::markdown::table;
use super::text_of;

#[test]
fn the_readme_names_every_key_with_its_default() {
    let defaults = parse(DEFAULTS, "defaults").unwrap();
    let mut expected = Vec::new();
    leaves(&defaults, "", &mut expected);
    let rows = table(&text_of("README.md"), "## Configuration");
    let written: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row[0].replace('`', ""), row[1].clone()))
        .collect();
    assert_eq!(written, expected);
    for row in rows {
        assert!(row[2].len() > 3, "{}: no meaning", row[0]);
    }
}

/// The keys that hold a value, and the value as the table writes it.
fn leaves(node: &Node, key: &str, found: &mut Vec<(String, String)>) {
    if node.entries().is_empty() {
        return found.push((key.to_owned(), shown(node)));
    }
    for (name, below) in node.entries() {
        let key = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        leaves(below, &key, found);
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null | Value::Unresolved | Value::Map(_) => "none".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(text) | Value::Text(text) => format!("`{text}`"),
        Value::List(items) if items.is_empty() => "none".to_owned(),
        Value::List(items) => items.iter().map(item).collect::<Vec<_>>().join(", "),
    }
}

/// A retry tier is its topic and its delay; all other lists are of single values.
fn item(node: &Node) -> String {
    match node.entries() {
        [] => shown(node),
        [(_, first), ..] => shown(first),
    }
}

#[test]
fn the_readme_names_every_metric() {
    let rows = table(&text_of("README.md"), "## Metrics");
    let expected: Vec<Vec<String>> = CATALOGUE
        .iter()
        .map(|metric| {
            let kind = match metric.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            let labels: Vec<String> = metric
                .labels
                .iter()
                .map(|label| format!("`{label}`"))
                .collect();
            vec![
                format!("`{}`", metric.name),
                kind.to_owned(),
                labels.join(", "),
                metric.help.to_owned(),
            ]
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_lints_are_those_of_their_document() {
    let rows = table(&text_of("docs/lints.md"), "# Lints");
    let names: Vec<String> = rows.iter().map(|row| row[0].replace('`', "")).collect();
    let expected: Vec<&str> = Lint::ALL.into_iter().map(Lint::name).collect();
    assert_eq!(names, expected);
    for row in rows {
        assert!(row[1].len() > 10 && row[2].len() > 3, "{row:?}");
    }
}

#[test]
fn the_readme_names_every_command_and_flag() {
    let readme = text_of("README.md");
    let named: String = table(&readme, "## Commands")
        .into_iter()
        .flatten()
        .collect();
    for command in Cli::command().get_subcommands() {
        is_named(command, "firebell", &named);
    }
}

/// A command, or those below it, with all flags.
fn is_named(command: &clap::Command, above: &str, named: &str) {
    let name = format!("{above} {}", command.get_name());
    assert!(named.contains(&format!("`{name}")), "{name}");
    for flag in command.get_arguments().filter_map(|flag| flag.get_long()) {
        assert!(named.contains(&format!("--{flag}")), "{name}: --{flag}");
    }
    for below in command.get_subcommands() {
        is_named(below, &name, named);
    }
}

#[test]
fn the_rule_language_names_every_built_in_template_and_parameter() {
    let file = parse(&text_of("config/templates.yaml"), "templates").unwrap();
    let Value::List(templates) = &file.get("templates").unwrap().value else {
        panic!("a list of templates");
    };
    let mut expected = Vec::new();
    for template in templates {
        let name = shown(template.get("name").unwrap());
        for (parameter, node) in template.get("parameters").unwrap().entries() {
            let usual = shown(node.get("default").unwrap());
            let takes = match (node.get("allowed"), node.get("type").unwrap().scalar()) {
                (Some(allowed), _) => takes(allowed),
                (None, Some("array")) => "a list".to_owned(),
                (None, _) => "a text".to_owned(),
            };
            let parameter = format!("`{parameter}`");
            expected.push(vec![
                name.clone(),
                parameter,
                takes,
                usual.replace("``", "none"),
            ]);
        }
    }
    let rows = table(&text_of("docs/rules.md"), "### Built-in templates");
    assert_eq!(rows, expected);
}

/// The values of a list, or the keys of a map.
fn takes(node: &Node) -> String {
    let names = node.entries().iter().map(|(name, _)| format!("`{name}`"));
    match names.collect::<Vec<_>>().join(", ") {
        list if list.is_empty() => shown(node),
        keys => keys,
    }
}

#[test]
fn the_image_and_the_readme_name_the_manifests_versions() {
    let manifest = text_of("Cargo.toml");
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(key));
        line.unwrap().trim_matches([' ', '=', '"']).to_owned()
    };
    let (rust, version) = (value("rust-version"), value("version"));
    let image = text_of("Dockerfile");
    assert!(image.contains(&format!("FROM rust:{rust}-slim-bookworm AS build")));
    assert!(image.contains(&format!("image.version=\"{version}\"")));
    assert!(text_of("README.md").contains(&format!("All want Rust {rust},")));
}
