//! Automation files.

mod assignment;
mod automation;
mod fields;
mod rules;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::azure::read_rules;
use crate::config::groups::ManagementGroups;
use crate::config::templates::Templates;
use crate::config::{Origin, files};
use crate::document::{Field, Place, Report, Section};
use crate::event::EventKind;
use crate::rules::Automation;

pub(super) use fields::{distinct, instant, kind, optional, values};
pub(super) use rules::{operator, property_type};

/// Short names for the kinds people use most; `alerts` is one without them.
const SHORT_KINDS: [&str; 2] = ["recommendations", "compliance"];

/// What automations may name.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The workflows, by name, where they are known.
    pub(super) workflows: Option<&'a [&'a str]>,
    /// The management groups.
    pub(super) groups: &'a ManagementGroups,
}

/// Reads every automation of every file, and where it stands. The lowest priority comes first,
/// and equal ones as they are written.
pub(super) fn read(
    files: &[PathBuf],
    known: Known<'_>,
    report: &Report,
) -> Vec<(Automation, Origin)> {
    let mut documents = Vec::new();
    for file in files {
        match read_rules(file) {
            Ok(document) => documents.push(document),
            Err(problems) => report.extend(problems),
        }
    }
    let mut reader = Reader {
        known,
        templates: Templates::built_in(report),
        seen: BTreeMap::new(),
    };
    // A template may be used before it is written, and in another file.
    let files: Vec<RulesFile<'_>> = documents
        .iter()
        .filter_map(|document| Some(RulesFile::of(Section::root(document, report)?)))
        .collect();
    for file in &files {
        reader.templates.add(file.templates.clone());
    }
    let mut automations: Vec<_> = files.iter().flat_map(|file| reader.file(file)).collect();
    automations.sort_by_key(|(automation, _)| automation.priority);
    automations
}

/// The names of the kinds, short ones first.
pub(super) fn kind_names() -> Vec<&'static str> {
    SHORT_KINDS
        .into_iter()
        .chain(EventKind::ALL.into_iter().map(EventKind::name))
        .collect()
}

/// The files that paths and globs name, each once.
pub(super) fn files_of(patterns: &Field<'_>, folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for pattern in patterns.items().unwrap_or_default() {
        let Some(text) = pattern.text() else { continue };
        match files::named(folder, text) {
            Ok(files) if files.is_empty() => {
                found.extend(pattern.mismatch("a file, or a pattern that matches one", None));
            }
            Ok(files) => found.extend(files),
            Err(message) => pattern.wrong(&message),
        }
    }
    once(found)
}

/// A file that is named twice is read once.
pub(super) fn once(named: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut once: Vec<PathBuf> = Vec::new();
    for file in named {
        if !once.contains(&file) {
            once.push(file);
        }
    }
    once
}

struct Reader<'a> {
    known: Known<'a>,
    templates: Templates,
    seen: BTreeMap<String, Place>,
}

/// What a file has at its top.
struct RulesFile<'a> {
    automations: Field<'a>,
    templates: Field<'a>,
    assignments: Field<'a>,
    tests: Field<'a>,
}

impl<'a> RulesFile<'a> {
    fn of(mut section: Section<'a>) -> Self {
        let file = Self {
            automations: section.field("automations"),
            templates: section.field("templates"),
            assignments: section.field("assignments"),
            // Those who run the tests read them.
            tests: section.field("tests"),
        };
        section.finish();
        file
    }

    fn has_others(&self) -> bool {
        let others = [&self.templates, &self.assignments, &self.tests];
        others.into_iter().any(|field| !field.is_missing())
    }
}

impl Reader<'_> {
    fn file(&mut self, file: &RulesFile<'_>) -> Vec<(Automation, Origin)> {
        let automations = if file.automations.is_missing() && file.has_others() {
            Vec::new()
        } else {
            file.automations.items().unwrap_or_default()
        };
        let assignments = optional(file.assignments.clone(), Field::items).unwrap_or_default();
        let mut read = Vec::new();
        for item in &automations {
            read.push(item.section().and_then(|section| self.automation(section)));
        }
        for item in &assignments {
            read.push(self.assignment(item));
        }
        read.into_iter().flatten().collect()
    }
}
