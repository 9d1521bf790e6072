use std::fs;

use tempfile::TempDir;

use crate::config::{Config, Decode, SourceKind, Sources, load};
use crate::decode::{Decoder, Needs};
use crate::import::at::At;
use crate::import::azure::{AzureAutomation, automation};
use crate::import::harvest::found;
use crate::import::input::tell;
use crate::import::note::Notes;
use crate::import::template::Given;
use crate::import::value::Value;
use crate::import::{Imported, InputFile, Note, Options, import};
use crate::rules::Scan;

pub(super) const ALERTS_POLICY: &str =
    include_str!("../../../tests/fixtures/import/alerts-policy.json");
pub(super) const RECOMMENDATIONS_POLICY: &str =
    include_str!("../../../tests/fixtures/import/recommendations-policy.json");
pub(super) const COMPLIANCE_POLICY: &str =
    include_str!("../../../tests/fixtures/import/compliance-policy.json");
pub(super) const LIST: &str = include_str!("../../../tests/fixtures/import/list.json");

pub(super) fn file(name: &str, text: &str) -> InputFile {
    InputFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// Imports one text with these parameters, for a subscription of our own.
pub(super) fn imported(text: &str, parameters: &[&str]) -> Imported {
    import(&[file("a.json", text)], &options(parameters))
}

pub(super) fn options(parameters: &[&str]) -> Options {
    let mut options = Options::default().with_subscription(Some("5b".to_owned()));
    for parameter in parameters {
        options.parameter(parameter).unwrap();
    }
    options
}

/// The automations without the comments, and what is told.
pub(super) fn shown(imported: &Imported) -> String {
    let yaml = imported.yaml().unwrap();
    let body = yaml.split("\n\n").nth(1).unwrap_or_default();
    format!("{body}{}", told(imported))
}

pub(super) fn told(imported: &Imported) -> String {
    let lines = imported.notes.iter().map(|note: &Note| format!("{note}\n"));
    lines.collect()
}

/// What Azure would hold after a deployment, or what is wrong.
pub(super) fn deployed(text: &str, parameters: &[&str]) -> Result<AzureAutomation, String> {
    let options = options(parameters);
    let at = At::whole("a.json");
    let input = tell(
        Value::of_json(serde_json::from_str(text).unwrap()),
        at.clone(),
    )
    .unwrap();
    let mut given = Given::new();
    for (name, value) in &options.parameters {
        given.insert(name.clone(), (Value::of_json(value.clone()), at.clone()));
    }
    let notes = Notes::default();
    let found = found(&input, (&given, &options), &mut Vec::new(), &notes);
    let read: Vec<_> = found
        .iter()
        .filter_map(|(resource, at)| automation(resource, at, &notes))
        .collect();
    let told: Vec<String> = notes.into_list().iter().map(Note::to_string).collect();
    match <[AzureAutomation; 1]>::try_from(read) {
        Ok([one]) if told.is_empty() => Ok(one),
        Ok(_) | Err(_) => Err(told.join("\n")),
    }
}

/// Loads what was written by the reader of the daemon, with the workflows that it names.
pub(super) fn loaded(imported: &Imported) -> Config {
    let yaml = imported.yaml().unwrap();
    let (header, _body) = yaml.split_once("\n\n").unwrap();
    let lines = header.lines().skip_while(|line| *line != "# workflows:");
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix("# ").unwrap()).collect();
    let workflows = lines.join("\n");
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("firebell.yaml");
    let text = format!("sources: [events]\nautomations: [imported.yaml]\n{workflows}\n");
    fs::write(&config, text).unwrap();
    fs::write(folder.path().join("imported.yaml"), &yaml).unwrap();
    let url = |variable: &str| (variable.to_owned(), "https://example.test/x".to_owned());
    let environment = imported.stubs.iter().map(|stub| url(&stub.variable));
    let sources = Sources {
        file: Some(config),
        environment: environment.collect(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

/// The names of the automations that run for an event.
pub(super) fn runs(imported: &Imported, event: &str) -> Vec<String> {
    let scan = Scan::new(loaded(imported).automations);
    let limits = Decode {
        max_bytes: 1 << 20,
        max_depth: 128,
    };
    let decoder = Decoder::new(Needs::with(scan.paths()), limits);
    let events = decoder
        .decode(event.as_bytes(), SourceKind::Auto)
        .unwrap()
        .events;
    let mut found = Vec::new();
    let mut names = Vec::new();
    for event in &events {
        scan.matches(event, 0, &mut found);
        names.extend(
            found
                .iter()
                .map(|at| scan.automation(*at).unwrap().name.clone()),
        );
    }
    names
}
