//! Automation files.

mod automation;
mod fields;
mod rules;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::load::read_rules;
use crate::config::{Origin, files};
use crate::document::{Field, Place, Report, Section};
use crate::event::EventKind;
use crate::rules::Automation;

/// Short names for the kinds people use most; `alerts` is one without them.
const SHORT_KINDS: [&str; 2] = ["recommendations", "compliance"];

/// Reads every automation of every file, and where it stands; `workflows` are the names they may
/// use. The lowest priority comes first, and equal ones as they are written.
pub(super) fn read(
    patterns: &Field<'_>,
    folder: &Path,
    workflows: &[&str],
    report: &Report,
) -> Vec<(Automation, Origin)> {
    let mut reader = Reader {
        workflows,
        seen: BTreeMap::new(),
    };
    let mut automations = Vec::new();
    for file in files_of(patterns, folder) {
        match read_rules(&file, report) {
            Ok(document) => {
                let section = Section::root(&document, report);
                automations.extend(section.into_iter().flat_map(|section| reader.file(section)));
            }
            Err(problem) => report.push(problem),
        }
    }
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

fn files_of(patterns: &Field<'_>, folder: &Path) -> Vec<PathBuf> {
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
    // A file that two patterns name is read once.
    let mut once: Vec<PathBuf> = Vec::new();
    for file in found {
        if !once.contains(&file) {
            once.push(file);
        }
    }
    once
}

struct Reader<'a> {
    workflows: &'a [&'a str],
    seen: BTreeMap<String, Place>,
}

impl Reader<'_> {
    fn file(&mut self, mut section: Section<'_>) -> Vec<(Automation, Origin)> {
        let items = section.field("automations").items().unwrap_or_default();
        section.finish();
        items
            .iter()
            .filter_map(|item| self.automation(item.section()?))
            .collect()
    }
}
