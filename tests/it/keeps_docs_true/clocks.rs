//! Tests that compare times stand behind `FIREBELL_TIMED`, as ARCHITECTURE.md says.

use regex::Regex;

use super::{files, none, text_of};

#[test]
fn no_test_of_the_gate_bounds_a_time_from_above() {
    let time = r"(elapsed\(\)|duration_since\([^)]*\)|\btook|\bwaited|\bgap)(\.as_\w+\(\))?";
    let bound = Regex::new(&format!(r"{time}\s*<|>=?\s*[\w.]*{time}")).unwrap();
    let mut found = Vec::new();
    for path in [files("tests"), files("src")].concat() {
        let text = text_of(&path);
        // A virtual clock tells nothing of the machine, and production code acts on times.
        let exempt = path.ends_with("/timed.rs") || text.contains("start_paused");
        let tests = match path.strip_prefix("src/") {
            Some(_) if path.ends_with("tests.rs") || path.contains("/tests/") => Some(&*text),
            Some(_) => text.split_once("#[cfg(test)]").map(|(_, tests)| tests),
            None => Some(&*text),
        };
        let bounds = tests.filter(|_| !exempt).into_iter();
        let bounds = bounds.flat_map(|tests| bound.find_iter(tests));
        found.extend(bounds.map(|one| format!("{path}: {}", one.as_str())));
    }
    none(&found, "a busy machine would fail these:");
}
