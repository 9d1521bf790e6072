use std::fmt::Write as _;
use std::fs;

use crate::config::{Config, Sources, load};
use crate::lint::{Lint, Warning, lint};

/// 2026-01-01T00:00:00Z.
pub(super) const NOW: i64 = 1_767_225_600_000;

const LEAST: &str = "sources: [events]
automations: [rules.yaml]
workflows:
  page: { url: 'https://example.test/SECRET' }
";

/// A configuration with these automations in `rules.yaml`.
pub(super) fn loaded(configuration: &str, rules: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    fs::write(&file, configuration).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let loaded = load(&sources);
    let _gone = folder.close();
    loaded.unwrap_or_else(|error| panic!("{error}"))
}

/// Automations with these rule sets, each with these rules, written in braces.
pub(super) fn rule_sets(kinds: &str, sets: &[&[&str]]) -> String {
    let mut text = format!("automations:\n  - name: a\n    kinds: [{kinds}]\n    rule_sets:\n");
    for set in sets {
        text.push_str("      - rules:\n");
        for rule in *set {
            let _written = writeln!(text, "          - {{{rule}}}");
        }
    }
    text + "    workflows: [page]\n"
}

pub(super) fn warnings(rules: &str) -> (Config, Vec<Warning>) {
    let config = loaded(LEAST, rules);
    let warnings = lint(&config, NOW);
    (config, warnings)
}

/// What is said of these automations, without the folder.
pub(super) fn said(rules: &str) -> String {
    let (config, warnings) = warnings(rules);
    let shown: Vec<String> = warnings
        .iter()
        .map(|warning| {
            let shown = warning.shown(&config.texts);
            let lines = shown
                .lines()
                .map(|line| match line.split_once("rules.yaml:") {
                    Some((_, place)) if line.starts_with(" --> ") => {
                        format!(" --> rules.yaml:{place}")
                    }
                    _ => line.to_owned(),
                });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    shown.join("\n\n")
}

/// What is said of one rule set.
pub(super) fn said_of(kinds: &str, rules: &[&str]) -> String {
    said(&rule_sets(kinds, &[rules]))
}

/// The lints that find something.
pub(super) fn lints(rules: &str) -> Vec<Lint> {
    let (_, warnings) = warnings(rules);
    warnings.iter().map(|warning| warning.lint).collect()
}
