//! How many events go into one request.

use std::time::Duration;

use crate::config::Batch;
use crate::document::Section;

/// The section `batch`.
pub(super) fn batch(section: &mut Section<'_>) -> Option<Batch> {
    let queue: Option<usize> = section.field("queue").integer(1..=100_000);
    let mut section = section.field("batch").section()?;
    let events = section.field("max_events");
    let max_events: Option<usize> = events.integer(1..=1_000);
    let max_wait = section
        .field("max_wait")
        .duration(Duration::ZERO..=Duration::from_mins(1));
    let max_bytes = section.field("max_bytes").size(1 << 10..=64 << 20);
    section.finish();
    if let (Some(most), Some(queue)) = (max_events, queue)
        && most > queue
    {
        events.wrong(&format!("must not be more than queue ({queue})"));
    }
    Some(Batch {
        max_events: max_events?,
        max_wait: max_wait?,
        max_bytes: max_bytes?,
    })
}
