//! Who may know what: the table of ARCHITECTURE.md, and the rules beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::markdown::{quoted, table};
use super::{none, places_of, sources, text_of};

#[test]
fn modules_import_what_the_architecture_says() {
    let rows = table(&text_of("ARCHITECTURE.md"), "## Who may import whom");
    let mut allowed: BTreeMap<String, (BTreeSet<String>, Vec<String>)> = BTreeMap::new();
    for row in &rows {
        let ours: BTreeSet<String> = quoted(&row[1]).into_iter().collect();
        for module in quoted(&row[0]) {
            allowed.insert(module, (ours.clone(), quoted(&row[2])));
        }
    }
    let mut wrong = Vec::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let Some((ours, never)) = allowed.get(&module) else {
            wrong.push(format!("{path}: {module} is not in the table"));
            continue;
        };
        for name in imported(&text) {
            if name != module && !ours.contains(&name) {
                wrong.push(format!("{path}: imports {name}"));
            }
            used.entry(module.clone()).or_default().insert(name);
        }
        for name in never.iter().filter(|name| names(&text, name)) {
            wrong.push(format!("{path}: never {name}"));
        }
    }
    for (module, (ours, _)) in &allowed {
        let unused = ours.difference(used.entry(module.clone()).or_default());
        wrong.extend(unused.map(|name| format!("{module} does not import {name} any more")));
    }
    none(&wrong, "ARCHITECTURE.md says who may import whom:");
}

fn module_of(path: &str) -> String {
    let below = path.strip_prefix("src/").unwrap();
    let first = below.split('/').next().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of ours that a text names.
fn imported(text: &str) -> BTreeSet<String> {
    assert!(!text.contains("use crate::{"), "one line a module, please");
    let mut found = BTreeSet::new();
    for prefix in ["crate::", "firebell::"] {
        for rest in text.split(prefix).skip(1) {
            let name = rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
            found.extend(name.take(1).map(str::to_owned));
        }
    }
    found.remove("");
    found
}

/// Whether a text names a crate, or an item of one, such as `std::time`.
fn names(text: &str, what: &str) -> bool {
    let before: Vec<&str> = text.split(&format!("{what}::")).collect();
    let (_last, before) = before.split_last().unwrap();
    before
        .iter()
        .any(|text| !text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn only_config_reads_files_and_the_environment() {
    let words = ["fs::", "File::", "env::var", "env::temp_dir", "glob::"];
    let writers = [
        "src/commands/demo/stage.rs",
        "src/commands/import.rs",
        "src/commands/test/junit.rs",
    ];
    let may = |path: &str| path.starts_with("src/config/") || writers.contains(&path);
    none(
        &places_of(&words, &may),
        "only src/config, and the demo, the import and the test report for their own files:",
    );
}

#[test]
fn metrics_are_made_in_the_catalogue_alone() {
    let words = ["counter!", "gauge!", "histogram!", "Label::new"];
    let may = |path: &str| path.starts_with("src/telemetry/catalogue");
    none(&places_of(&words, &may), "only src/telemetry/catalogue:");
}

#[test]
fn only_commands_print_and_choose_the_exit_code() {
    let words = [
        "println!",
        "print!(",
        "stdout()",
        "stderr()",
        "ExitCode",
        "process::exit",
    ];
    let may = |path: &str| path == "src/main.rs" || path.starts_with("src/commands/");
    none(
        &places_of(&words, &may),
        "only src/main.rs and src/commands:",
    );
}

#[test]
fn the_wall_clock_is_read_in_one_place() {
    let words = ["SystemTime", "Timestamp::now", "Zoned::now"];
    let may = |path: &str| path == "src/clock.rs";
    none(&places_of(&words, &may), "only src/clock.rs:");
}

#[test]
fn a_secret_is_exposed_only_where_it_is_used() {
    let may = |path: &str| {
        [
            "src/config/secret.rs",
            // The Kafka client's settings.
            "src/consume/client.rs",
            "src/consume/tokens.rs",
            // The proxy.
            "src/deliver/egress/mod.rs",
            // The request, its settings, and the scheme, host and port that `check` shows.
            "src/deliver/request.rs",
            "src/deliver/request/template.rs",
            // What shows who we are: headers, signatures, certificates.
            "src/deliver/sender.rs",
            "src/deliver/sign.rs",
            "src/deliver/client.rs",
            // The request for a token.
            "src/oauth/fetch.rs",
            "src/commands/check.rs",
            // Values are taken out of what the Kafka client says.
            "src/consume/unusable.rs",
        ]
        .contains(&path)
    };
    none(
        &places_of(&[".expose()", "::expose"], &may),
        "a secret leaves its type here:",
    );
}

#[test]
fn unsafe_code_stands_in_named_rooms_alone() {
    // Calls that the binding does not wrap, or for UTF-8 names alone.
    let rooms = [
        "src/consume/header.rs",
        "src/consume/look.rs",
        "src/consume/membership.rs",
    ];
    let may = |path: &str| rooms.contains(&path);
    let words = ["unsafe {", "unsafe fn", "unsafe impl"];
    none(&places_of(&words, &may), "in a named room alone:");
    let queue = &["unbounded_channel"];
    none(&places_of(queue, &|_| false), "nowhere in src:");
}
