//! What an import tells: what it changed, what to look at, and what it could not do.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use super::at::At;
use super::template::Fault;

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something could not be imported.
    Problem,
    /// Something stands in for what the files do not tell: mend it before you rely on it.
    Missing,
    /// Imported as it is, and probably not what was meant.
    Warning,
    /// Written in another way; it means the same.
    Changed,
}

impl Weight {
    /// Its word at the start of a line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Missing => "missing",
            Self::Warning => "warning",
            Self::Changed => "changed",
        }
    }
}

/// One thing that an import tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub weight: Weight,
    /// The file, or the option.
    pub file: String,
    /// The way into it, such as `resources[0].properties.sources[0]`; empty for all of it.
    pub path: String,
    /// What was found, and what was done. Never holds a secret.
    pub message: String,
    /// In how many more places the same was found.
    pub again: usize,
}

impl Note {
    /// The file, and the way into it.
    #[must_use]
    pub fn place(&self) -> String {
        if self.path.is_empty() {
            self.file.clone()
        } else {
            format!("{}: {}", self.file, self.path)
        }
    }
}

/// Without the file.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  ", self.weight.word())?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match self.again {
            0 => Ok(()),
            1 => f.write_str(" (and in 1 more place)"),
            more => write!(f, " (and in {more} more places)"),
        }
    }
}

/// Collects notes.
#[derive(Debug, Default)]
pub(super) struct Notes(RefCell<Said>);

#[derive(Debug, Default)]
struct Said {
    notes: Vec<Note>,
    /// Where a note stands, by its file, weight and message.
    places: BTreeMap<(Rc<str>, Weight, String), usize>,
}

impl Notes {
    pub(super) fn problem(&self, at: &At, message: impl Into<String>) {
        self.push(Weight::Problem, at, message.into());
    }

    pub(super) fn missing(&self, at: &At, message: impl Into<String>) {
        self.push(Weight::Missing, at, message.into());
    }

    pub(super) fn warning(&self, at: &At, message: impl Into<String>) {
        self.push(Weight::Warning, at, message.into());
    }

    pub(super) fn changed(&self, at: &At, message: impl Into<String>) {
        self.push(Weight::Changed, at, message.into());
    }

    pub(super) fn fault(&self, fault: Fault) {
        self.push(Weight::Problem, &fault.at, fault.message);
    }

    /// What is said twice of one file is said once, with a count.
    fn push(&self, weight: Weight, at: &At, message: String) {
        let mut said = self.0.borrow_mut();
        let key = (Rc::clone(&at.file), weight, message.clone());
        if let Some(place) = said.places.get(&key).copied() {
            if let Some(note) = said.notes.get_mut(place) {
                note.again += 1;
            }
            return;
        }
        let place = said.notes.len();
        said.places.insert(key, place);
        said.notes.push(Note {
            weight,
            file: at.file.as_ref().to_owned(),
            path: at.path.clone(),
            message,
            again: 0,
        });
    }

    /// The notes file by file; changes first, problems last, where a reader of a terminal looks.
    pub(super) fn into_list(self) -> Vec<Note> {
        let notes = self.0.into_inner().notes;
        let mut files: Vec<String> = Vec::new();
        for note in &notes {
            if !files.contains(&note.file) {
                files.push(note.file.clone());
            }
        }
        let mut sorted = Vec::with_capacity(notes.len());
        for file in files {
            let mut own: Vec<Note> = notes
                .iter()
                .filter(|note| note.file == file)
                .cloned()
                .collect();
            own.sort_by_key(|note| std::cmp::Reverse(note.weight));
            sorted.extend(own);
        }
        sorted
    }
}
