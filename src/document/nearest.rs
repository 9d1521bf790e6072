//! The name that was probably meant.

use std::fmt::Write as _;

/// Below it a suggestion confuses more than it helps.
const LIKENESS: f64 = 0.6;

/// The known name most like the given one, if any is like it.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .iter()
        .map(|candidate| {
            let likeness = strsim::normalized_damerau_levenshtein(&name, &candidate.to_lowercase());
            (likeness, *candidate)
        })
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// Help that names the nearest known name, and all of them.
#[must_use]
pub fn suggestion(name: &str, known: &[&str]) -> String {
    let mut help = String::new();
    if let Some(near) = nearest(name, known) {
        help = format!("did you mean `{near}`? ");
    }
    let all = if known.is_empty() {
        "nothing".to_owned()
    } else {
        known.join(", ")
    };
    // Writing to a string cannot fail.
    write!(help, "known here: {all}").map_or_else(|_| String::new(), |()| help)
}
