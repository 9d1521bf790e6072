//! Sizes that are kept, so that everything can be read in one sitting.

use super::{files, none, sources, text_of};

/// Lines of production code in a file.
const FILE: usize = 300;
/// Lines of `main.rs`.
const MAIN: usize = 60;
/// Direct dependencies, without those of tests.
const DEPENDENCIES: usize = 30;

#[test]
fn no_file_is_too_long() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let most = if path == "src/main.rs" { MAIN } else { FILE };
        let lines = text.trim_end().lines().count();
        if lines > most {
            long.push(format!("{path}: {lines} lines, at most {most}"));
        }
    }
    none(&long, "too long to be read at once:");
}

#[test]
fn nothing_is_left_to_do() {
    // Put together, so that this file does not find itself.
    let words = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["XX", "X:"].concat(),
    ];
    let mut left = Vec::new();
    for folder in ["src", "tests", "benches", "config", "docs"] {
        for path in files(folder) {
            let text = text_of(&path);
            left.extend(
                words
                    .iter()
                    .filter(|word| text.contains(word.as_str()))
                    .map(|word| format!("{path}: {word}")),
            );
        }
    }
    none(
        &left,
        "an issue says what is to be done; a comment does not:",
    );
}

#[test]
fn dependencies_are_few() {
    let manifest = text_of("Cargo.toml");
    let count = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| line.contains(" = "))
        .count();
    assert!(
        (10..=DEPENDENCIES).contains(&count),
        "{count} direct dependencies"
    );
}

#[test]
fn every_package_comes_from_one_registry() {
    let lock = text_of("Cargo.lock");
    let mut sources: Vec<&str> = lock
        .lines()
        .filter(|line| line.starts_with("source = "))
        .collect();
    sources.sort_unstable();
    sources.dedup();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(sources[0].contains("\"registry+"), "{sources:?}");
}
