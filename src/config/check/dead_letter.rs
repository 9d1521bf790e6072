//! The dead-letter topic, and how fast deliveries may be given up.

use super::topics::Topics;
use crate::config::{DeadLetter, Flood};
use crate::document::Section;

pub(super) fn dead_letter(mut section: Section<'_>, topics: &mut Topics) -> Option<DeadLetter> {
    let topic = topics.claim(&section.field("topic"));
    let flood = section.field("flood").section().and_then(flood);
    section.finish();
    Some(DeadLetter {
        topic: topic?,
        flood: flood.map(|(enabled, flood)| enabled.then_some(flood))?,
    })
}

fn flood(mut section: Section<'_>) -> Option<(bool, Flood)> {
    let enabled = section.field("enabled").flag();
    let burst = section.field("burst").integer(1..=1_000_000);
    let per_minute = section.field("per_minute").integer(1..=1_000_000);
    let per_success = section.field("per_success").integer(0..=1_000);
    section.finish();
    let flood = Flood {
        burst: burst?,
        per_minute: per_minute?,
        per_success: per_success?,
    };
    Some((enabled?, flood))
}
