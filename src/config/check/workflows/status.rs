//! Statuses that mean something else to a workflow than usual.

use std::ops::RangeInclusive;

use crate::config::StatusPolicy;
use crate::document::{Field, Place};

/// Codes that HTTP has.
const CODES: RangeInclusive<u16> = 100..=599;

/// A range of codes, with where it is written.
struct Listed {
    codes: RangeInclusive<u16>,
    key: String,
    place: Place,
}

pub(super) fn policy(field: &Field<'_>) -> Option<StatusPolicy> {
    let mut section = field.section()?;
    let mut known = Vec::new();
    let success = list(&section.field("success"), &mut known);
    let retry = list(&section.field("retry"), &mut known);
    let dead_letter = list(&section.field("dead_letter"), &mut known);
    section.finish();
    Some(StatusPolicy {
        success: success?,
        retry: retry?,
        dead_letter: dead_letter?,
    })
}

/// The codes of a list. A code has one meaning: what stands in `known` already is a problem.
fn list(field: &Field<'_>, known: &mut Vec<Listed>) -> Option<Vec<RangeInclusive<u16>>> {
    let earlier = known.len();
    let mut all = Some(Vec::new());
    for item in field.items()? {
        let Some(codes) = codes(&item) else {
            all = None;
            continue;
        };
        if let Some((code, other)) = twice(&codes, known.get(..earlier).unwrap_or_default()) {
            let (key, place) = (&other.key, &other.place);
            item.wrong(&format!("{code} has a meaning already: {key} at {place}"));
        }
        known.push(Listed {
            codes: codes.clone(),
            key: item.key().to_owned(),
            place: item.place().clone(),
        });
        all = all.map(|mut all| {
            all.push(codes);
            all
        });
    }
    all
}

/// The first code of these that is listed already, and where.
fn twice<'a>(codes: &RangeInclusive<u16>, known: &'a [Listed]) -> Option<(u16, &'a Listed)> {
    known.iter().find_map(|listed| {
        let first = *codes.start().max(listed.codes.start());
        let last = codes.end().min(listed.codes.end());
        (first <= *last).then_some((first, listed))
    })
}

/// `409`, or `520-529`.
fn codes(item: &Field<'_>) -> Option<RangeInclusive<u16>> {
    let text = item.scalar()?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let code = |text: &str| text.trim().parse().ok().filter(|code| CODES.contains(code));
    let range = code(first).zip(code(last));
    range
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| first..=last)
        .or_else(|| item.mismatch("a status such as `409`, or a range such as `520-529`", None))
}
