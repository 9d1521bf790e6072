use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::config::{Config, Sources, load};

/// The least that loads.
pub(super) const LEAST: &str = "sources: [security.alerts]\n";

/// A folder with a configuration in it, and an environment.
pub(super) struct Case {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Case {
    pub(super) fn new(text: &str) -> Self {
        let case = Self {
            folder: TempDir::new().unwrap(),
            environment: Vec::new(),
        };
        case.with_file("firebell.yaml", text)
    }

    pub(super) fn with_file(self, name: &str, text: &str) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(super) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn load(&self) -> Config {
        let loaded = load(&self.sources("firebell.yaml"));
        loaded.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What is said of it.
    pub(super) fn refused(&self) -> String {
        self.refused_from("firebell.yaml")
    }

    /// What is said of a file, without the folder and without the lines of the defaults, which
    /// change whenever the manual does.
    pub(super) fn refused_from(&self, file: &str) -> String {
        let error = load(&self.sources(file)).expect_err("it must not load");
        let folder = format!("{}/", self.path().display());
        let said = error.to_string().replace(&folder, "");
        said.lines()
            .map(without_line)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The same with the lines that may be shown.
    pub(super) fn refused_with_excerpts(&self) -> String {
        let error = load(&self.sources("firebell.yaml")).expect_err("it must not load");
        error.shown()
    }

    fn sources(&self, file: &str) -> Sources {
        let file = Some(self.path().join(file));
        Sources {
            file,
            environment: self.environment.clone(),
        }
    }
}

fn without_line(line: &str) -> String {
    match line
        .strip_prefix("defaults:")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, rest)) => format!("defaults: {rest}"),
        None => line.to_owned(),
    }
}

/// The problems of a configuration that is right but for these lines.
pub(super) fn refused(lines: &str) -> String {
    Case::new(&format!("{LEAST}{lines}")).refused()
}
