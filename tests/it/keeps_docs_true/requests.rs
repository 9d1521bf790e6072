//! The pages about requests: each has an example that loads, each preset has its page.

use std::fs;

use firebell::config::{Mode, Sources, load};
use firebell::document::parse;
use firebell::render::{DELIVERY, FILTERS, SUMMARY, TESTS};
use tempfile::TempDir;

use super::examples::VARIABLES;
use super::markdown::{blocks, quoted, table};
use super::{files, text_of};

fn pages() -> Vec<String> {
    let pages = files("docs/requests").into_iter();
    pages
        .filter(|page| page != "docs/requests/README.md")
        .collect()
}

#[test]
fn every_page_about_requests_has_an_example_that_loads() {
    let index = text_of("docs/requests/README.md");
    let mut seen = 0;
    for page in pages() {
        let name = page.rsplit('/').next().unwrap();
        assert!(
            index.contains(&format!("({name})")),
            "{name}: not in the index"
        );
        let text = text_of(&page);
        let examples = blocks(&text)
            .into_iter()
            .filter(|block| block.info == "yaml workflows");
        let mut of_page = 0;
        for example in examples {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("firebell.yaml");
            fs::write(&file, format!("sources: [events]\n{}", example.text)).unwrap();
            let environment = VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let sources = Sources {
                file: Some(file),
                environment: environment.to_vec(),
            };
            let config = load(&sources).unwrap_or_else(|error| panic!("{page}: {error}"));
            assert!(!config.workflows.is_empty(), "{page}");
            of_page += 1;
        }
        assert!(of_page > 0, "{page}: no example");
        seen += of_page;
    }
    assert!(seen >= 12, "only {seen} examples");
}

#[test]
fn every_preset_has_a_page_that_names_its_settings() {
    let presets = files("config/presets");
    assert!(presets.len() >= 6);
    for path in presets {
        let name = path.rsplit('/').next().unwrap().replace(".yaml", "");
        let page = text_of(&format!("docs/requests/{name}.md"));
        assert!(page.starts_with(&format!("# Preset `{name}`")), "{name}");
        assert!(
            page.contains(&format!("preset: {name}")),
            "{name}: no example"
        );
        let file = parse(&text_of(&path), &path).unwrap();
        let settings = file.get("settings").unwrap();
        if settings.entries().is_empty() {
            continue;
        }
        let rows = table(&page, &format!("# Preset `{name}`"));
        let named: Vec<(String, String)> = rows
            .iter()
            // Another table has two columns.
            .take_while(|row| row.len() == 3)
            .map(|row| (row[0].replace('`', ""), row[1].replace('`', "")))
            .collect();
        let expected = settings.entries().iter().map(|(setting, node)| {
            let default = node.get("default").and_then(|node| node.scalar());
            let default = match default {
                None => "none: required",
                Some("") => "none",
                Some(text) => text,
            };
            (setting.clone(), default.to_owned())
        });
        assert_eq!(named, expected.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_page_about_templates_names_every_value_filter_and_test() {
    let page = text_of("docs/requests/template.md");
    let rows = table(&page, "## Filters and tests");
    assert_eq!(quoted(&rows[0][1]), FILTERS);
    assert_eq!(quoted(&rows[1][1]), TESTS);
    let values = table(&page, "## Values");
    for (name, known) in [("`delivery`", &DELIVERY[..]), ("`summary`", &SUMMARY[..])] {
        let row = values.iter().find(|row| row[0] == name).unwrap();
        for value in known {
            assert!(row[1].contains(&format!("`{value}`")), "{name}: {value}");
        }
    }
}

#[test]
fn a_workflow_without_a_word_about_its_requests_is_binary() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = "sources: [events]\nworkflows: {a: {url: 'http://h.example/'}}\n";
    fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let config = load(&sources).unwrap();
    let requests = &config.workflows["a"].requests;
    assert!(matches!(requests.mode, Mode::Binary) && requests.batch.max_events == 1);
}
