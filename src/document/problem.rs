//! What is wrong, and where.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use super::node::Place;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The key, dotted; empty when it is about a file as a whole.
    pub key: String,
    /// What is wrong. Never holds a secret.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// What two readings of one value have in common.
    fn substance(&self) -> (Place, String, String) {
        let name = self.key.rsplit('.').next().unwrap_or_default();
        (self.place.clone(), name.to_owned(), self.message.clone())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n    help: {help}"),
            None => Ok(()),
        }
    }
}

/// All mistakes of all files, sorted by place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, in the order of their places.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        match self.0.len() {
            1 => f.write_str("1 problem"),
            count => write!(f, "{count} problems"),
        }
    }
}

/// Collects problems while reading goes on.
#[derive(Debug, Default)]
pub struct Report(RefCell<Vec<Problem>>);

impl Report {
    /// Notes a problem.
    pub fn push(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Whether nothing was noted yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Notes several problems.
    pub fn extend(&self, problems: impl IntoIterator<Item = Problem>) {
        self.0.borrow_mut().extend(problems);
    }

    /// Everything noted, each once.
    ///
    /// What holds for all workflows is read for each of them, and says the same each time.
    #[must_use]
    pub fn into_problems(self) -> Option<Problems> {
        let mut problems = self.0.into_inner();
        problems.sort();
        let mut said = BTreeSet::new();
        problems.retain(|problem| said.insert(problem.substance()));
        if problems.is_empty() {
            None
        } else {
            Some(Problems(problems))
        }
    }
}
