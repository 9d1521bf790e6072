//! The report as JUnit XML, in the form that Jenkins, GitLab and their like read.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::Suite;
use super::outcome::Outcome;
use super::text::differences;

/// Writes the report in place of what was there.
pub(super) fn write(suites: &[Suite<'_>], path: &Path) -> io::Result<()> {
    fs::write(path, report(suites))
}

/// The whole report.
pub(super) fn report(suites: &[Suite<'_>]) -> String {
    let tests: usize = suites.iter().map(|suite| suite.outcomes.len()).sum();
    let failed: usize = suites.iter().map(Suite::failed).sum();
    let body: String = suites.iter().map(suite_element).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"firebell test\" tests=\"{tests}\" failures=\"{failed}\">\n\
         {body}</testsuites>\n"
    )
}

fn suite_element(suite: &Suite<'_>) -> String {
    let file = escaped(&suite.path.display().to_string());
    let (tests, failed) = (suite.outcomes.len(), suite.failed());
    let cases = suite.outcomes.iter();
    let cases: String = cases.map(|outcome| case_element(&file, outcome)).collect();
    format!(
        "  <testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" \
         skipped=\"0\">\n{cases}  </testsuite>\n"
    )
}

fn case_element(file: &str, outcome: &Outcome<'_>) -> String {
    let test = &outcome.test;
    let name = escaped(&test.name);
    let line = test.place.line.unwrap_or(1);
    let head = format!(
        "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\""
    );
    if outcome.passed() {
        return format!("{head}/>\n");
    }
    let said = escaped(&differences(outcome).join("\n"));
    let message = escaped(&summary(outcome));
    format!(
        "{head}>\n      <failure message=\"{message}\" type=\"difference\">{said}</failure>\n    \
         </testcase>\n"
    )
}

fn summary(outcome: &Outcome<'_>) -> String {
    let (missing, unexpected) = (outcome.missing.len(), outcome.unexpected.len());
    format!("{missing} missing, {unexpected} unexpected")
}

/// Text that may stand in an attribute, between double quotes, and in an element. What XML cannot
/// hold is U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => {
                // Else a reader may make a space of it; writing to a string cannot fail.
                let _written = write!(escaped, "&#{};", u32::from(c));
            }
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if u32::from(c) < 0x20 => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_may_stand_in_the_report() {
        let text = "a\"<b>&'\n\u{0}\u{1b}\u{ffff}é";
        assert_eq!(
            escaped(text),
            "a&quot;&lt;b&gt;&amp;'&#10;\u{fffd}\u{fffd}\u{fffd}é"
        );
    }
}
