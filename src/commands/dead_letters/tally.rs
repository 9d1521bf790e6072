//! What was done, or would be, counted by what it was.

use std::collections::BTreeMap;
use std::io::{self, Write};

/// Different things that are told apart: headers are foreign, and may say anything.
const MOST: usize = 100;

/// Counts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    done: BTreeMap<String, u64>,
    refused: BTreeMap<String, u64>,
}

impl Tally {
    /// One more of what is done.
    pub(super) fn done(&mut self, what: String) {
        add(&mut self.done, what);
    }

    /// One more of what cannot be done, and why.
    pub(super) fn refused(&mut self, why: String) {
        add(&mut self.refused, why);
    }

    /// How many were done.
    pub(super) fn count(&self) -> u64 {
        self.done.values().sum()
    }

    /// Whether some could not be done.
    pub(super) fn has_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    /// Whether there was anything at all.
    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty() && self.refused.is_empty()
    }

    /// Writes a line for each.
    pub(super) fn write(&self, verb: &str, out: &mut impl Write) -> io::Result<()> {
        for (what, count) in &self.done {
            writeln!(out, "{verb} {count}{what}")?;
        }
        for (why, count) in &self.refused {
            writeln!(out, "cannot redrive {count}: {why}")?;
        }
        Ok(())
    }
}

fn add(counts: &mut BTreeMap<String, u64>, what: String) {
    let known = counts.len() < MOST || counts.contains_key(&what);
    let what = if known { what } else { " others".to_owned() };
    *counts.entry(what).or_default() += 1;
}
