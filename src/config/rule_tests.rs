//! Rule tests: events beside the rules, and the automations that they must run.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use crate::config::automations::{distinct, instant, kind, optional, values};
use crate::config::azure::read_rules;
use crate::config::load::read_bytes;
use crate::config::{Decode, SourceKind};
use crate::decode::{Decoder, Needs};
use crate::document::{Field, Place, Report, Section};

/// The rule tests of one file, in their order.
#[derive(Debug, Clone)]
pub struct TestFile {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Its tests.
    pub tests: Vec<RuleTest>,
}

/// One event, and the automations that it must run.
#[derive(Debug, Clone)]
pub struct RuleTest {
    /// Its name, unique in its file.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// The event: a record's value, which holds one event.
    pub event: Vec<u8>,
    /// What its source would say of its kind.
    pub kind: SourceKind,
    /// When it is evaluated, in milliseconds since the epoch; now, where it does not say.
    pub now: Option<i64>,
    /// What it must run.
    pub expected: Expected,
}

/// The automations that an event must run, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// These and no other.
    Exactly(Vec<String>),
    /// These, whatever else.
    AtLeast(Vec<String>),
}

/// What the tests of all files are read with.
pub(super) struct Known<'a> {
    /// The names of all automations; none while some could not be read.
    pub(super) automations: Option<Vec<&'a str>>,
    /// What a record may be.
    pub(super) limits: Decode,
}

/// Reads the tests of these files; what is wrong is in the report.
pub(super) fn read(files: &[PathBuf], known: &Known<'_>, report: &Report) -> Vec<TestFile> {
    files
        .iter()
        .map(|path| TestFile {
            path: path.clone(),
            tests: file(path, known, report),
        })
        .collect()
}

fn file(path: &Path, known: &Known<'_>, report: &Report) -> Vec<RuleTest> {
    let document = match read_rules(path) {
        Ok(document) => document,
        Err(problems) => {
            report.extend(problems);
            return Vec::new();
        }
    };
    let mut reader = Reader {
        known,
        folder: path.parent().unwrap_or_else(|| Path::new("")),
        decoder: Decoder::new(Needs::with([]), known.limits),
        seen: BTreeMap::new(),
    };
    let tests = Section::root(&document, report)
        .and_then(|mut root| optional(root.field("tests"), Field::items));
    tests
        .unwrap_or_default()
        .iter()
        .filter_map(|item| reader.test(item))
        .collect()
}

struct Reader<'a> {
    known: &'a Known<'a>,
    // What a test's files are relative to.
    folder: &'a Path,
    decoder: Decoder,
    seen: BTreeMap<String, Place>,
}

impl Reader<'_> {
    fn test(&mut self, field: &Field<'_>) -> Option<RuleTest> {
        let mut section = field.section()?;
        let name = self.name(&section.field("name"));
        let (event, file) = (section.field("event"), section.field("file"));
        let kind =
            optional(section.field("kind"), kind).map_or(SourceKind::Auto, SourceKind::Fixed);
        let now = optional(section.field("now"), instant);
        let (fires, at_least) = (section.field("fires"), section.field("fires_at_least"));
        section.finish();
        let event = self.event(field, (event, file), kind);
        let expected = self.expected(field, (fires, at_least));
        Some(RuleTest {
            name: name?,
            place: field.place().clone(),
            event: event?,
            kind,
            now,
            expected: expected?,
        })
    }

    fn name(&mut self, field: &Field<'_>) -> Option<String> {
        let name = field.text()?.to_owned();
        match self.seen.entry(name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(field.place().clone());
            }
            Entry::Occupied(entry) => {
                field.wrong(&format!("another test has this name: {}", entry.get()));
            }
        }
        Some(name)
    }

    fn event(
        &self,
        test: &Field<'_>,
        (event, file): (Field<'_>, Field<'_>),
        kind: SourceKind,
    ) -> Option<Vec<u8>> {
        let (field, bytes) = match (event.is_missing(), file.is_missing()) {
            (false, true) => (&event, event.json()?.into_bytes()),
            (true, false) => (&file, self.bytes(&file)?),
            (true, true) => {
                test.wrong("expected one of `event` and `file`, found neither");
                return None;
            }
            (false, false) => {
                test.wrong("expected one of `event` and `file`, found both");
                return None;
            }
        };
        let decoded = field.valid(self.decoder.decode(&bytes, kind))?;
        if let Some(bad) = decoded.bad.first() {
            field.wrong(&bad.error.to_string());
            return None;
        }
        let count = decoded.events.len();
        if count != 1 {
            field.wrong(&format!("expected one event, found {count}"));
            return None;
        }
        Some(bytes)
    }

    fn bytes(&self, field: &Field<'_>) -> Option<Vec<u8>> {
        let path = field.text()?;
        let read = read_bytes(&self.folder.join(path), self.known.limits.max_bytes);
        field.valid(read.map_err(|error| format!("failed to read the file `{path}`: {error}")))
    }

    fn expected(
        &self,
        test: &Field<'_>,
        (fires, at_least): (Field<'_>, Field<'_>),
    ) -> Option<Expected> {
        match (fires.is_missing(), at_least.is_missing()) {
            (false, true) => self.names(&fires).map(Expected::Exactly),
            (true, false) => {
                let names = self.names(&at_least)?;
                if names.is_empty() {
                    at_least.wrong("needs one at least: without one, every event passes");
                }
                Some(Expected::AtLeast(names))
            }
            (true, true) => {
                test.wrong("expected one of `fires` and `fires_at_least`, found neither");
                None
            }
            (false, false) => {
                test.wrong("expected one of `fires` and `fires_at_least`, found both");
                None
            }
        }
    }

    fn names(&self, field: &Field<'_>) -> Option<Vec<String>> {
        let name = |item: &Field<'_>| {
            let name = item.text()?;
            if let Some(known) = &self.known.automations
                && !known.contains(&name)
            {
                item.unknown("automation", name, known);
            }
            Some(name.to_owned())
        };
        distinct(&field.items()?, name).map(values)
    }
}
