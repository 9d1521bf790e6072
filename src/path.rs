//! A property path into an event, such as `properties.status.code`.
//!
//! The root `$` may be left out. A key that is no plain word stands in brackets and quotes:
//! `ExtendedProperties['Client IP address']`. `[0]` is one element of an array, `[*]` each.

mod parser;

use std::borrow::Cow;
use std::fmt;

pub use parser::PathError;

/// The most steps a path may have.
pub const MAX_STEPS: usize = 32;

/// A way into an event; at least one step, the first of which is a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// The property of that name; through arrays, that of each element.
    Key(Cow<'static, str>),
    /// One element of an array, from 0.
    Index(usize),
    /// Each element of an array.
    Each,
}

impl Step {
    /// A key known when the program is built.
    #[must_use]
    pub const fn key(name: &'static str) -> Self {
        Self::Key(Cow::Borrowed(name))
    }
}

impl Path {
    /// Reads a path as people write it.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        parser::parse(text).map(|steps| Self { steps })
    }

    /// The path of the first steps; none without a step.
    #[must_use]
    pub fn up_to(&self, steps: usize) -> Option<Self> {
        let first = self.steps.get(..steps).unwrap_or(&self.steps);
        let steps = first.to_vec();
        (!steps.is_empty()).then_some(Self { steps })
    }

    /// The steps in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if !is_plain(key) => write_quoted(f, key)?,
                Step::Key(key) if place == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// A lone `$` would read as the root.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key != "$" && key.chars().all(parser::is_plain)
}

fn write_quoted(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    f.write_str("['")?;
    for c in key.chars() {
        if matches!(c, '\'' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("']")
}

#[cfg(test)]
mod tests;
