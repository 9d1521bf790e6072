//! Automations and their tests, with a configuration or without one.

use std::path::PathBuf;

use crate::config::groups::ManagementGroups;
use crate::config::load::{checked, finished, read_defaults};
use crate::config::rule_tests::{self, Known, TestFile};
use crate::config::{Config, Decode, LoadError, Origin, Sources, automations, check};
use crate::document::{Report, Section};
use crate::rules::Automation;

/// Automations, their tests, and what a record may be.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// The automations, the lowest priority first, equal ones in the order of the files.
    pub automations: Vec<Automation>,
    /// Where each of them is written, in the same order.
    pub origins: Vec<Origin>,
    /// The files with tests, in their order; those without a test, too.
    pub tests: Vec<TestFile>,
    /// What a record may be.
    pub decode: Decode,
}

impl RuleBook {
    /// Reads rules files by themselves. Names of workflows are not checked: the files alone do not
    /// know them. What a record may be is the default.
    ///
    /// # Errors
    /// All problems at once.
    pub fn of_files(files: &[PathBuf]) -> Result<Self, LoadError> {
        let report = Report::default();
        let files = &automations::once(files.to_vec());
        let decode = read_defaults(&report).and_then(|defaults| {
            let root = Section::root(&defaults, &report);
            root.and_then(|mut root| check::decode(root.field("decode").section()?))
        });
        // Groups are known by a configuration alone.
        let groups = ManagementGroups::default();
        let known = automations::Known {
            workflows: None,
            groups: &groups,
        };
        let read = automations::read(files, known, &report);
        let (automations, origins): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let book = decode.map(|decode| Self {
            tests: tests(files, (&automations, decode), &report),
            automations,
            origins,
            decode,
        });
        finished(book, report)
    }

    /// Reads a configuration, the automations that it names, and the tests of these files; without
    /// one, of the files that it names.
    ///
    /// # Errors
    /// All problems at once.
    pub fn of_configuration(sources: &Sources, files: &[PathBuf]) -> Result<Self, LoadError> {
        let (config, tests) = load_with_tests(sources, files)?;
        Ok(Self {
            automations: config.automations,
            origins: config.origins,
            tests,
            decode: config.decode,
        })
    }
}

/// Loads a configuration as [`load()`](crate::config::load()) does, and the tests of these files;
/// without one, of the files with automations.
///
/// # Errors
/// All problems at once.
pub fn load_with_tests(
    sources: &Sources,
    files: &[PathBuf],
) -> Result<(Config, Vec<TestFile>), LoadError> {
    let report = Report::default();
    let read = checked(sources, &report).map(|config| {
        let files = if files.is_empty() {
            &config.rule_files
        } else {
            files
        };
        let found = tests(files, (&config.automations, config.decode), &report);
        (config, found)
    });
    finished(read, report)
}

fn tests(
    files: &[PathBuf],
    (automations, limits): (&[Automation], Decode),
    report: &Report,
) -> Vec<TestFile> {
    // A name that is missing because of another mistake is not a second one.
    let all_read = report.is_empty();
    let names = automations
        .iter()
        .map(|automation| automation.name.as_str());
    let known = Known {
        automations: all_read.then(|| names.collect()),
        limits,
    };
    rule_tests::read(files, &known, report)
}
