//! The files that a path or a glob names.

use std::path::{Path, PathBuf};

/// The files, sorted; a problem's text when they cannot be looked for.
pub(super) fn named(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let folder = glob::Pattern::escape(&folder.to_string_lossy());
    let whole = Path::new(&folder).join(pattern);
    let paths = glob::glob(&whole.to_string_lossy())
        .map_err(|error| format!("not a pattern of files: {}", error.msg))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|error| format!("failed to look for files: {}", error.error()))?;
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}
