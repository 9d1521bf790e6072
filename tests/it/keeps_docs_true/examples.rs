//! Every example of the documents, and every configuration of the repository, does what is said.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use firebell::clock;
use firebell::config::{Config, Decode, SourceKind, Sources, load};
use firebell::decode::{Decoder, Extractor, Needs, Reading};
use firebell::event::EventKind;
use firebell::lint::lint;
use firebell::rules::{Matching, RuleIndex, Scan};
use tempfile::TempDir;

use super::markdown::{Block, block, blocks, table};
use super::{files, root, text_of};

/// What the examples want of the environment.
pub(super) const VARIABLES: [(&str, &str); 17] = [
    ("PAGE_ON_CALL_URL", "https://workflows.example/page"),
    ("OPEN_TICKET_URL", "https://workflows.example/ticket"),
    ("WORKFLOW_URL", "https://workflows.example/run"),
    ("TOKEN", "not-a-token"),
    ("AUDIT_URL", "https://workflows.example/audit"),
    (
        "EVENT_HUBS_CONNECTION_STRING",
        "Endpoint=sb://example.test/;SharedAccessKeyName=firebell;SharedAccessKey=hush=",
    ),
    ("EVENT_HUBS_CLIENT_SECRET", "hush"),
    ("KAFKA_CLIENT_SECRET", "hush"),
    ("KAFKA_KEY_PASSWORD", "hush"),
    ("KAFKA_PASSWORD", "hush"),
    ("PROXY_PASSWORD", "hush"),
    ("FIREBELL_DEMO_RECEIVER", "http://127.0.0.1:1"),
    (
        "LOGIC_APP_URL",
        "https://logic.example/?api-version=1&sig=x",
    ),
    ("GENIE_KEY", "key"),
    ("AZURE_TENANT_ID", "22222222-2222-2222-2222-222222222222"),
    ("AZURE_CLIENT_ID", "33333333-3333-3333-3333-333333333333"),
    ("AZURE_FEDERATED_TOKEN_FILE", "secrets/token"),
];

pub(super) fn loaded(file: PathBuf) -> Config {
    let environment = VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let name = file.display().to_string();
    let sources = Sources {
        file: Some(file),
        environment: environment.to_vec(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_readmes_configuration_and_automations_load() {
    let readme = text_of("README.md");
    let folder = TempDir::new().unwrap();
    for name in ["firebell.yaml", "automations.yaml"] {
        let text = block(&readme, &format!("yaml {name}"));
        fs::write(folder.path().join(name), text).unwrap();
    }
    let config = loaded(folder.path().join("firebell.yaml"));
    assert!(!config.automations.is_empty() && !config.workflows.is_empty());
    no_warnings("README.md", &config);
}

#[test]
fn the_readmes_assignments_load() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("firebell.yaml");
    let config = "sources: [events]
automations: [rules.yaml]
management_groups: {corp: {}}
workflows: {page-on-call: {url: 'https://workflows.example/page'}}
";
    let rules = block(&text_of("README.md"), "yaml assignments");
    fs::write(&file, config).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    assert!(!loaded(file).automations.is_empty());
}

#[test]
fn the_readmes_event_hubs_settings_load() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("firebell.yaml");
    let settings = block(&text_of("README.md"), "yaml event-hubs");
    fs::write(&file, format!("sources: [events]\n{settings}")).unwrap();
    loaded(file);
}

/// A part of a configuration in a page of `docs/` loads beside sources.
#[test]
fn every_part_of_a_configuration_in_a_page_loads() {
    let pages: Vec<String> = files("docs").into_iter().collect();
    let mut seen = 0;
    for page in pages {
        let parts = blocks(&text_of(&page)).into_iter();
        for part in parts.filter(|block| block.info == "yaml config") {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("firebell.yaml");
            fs::write(&file, format!("sources: [events]\n{}", part.text)).unwrap();
            loaded(file);
            seen += 1;
        }
    }
    assert!(seen >= 2, "only {seen} parts");
}

#[test]
fn every_configuration_of_the_repository_loads() {
    for name in ["demo.yaml", "example.yaml"] {
        let config = loaded(root().join("config").join(name));
        assert!(!config.automations.is_empty(), "{name}");
        no_warnings(name, &config);
    }
}

/// An unused workflow would be one, too.
fn no_warnings(name: &str, config: &Config) {
    let warnings = lint(config, clock::now_millis());
    let shown = warnings.iter().map(|one| one.shown(&config.texts));
    assert!(
        warnings.is_empty(),
        "{name}:\n{}",
        shown.collect::<String>()
    );
}

/// A text as an item of a list.
fn as_item(text: &str) -> String {
    format!("  - {}\n", text.trim_end().replace('\n', "\n    "))
}

/// An automation, or a rule of one, and the events that are shown to it.
struct Shown {
    scan: Scan,
    decoder: Decoder,
    rules: RuleIndex,
    extractor: Extractor,
}

/// What stands beside an automation: the management groups, and the templates so far.
#[derive(Default)]
struct Beside {
    groups: String,
    templates: Vec<String>,
}

impl Shown {
    /// Shows an item of a list of a rules file.
    fn new(list: &str, item: &str, beside: &Beside) -> Self {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let config = "sources: [events]
automations: [automations.yaml]
management_groups: groups.yaml
workflows:
  page-on-call: {url: '${env:PAGE_ON_CALL_URL}'}
  open-ticket: {url: '${env:OPEN_TICKET_URL}'}
";
        write("firebell.yaml", config);
        write("groups.yaml", &beside.groups);
        let templates: String = beside.templates.iter().map(|text| as_item(text)).collect();
        let templates = if templates.is_empty() {
            templates
        } else {
            format!("templates:\n{templates}")
        };
        let rules = format!("{templates}{list}:\n{}", as_item(item));
        write("automations.yaml", &rules);
        let automations = loaded(folder.path().join("firebell.yaml")).automations;
        let rules = RuleIndex::new(automations.clone());
        let scan = Scan::new(automations);
        let limits = Decode {
            max_bytes: 1 << 20,
            max_depth: 128,
        };
        Self {
            decoder: Decoder::new(Needs::with(scan.paths()), limits),
            extractor: Extractor::new(Arc::clone(rules.slots()), limits),
            scan,
            rules,
        }
    }

    /// Whether the automation runs, by the way of production and by the plain one.
    fn matches(&self, event: &str, source: SourceKind) -> bool {
        let (mut reading, mut matching) = (Reading::default(), Matching::default());
        let (now, mut found) = (clock::now_millis(), Vec::new());
        let read = self
            .extractor
            .extract(event.as_bytes(), source, &mut reading);
        let read = read.unwrap_or_else(|error| panic!("{event}: {error}"));
        let decoded = self.decoder.decode(event.as_bytes(), source).unwrap();
        let both = read.events().zip(&decoded.events);
        let verdicts: Vec<bool> = both
            .map(|(facts, plain)| {
                self.rules.matches(&facts, now, &mut matching);
                self.scan.matches(plain, now, &mut found);
                assert_eq!(matching.found(), found, "{event}");
                !found.is_empty()
            })
            .collect();
        verdicts.contains(&true)
    }
}

#[test]
fn every_example_of_the_rule_language_gives_its_verdict() {
    let document = text_of("docs/rules.md");
    let mut beside = Beside {
        groups: block(&document, "yaml management groups"),
        templates: Vec::new(),
    };
    let (mut shown, mut seen) = (None, 0);
    for Block {
        info,
        heading,
        text,
    } in blocks(&document)
    {
        let expected = match info.as_str() {
            "yaml automation" => {
                shown = Some(Shown::new("automations", &text, &beside));
                continue;
            }
            "yaml template" => {
                beside.templates.push(text);
                continue;
            }
            "yaml assignment" => {
                shown = Some(Shown::new("assignments", &text, &beside));
                continue;
            }
            "json matches" => true,
            "json does not match" => false,
            _ => continue,
        };
        let automation = shown
            .as_ref()
            .unwrap_or_else(|| panic!("{heading}: no automation"));
        let found = automation.matches(&text, SourceKind::Auto);
        assert_eq!(found, expected, "{heading}\n{text}");
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} examples");
}

#[test]
fn every_row_of_the_operators_table_gives_its_verdict() {
    let document = text_of("docs/rules.md");
    let rows = [
        "### Texts",
        "### Lists",
        "### Numbers and booleans",
        "### Severities",
        "### Regular expressions",
        "### What is missing, null or many",
        "### Presence",
        "### Keys and paths",
    ]
    .into_iter()
    .flat_map(|heading| table(&document, heading));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('`', "")).collect();
        let [event, property, operator, value, ty, verdict] = cells.as_slice() else {
            panic!("six cells, not {row:?}");
        };
        let ty = if ty.is_empty() {
            String::new()
        } else {
            format!(", type: {ty}")
        };
        let value = match value.as_str() {
            "" => String::new(),
            value => format!(", value: {value}"),
        };
        let rule = format!("{{property: \"{property}\", operator: {operator}{value}{ty}}}");
        let automation = format!(
            "name: row\nkinds: [alerts]\nworkflows: [page-on-call]\nrule_sets: [{{rules: [{rule}]}}]"
        );
        let found = Shown::new("automations", &automation, &Beside::default());
        let found = found.matches(event, SourceKind::Fixed(EventKind::Alerts));
        let found = if found { "yes" } else { "no" };
        assert_eq!(found, verdict, "{row:?}");
    }
}
