//! From what was written to what is true.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::config::{Config, check, environment, layers, references};
use crate::document::{self, Node, Place, Problem, Problems, Report, Texts};

/// Every key, its default and its meaning.
pub const DEFAULTS: &str = include_str!("../../config/firebell.yaml");

/// What the defaults are called in messages.
pub(super) const DEFAULTS_ORIGIN: &str = "defaults";

/// The file that is read when none is named.
const USUAL_FILE: &str = "firebell.yaml";

/// Bytes of a file of ours; also the bound of what a `${file:…}` reference may hold.
const MAX_FILE: u64 = 1 << 20;

/// What a file with rules has one of.
const RULES_KEYS: [&str; 4] = ["automations", "templates", "assignments", "tests"];

/// What a configuration has one of.
const CONFIGURATION_KEYS: [&str; 4] = ["kafka", "sources", "workflows", "workflow_defaults"];

/// Where the configuration comes from.
#[derive(Clone, Default)]
pub struct Sources {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// The environment: names and values.
    pub environment: Vec<(String, String)>,
}

impl Sources {
    /// The process's own environment, and the file, or `firebell.yaml` where we stand.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let usual = || Some(PathBuf::from(USUAL_FILE)).filter(|path| path.exists());
        Self {
            file: file.or_else(usual),
            environment: environment::of_process(),
        }
    }

    /// What relative paths are relative to.
    pub(super) fn folder(&self) -> &Path {
        self.file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or_else(|| Path::new(""))
    }
}

/// The configuration cannot be used. Says everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{problems}")]
pub struct LoadError {
    problems: Problems,
    texts: Texts,
}

impl LoadError {
    /// What was found wrong after all was read, if anything was.
    #[must_use]
    pub fn of(problems: Vec<Problem>, texts: &Texts) -> Option<Self> {
        let report = Report::default();
        report.extend(problems);
        let problems = report.into_problems()?;
        let texts = texts.clone();
        Some(Self { problems, texts })
    }

    /// Everything that is wrong, in the order of the places.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.problems.list()
    }

    /// What is wrong, with the lines of the rules' files. Those of the configuration stay out: a
    /// secret may stand there.
    #[must_use]
    pub fn shown(&self) -> String {
        self.problems.shown(&self.texts)
    }
}

/// Reads defaults, file, environment and automations, and checks them.
///
/// # Errors
/// All problems at once.
pub fn load(sources: &Sources) -> Result<Config, LoadError> {
    let report = Report::default();
    let config = checked(sources, &report);
    finished(config, report)
}

/// What was read, or all problems.
pub(super) fn finished<T>(read: Option<T>, report: Report) -> Result<T, LoadError> {
    let texts = report.texts();
    match (read, report.into_problems()) {
        (Some(read), None) => Ok(read),
        (_, Some(problems)) => Err(LoadError { problems, texts }),
        (None, None) => Err(LoadError {
            problems: nothing_read().into(),
            texts,
        }),
    }
}

/// The tree of the defaults.
pub(super) fn read_defaults(report: &Report) -> Option<Node> {
    let read = document::parse(DEFAULTS, DEFAULTS_ORIGIN);
    read.map_err(|problem| report.push(problem)).ok()
}

pub(super) fn checked(sources: &Sources, report: &Report) -> Option<Config> {
    let noted = |read: Result<Node, Problem>| read.map_err(|problem| report.push(problem)).ok();
    let defaults = read_defaults(report)?;
    let file = match &sources.file {
        Some(path) => Some(noted(read_document(path))?),
        None => None,
    };
    let written = environment::layers(&sources.environment, &defaults, file.as_ref());
    let merged = noted(layers::merge(&defaults, file, written))?;
    let resolved = references::resolve(merged, sources, report);
    let shaped = check::with_defaults(layers::shape(resolved, &defaults));
    check::check(&shaped, sources.folder(), report)
}

/// A reader that gives up has said why; this stands for the case that it has not.
fn nothing_read() -> Problem {
    let message = "the configuration cannot be read".to_owned();
    Problem {
        place: Place::whole("firebell"),
        key: String::new(),
        message,
        help: None,
    }
}

/// Reads a YAML file.
pub(super) fn read_document(path: &Path) -> Result<Node, Problem> {
    let origin = path.display().to_string();
    document::parse(&whole_text(path, &origin)?, &origin)
}

/// Reads a YAML file with rules. Messages may show its lines, unless it looks like a configuration
/// or like nothing of ours: a glob may take in a file with secrets.
pub(super) fn read_rules(path: &Path, report: &Report) -> Result<Node, Problem> {
    let origin = path.display().to_string();
    let text = whole_text(path, &origin)?;
    let document = document::parse(&text, &origin)?;
    let has = |keys: &[&str]| keys.iter().any(|key| document.get(key).is_some());
    if has(&RULES_KEYS) && !has(&CONFIGURATION_KEYS) {
        report.may_show(&origin, &text);
    }
    Ok(document)
}

fn whole_text(path: &Path, origin: &str) -> Result<String, Problem> {
    read_text(path).map_err(|error| Problem {
        place: Place::whole(origin),
        key: String::new(),
        message: format!("failed to read the file: {error}"),
        help: None,
    })
}

/// Reads a file; of one with more than `most` bytes, one byte more.
///
/// # Errors
/// That it cannot be read.
pub fn read_bytes(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the value that a file holds: its text without the last line break.
pub(super) fn read_value(path: &Path) -> io::Result<String> {
    let mut text = read_text(path)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// Reads a text file of bounded size.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_FILE + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= MAX_FILE) {
        Ok(text)
    } else {
        Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "more than 1 MiB",
        ))
    }
}
