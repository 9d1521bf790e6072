//! Names that nobody else has.

use std::collections::{BTreeMap, BTreeSet};

/// The names that are taken, and the last number behind each that was wanted.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    numbers: BTreeMap<String, u64>,
}

impl Names {
    /// The wanted name, or the first free one of `name-2`, `name-3` and so on; from now on taken.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        self.free_by(wanted, str::to_owned)
    }

    /// The same, where two names clash if `key` makes one of them.
    pub(super) fn free_by(&mut self, wanted: &str, key: impl Fn(&str) -> String) -> String {
        let number = self.numbers.entry(key(wanted)).or_insert(1);
        let mut name = wanted.to_owned();
        if *number > 1 {
            name = format!("{wanted}-{number}");
        }
        while !self.taken.insert(key(&name)) {
            *number += 1;
            name = format!("{wanted}-{number}");
        }
        name
    }
}

/// A name for what has none: that of its file.
pub(super) fn of_file(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.strip_suffix(".json").unwrap_or(last);
    let name: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "automation".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        let mut names = Names::default();
        let taken = ["a", "a-2", "a", "a", "b"].map(|name| names.free(name));
        assert_eq!(taken, ["a", "a-2", "a-3", "a-4", "b"]);
    }

    #[test]
    fn a_file_gives_a_name() {
        assert_eq!(of_file("x/rest-put.request.json"), "rest-put-request");
        assert_eq!(of_file("..."), "automation");
    }
}
