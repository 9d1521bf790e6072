//! Automation files.

mod rules;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use crate::config::files;
use crate::config::load::read_document;
use crate::document::{Field, Place, Report, Section};
use crate::event::EventKind;
use crate::rules::{Automation, IncludeDeletes, IncludeSnapshots, Scope};

/// Short names for the kinds people use most; `alerts` is one without them.
const SHORT_KINDS: [&str; 2] = ["recommendations", "compliance"];

/// Reads every automation of every file; `workflows` are the names they may use.
pub(super) fn read(
    patterns: &Field<'_>,
    folder: &Path,
    workflows: &[&str],
    report: &Report,
) -> Vec<Automation> {
    let mut reader = Reader {
        workflows,
        seen: BTreeMap::new(),
    };
    let mut automations = Vec::new();
    for file in files_of(patterns, folder) {
        match read_document(&file) {
            Ok(document) => {
                let section = Section::root(&document, report);
                automations.extend(section.into_iter().flat_map(|section| reader.file(section)));
            }
            Err(problem) => report.push(problem),
        }
    }
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
    fn file(&mut self, mut section: Section<'_>) -> Vec<Automation> {
        let items = section.field("automations").items().unwrap_or_default();
        section.finish();
        items
            .iter()
            .filter_map(|item| self.automation(item.section()?))
            .collect()
    }

    fn automation(&mut self, mut section: Section<'_>) -> Option<Automation> {
        let name = self.name(&section.field("name"));
        let description = optional(section.field("description"), Field::text);
        let enabled = optional(section.field("enabled"), Field::flag);
        let kinds = kinds(&section.field("kinds"));
        let scopes = scopes(section.field("scopes"));
        let rule_sets = rules::rule_sets(section.field("rule_sets"));
        let workflows = self.workflows(&section.field("workflows"));
        let snapshots = optional(section.field("include_snapshots"), Field::flag);
        let deletes = optional(section.field("include_deletes"), Field::flag);
        section.finish();
        Some(Automation {
            name: name?,
            description: description.unwrap_or_default().to_owned(),
            enabled: enabled.unwrap_or(true),
            kinds: kinds?,
            scopes: scopes?,
            rule_sets: rule_sets?,
            workflows: workflows?,
            include_snapshots: match snapshots {
                Some(true) => IncludeSnapshots::Yes,
                Some(false) | None => IncludeSnapshots::No,
            },
            include_deletes: match deletes {
                Some(true) => IncludeDeletes::Yes,
                Some(false) | None => IncludeDeletes::No,
            },
        })
    }

    fn name(&mut self, field: &Field<'_>) -> Option<String> {
        let name = field.text()?.to_owned();
        match self.seen.entry(name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(field.place().clone());
            }
            Entry::Occupied(entry) => {
                field.wrong(&format!(
                    "another automation has this name: {}",
                    entry.get()
                ));
            }
        }
        Some(name)
    }

    fn workflows(&self, field: &Field<'_>) -> Option<Vec<String>> {
        let items = at_least_one(field, "an automation without workflows runs nothing")?;
        let known = |item: &Field<'_>| {
            let name = item.text()?;
            if !self.workflows.contains(&name) {
                item.unknown("workflow", name, self.workflows);
            }
            Some(name.to_owned())
        };
        distinct(items.iter().map(known).collect())
    }
}

fn kinds(field: &Field<'_>) -> Option<Vec<EventKind>> {
    let items = at_least_one(field, "an automation without kinds listens to nothing")?;
    distinct(items.iter().map(kind).collect())
}

fn kind(field: &Field<'_>) -> Option<EventKind> {
    let name = field.text()?;
    let kind = EventKind::parse(name);
    if kind.is_none() {
        field.unknown("kind", name, &kind_names());
    }
    kind
}

fn scopes(field: Field<'_>) -> Option<Vec<Scope>> {
    let Some(field) = field.optional() else {
        return Some(Vec::new());
    };
    let scope = |item: &Field<'_>| item.valid(Scope::parse(item.text()?));
    field
        .items()?
        .iter()
        .map(scope)
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

/// A mistake counts as absence: its problem fails the whole reading.
fn optional<'a, T>(field: Field<'a>, read: impl Fn(&Field<'a>) -> Option<T>) -> Option<T> {
    field.optional().and_then(|field| read(&field))
}

fn at_least_one<'a>(field: &Field<'a>, otherwise: &str) -> Option<Vec<Field<'a>>> {
    let items = field.items()?;
    if items.is_empty() {
        field.wrong(otherwise);
    }
    Some(items)
}

/// The values once each, in their order; none when one is missing.
fn distinct<T: PartialEq>(values: Vec<Option<T>>) -> Option<Vec<T>> {
    let mut kept: Vec<T> = Vec::new();
    for value in values.into_iter().collect::<Option<Vec<T>>>()? {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    Some(kept)
}
