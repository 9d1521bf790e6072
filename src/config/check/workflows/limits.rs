//! How much, how often and for how long: what bounds a workflow's requests.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::config::Backoff;
use crate::config::load::DEFAULTS_ORIGIN;
use crate::document::{Field, Section, show_duration};

pub(super) const fn milliseconds(least: u64, most: u64) -> RangeInclusive<Duration> {
    Duration::from_millis(least)..=Duration::from_millis(most)
}

/// All of a workflow but its URL.
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) max_in_flight: usize,
    pub(super) queue: usize,
    pub(super) attempts: u32,
    pub(super) backoff: Backoff,
}

impl Limits {
    pub(super) fn of(section: &mut Section<'_>) -> Option<Self> {
        let (timeout, connect_timeout) = timeouts(section);
        let (max_in_flight, queue) = places(section);
        let attempts = section.field("attempts").integer(1..=10);
        let backoff = section.field("backoff").section().and_then(backoff);
        Some(Self {
            timeout: timeout?,
            connect_timeout: connect_timeout?,
            max_in_flight: max_in_flight?,
            queue: queue?,
            attempts: attempts?,
            backoff: backoff?,
        })
    }
}

/// Connecting is a part of the request, and never has longer than it.
fn timeouts(section: &mut Section<'_>) -> (Option<Duration>, Option<Duration>) {
    let timeout = section
        .field("timeout")
        .duration(milliseconds(100, 300_000));
    let connect = section
        .field("connect_timeout")
        .duration(milliseconds(10, 300_000));
    (
        timeout,
        connect.map(|connect| timeout.map_or(connect, |timeout| connect.min(timeout))),
    )
}

fn places(section: &mut Section<'_>) -> (Option<usize>, Option<usize>) {
    let (flying, waiting) = (section.field("max_in_flight"), section.field("queue"));
    let max_in_flight: Option<usize> = flying.integer(1..=1000);
    let queue: Option<usize> = waiting.integer(1..=100_000);
    if let (Some(least), Some(most)) = (max_in_flight, queue)
        && least > most
    {
        contradict((&flying, &least.to_string()), (&waiting, &most.to_string()));
    }
    (max_in_flight, queue)
}

fn backoff(mut section: Section<'_>) -> Option<Backoff> {
    let (first, last) = (section.field("min"), section.field("max"));
    let min = first.duration(milliseconds(1, 60_000));
    let max = last.duration(milliseconds(1, 60_000));
    section.finish();
    if let (Some(least), Some(most)) = (min, max)
        && least > most
    {
        contradict(
            (&first, &show_duration(least)),
            (&last, &show_duration(most)),
        );
    }
    Some(Backoff {
        min: min?,
        max: max?,
    })
}

/// Reports a value that is more than its bound, where the reader can change one of them: not in
/// the defaults.
pub(super) fn contradict((least, low): (&Field<'_>, &str), (most, high): (&Field<'_>, &str)) {
    let name = |field: &Field<'_>| {
        field
            .key()
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    if &*least.place().origin == DEFAULTS_ORIGIN {
        most.wrong(&format!("must not be less than {} ({low})", name(least)));
    } else {
        least.wrong(&format!("must not be more than {} ({high})", name(most)));
    }
}
