//! What came of the tests, as text.

use std::io::{self, Write};

use super::Suite;
use super::outcome::{Difference, Outcome};
use crate::config::Expected;

pub(super) fn write(suites: &[Suite<'_>], out: &mut impl Write) -> io::Result<()> {
    for suite in suites.iter().filter(|suite| !suite.outcomes.is_empty()) {
        writeln!(out, "{}", suite.path.display())?;
        for outcome in &suite.outcomes {
            write_outcome(outcome, out)?;
        }
    }
    let count: usize = suites.iter().map(|suite| suite.outcomes.len()).sum();
    let failed: usize = suites.iter().map(Suite::failed).sum();
    if count == 0 {
        let files: Vec<String> = suites
            .iter()
            .map(|suite| suite.path.display().to_string())
            .collect();
        return writeln!(out, "no tests in {}", files.join(", "));
    }
    let tests = if count == 1 { "test" } else { "tests" };
    writeln!(out, "\n{count} {tests}, {failed} failed")
}

fn write_outcome(outcome: &Outcome<'_>, out: &mut impl Write) -> io::Result<()> {
    let name = &outcome.test.name;
    if outcome.passed() {
        return writeln!(out, "  ok      {name}");
    }
    writeln!(out, "  FAILED  {name}  ({})", outcome.test.place)?;
    for line in differences(outcome) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

/// What was expected, what came, and why they differ.
pub(super) fn differences(outcome: &Outcome<'_>) -> Vec<String> {
    let (expected, names) = match &outcome.test.expected {
        Expected::Exactly(names) => ("expected", names),
        Expected::AtLeast(names) => ("expected at least", names),
    };
    let mut lines = vec![
        format!("{expected}: {}", listed(names)),
        format!("got: {}", listed(&outcome.got)),
    ];
    for (word, found) in [
        ("missing", &outcome.missing),
        ("unexpected", &outcome.unexpected),
    ] {
        for Difference { automation, why } in found {
            lines.push(format!("{word}: {automation}"));
            lines.extend(why.iter().map(|line| format!("  {line}")));
        }
    }
    lines
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}
