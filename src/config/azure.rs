//! Rules files: ours, or Azure's own JSON.

use std::path::Path;

use crate::config::load::{read_bytes, read_document};
use crate::document::{Node, Problem};
use crate::import::{InputFile, tree_of};

/// Bytes of a file of Azure's.
const MAX_FILE: usize = 16 << 20;

/// Reads a rules file; what Azure writes counts as what an import would make of it.
pub(super) fn read_rules(file: &Path) -> Result<Node, Vec<Problem>> {
    let own = || read_document(file).map_err(|problem| vec![problem]);
    let is_json = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if !is_json {
        return own();
    }
    // What cannot be read, or is too long, is told by the reader of our own files.
    let azure = read_bytes(file, MAX_FILE)
        .ok()
        .filter(|bytes| bytes.len() <= MAX_FILE)
        .and_then(|bytes| {
            let name = file.display().to_string();
            tree_of(&InputFile { name, bytes })
        });
    azure.unwrap_or_else(own)
}
