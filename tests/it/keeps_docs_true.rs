//! What the documents say is so: their tables, examples, names and limits are held to the code.

mod authentication;
mod budgets;
mod clocks;
mod commands;
mod examples;
mod ids;
mod imports;
mod markdown;
mod names;
mod requests;
mod schemas;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository, by its path from the root.
fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder, by its path from the root, in order.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(root()).unwrap();
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The production part of every source file: without the modules of tests, and without lines that
/// are comments. Lines keep their numbers.
fn sources() -> Vec<(String, String)> {
    let is_test = |path: &str| path.ends_with("/tests.rs") || path.contains("/tests/");
    files("src")
        .into_iter()
        .filter(|path| !is_test(path))
        .map(|path| {
            let text = text_of(&path);
            let production = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            let blank = |line: &'_ str| !line.trim_start().starts_with("//");
            let lines: Vec<&str> = production
                .lines()
                .map(|line| if blank(line) { line } else { "" })
                .collect();
            (path, lines.join("\n"))
        })
        .collect()
}

/// The places in the sources where one of the words stands, but in the files that may have it.
fn places_of(words: &[&str], may: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !may(path)) {
        for (number, line) in (1..).zip(text.lines()) {
            places.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{path}:{number}: {word}")),
            );
        }
    }
    places
}

/// Fails with what is wrong, all of it.
fn none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}\n  {}", wrong.join("\n  "));
}
