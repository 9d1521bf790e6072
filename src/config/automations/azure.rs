//! Azure's own JSON, listed beside our files.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use crate::document::{Node, Place, Problem};
use crate::import::{InputFile, tree_of};

/// Bytes of such a file.
const MAX_FILE: u64 = 16 << 20;

/// The file as a file of ours; none if it is no JSON of Azure's.
pub(super) fn document(file: &Path) -> Option<Result<Node, Vec<Problem>>> {
    let extension = file.extension()?;
    if !extension.eq_ignore_ascii_case("json") {
        return None;
    }
    let name = file.display().to_string();
    match read(file) {
        Ok(bytes) => tree_of(&InputFile { name, bytes }),
        Err(error) => Some(Err(vec![Problem {
            place: Place::whole(&name),
            key: String::new(),
            message: format!("failed to read the file: {error}"),
            help: None,
        }])),
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_FILE) {
        Ok(bytes)
    } else {
        Err(io::Error::new(ErrorKind::FileTooLarge, "more than 16 MiB"))
    }
}
