//! What the runbook says of a reason, compiled in.

use crate::document::nearest;
use crate::reason::Reason;

const RUNBOOK: &str = include_str!("../../docs/runbook.md");

/// The runbook's entry for a reason's word, without its heading. A reason of a later release has
/// none here.
#[must_use]
pub fn advice(reason: &str) -> Option<&'static str> {
    let heading = format!("\n### `{reason}`\n");
    let (_, entry) = RUNBOOK.split_once(heading.as_str())?;
    let end = entry.find("\n## ").into_iter().chain(entry.find("\n### "));
    let (entry, _) = entry.split_at_checked(end.min().unwrap_or(entry.len()))?;
    Some(entry.trim())
}

/// Whether there is a reason of this word; where not, the one that is most like it.
///
/// # Errors
/// There is none; the most like it, if any is.
pub fn known_reasons(word: &str) -> Result<Reason, Option<&'static str>> {
    Reason::parse(word).ok_or_else(|| nearest(word, &Reason::ALL.map(Reason::label)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_an_entry() {
        for reason in Reason::ALL {
            let advice = advice(reason.label()).unwrap_or_else(|| panic!("{reason}"));
            assert!(advice.len() > 20, "{reason}: {advice}");
            assert!(!advice.contains('#'), "{reason}: cut too late: {advice}");
        }
        assert_eq!(advice("moon-phase"), None);
    }

    #[test]
    fn a_reason_that_is_not_known_is_told_by_the_one_most_like_it() {
        assert_eq!(known_reasons("gone"), Ok(Reason::Gone));
        assert_eq!(known_reasons("rejectd"), Err(Some("rejected")));
        assert_eq!(known_reasons("qqqq"), Err(None));
    }
}
