//! Rules files: ours, or Azure's own JSON.

use std::path::Path;

use crate::config::load::{self, read_bytes};
use crate::document::{Node, Place, Problem, Report};
use crate::import::{InputFile, tree_of, why_not_json};

/// Bytes of a file of Azure's.
const MAX_FILE: usize = 16 << 20;

/// Reads a rules file; what Azure writes counts as what an import would make of it.
pub(super) fn read_rules(file: &Path, report: &Report) -> Result<Node, Vec<Problem>> {
    let own = || load::read_rules(file, report).map_err(|problem| vec![problem]);
    let is_json = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if !is_json {
        return own();
    }
    // What cannot be read, or is too long, is told by the reader of our own files.
    let bytes = read_bytes(file, MAX_FILE).ok();
    let Some(bytes) = bytes.filter(|bytes| bytes.len() <= MAX_FILE) else {
        return own();
    };
    let name = file.display().to_string();
    let file = InputFile { name, bytes };
    if let Some(azure) = tree_of(&file) {
        return azure;
    }
    own().map_err(|problems| why_not_json(&file).map_or(problems, |why| vec![of(&file, why)]))
}

/// A file that is neither JSON nor YAML was meant as JSON, as it is called.
fn of(file: &InputFile, message: String) -> Problem {
    Problem {
        place: Place::whole(&file.name),
        key: String::new(),
        message,
        help: None,
    }
}
