//! The names and the codec of our Kafka headers.
//!
//! Do not change a name or a form: records wait in topics across releases. A new form gets a new
//! [`VERSION`]. Values are UTF-8 text. On each hop ours are replaced, never appended, since
//! headers that grow end as a record that no topic takes.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::Parked;
use crate::config::Tier;
use crate::consume::Record;
use crate::deliver::{Delivery, Origin, Progress};
use crate::event::{Coordinates, EventKind};
use crate::reason::{Failure, Reason};

/// The form of the headers written here.
pub const VERSION: &str = "1";
/// What all our headers begin with.
pub const PREFIX: &str = "firebell-";

/// One header.
pub type Header = (String, Option<Bytes>);

/// Why a record of a retry topic could not be read as a parked delivery.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum HeaderError {
    /// A header is missing.
    #[error("header {PREFIX}{0} is missing")]
    Missing(&'static str),
    /// A header has a value that is none of its own.
    #[error("header {PREFIX}{0} has a value that cannot be read")]
    Unreadable(&'static str),
    /// Written by a release that we do not know.
    #[error("headers of version {0}, where {VERSION} is known")]
    Version(String),
}

/// The foreign headers of a record: all but ours, byte-exact, in their order.
pub fn foreign(record: &Record) -> impl Iterator<Item = Header> + '_ {
    record
        .headers
        .iter()
        .filter(|(name, _)| !name.starts_with(PREFIX))
        .cloned()
}

/// Our headers of a delivery that is parked until `due` (milliseconds since the epoch).
#[must_use]
pub fn parked(delivery: &Delivery, due: i64) -> Vec<Header> {
    let mut headers = of_delivery(delivery);
    headers.push(text("due", due.to_string()));
    if let Some(failure) = &delivery.progress.failure {
        headers.extend(of_failure(failure));
    }
    headers
}

/// Our headers of a dead letter.
#[must_use]
pub fn dead_letter(letter: &super::DeadLetter) -> Vec<Header> {
    let mut headers = match &letter.delivery {
        Some(delivery) => of_delivery(delivery),
        None => of_origin(&letter.record.coordinates, letter.record.timestamp),
    };
    if letter.delivery.is_none()
        && let Some(place) = letter.place
    {
        headers.push(text("place", place.to_string()));
    }
    headers.push(text("stage", letter.stage.label().to_owned()));
    headers.extend(of_failure(&letter.failure));
    headers
}

/// A header of ours.
pub(super) fn text(name: &str, value: String) -> Header {
    (format!("{PREFIX}{name}"), Some(Bytes::from(value)))
}

fn of_origin(at: &Coordinates, timestamp: Option<i64>) -> Vec<Header> {
    let mut headers = vec![
        text("version", VERSION.to_owned()),
        text("topic", at.topic.to_string()),
        text("partition", at.partition.to_string()),
        text("offset", at.offset.to_string()),
    ];
    headers.extend(timestamp.map(|at| text("timestamp", at.to_string())));
    headers
}

fn of_delivery(delivery: &Delivery) -> Vec<Header> {
    let Delivery {
        origin, progress, ..
    } = delivery;
    let mut headers = of_origin(&origin.coordinates, origin.timestamp);
    headers.extend([
        text("place", origin.place.to_string()),
        text("kind", origin.kind.name().to_owned()),
        text("id", delivery.id.clone()),
        text("event-id", delivery.event_id.clone()),
        text("automation", delivery.automation.to_string()),
        text("workflow", delivery.workflow.to_string()),
        text("attempts", progress.attempts.to_string()),
        text("rounds", progress.rounds.to_string()),
        text("since", progress.since.to_string()),
    ]);
    let Range { start, end } = body_of(delivery);
    headers.push(text("body", format!("{start}-{end}")));
    headers.extend(delivery.event_time.clone().map(|time| text("time", time)));
    let redriven = (progress.redriven > 0).then_some(progress.redriven.into());
    let numbers = [
        ("first-attempt", progress.first_attempt),
        ("last-attempt", progress.last_attempt),
        ("redriven", redriven),
        ("unknown-since", progress.unknown_since),
    ];
    headers.extend(
        numbers
            .into_iter()
            .filter_map(|(name, value)| Some(text(name, value?.to_string()))),
    );
    headers
}

fn of_failure(failure: &Failure) -> Vec<Header> {
    let mut headers = vec![
        text("reason", failure.reason.label().to_owned()),
        text("error", failure.text.clone()),
    ];
    headers.extend(
        failure
            .status
            .map(|status| text("status", status.to_string())),
    );
    headers
}

/// Reads a record of a retry topic as the delivery that waits in it.
pub fn read(record: &Record) -> Result<Parked, HeaderError> {
    read_delivery(record, number(record, "due"))
}

/// Reads a dead letter as the delivery that ended in it, to be tried from `due` on (milliseconds
/// since the epoch).
pub fn read_dead(record: &Record, due: i64) -> Result<Parked, HeaderError> {
    read_delivery(record, Ok(due))
}

fn read_delivery(record: &Record, due: Result<i64, HeaderError>) -> Result<Parked, HeaderError> {
    known_version(record)?;
    let topic: Arc<str> = required(record, "topic")?.into();
    let kind = EventKind::parse(required(record, "kind")?);
    Ok(Parked {
        origin: Origin {
            coordinates: Coordinates {
                topic,
                partition: number(record, "partition")?,
                offset: number(record, "offset")?,
            },
            timestamp: optional(record, "timestamp")?,
            place: number(record, "place")?,
            kind: kind.ok_or(HeaderError::Unreadable("kind"))?,
        },
        automation: required(record, "automation")?.to_owned(),
        workflow: required(record, "workflow")?.to_owned(),
        id: required(record, "id")?.to_owned(),
        event_id: required(record, "event-id").ok().map(str::to_owned),
        progress: Progress {
            attempts: number(record, "attempts")?,
            rounds: number(record, "rounds")?,
            since: number(record, "since")?,
            first_attempt: optional(record, "first-attempt")?,
            last_attempt: optional(record, "last-attempt")?,
            redriven: optional(record, "redriven")?.unwrap_or(0),
            unknown_since: optional(record, "unknown-since")?,
            failure: failure(record)?,
        },
        body: body(record)?,
        event_time: required(record, "time").ok().map(str::to_owned),
        due: due?,
    })
}

/// Whether the headers are in the form that is written here.
pub fn known_version(record: &Record) -> Result<(), HeaderError> {
    let version = required(record, "version")?;
    if version == VERSION {
        return Ok(());
    }
    Err(HeaderError::Version(version.chars().take(20).collect()))
}

/// When a record of this tier may be tried. A stamp more than twice the tier's delay ahead is no
/// stamp of ours, or the clock was wrong: the delay from now on counts instead.
#[must_use]
pub fn due(parked: &Parked, tier: &Tier, now: i64) -> i64 {
    let delay = crate::clock::as_millis(tier.delay);
    if parked.due > now.saturating_add(delay.saturating_mul(2)) {
        now.saturating_add(delay)
    } else {
        parked.due
    }
}

/// Where the event's own bytes are in what is parked: the value may be a whole record, with white
/// space or an envelope around the event.
fn body_of(delivery: &Delivery) -> Range<usize> {
    let value = delivery.value.as_ptr() as usize;
    let start = (delivery.body.as_ptr() as usize).checked_sub(value);
    let range = start.map(|start| start..start.saturating_add(delivery.body.len()));
    range
        .filter(|range| range.end <= delivery.value.len())
        .unwrap_or(0..delivery.value.len())
}

fn body(record: &Record) -> Result<Range<usize>, HeaderError> {
    let length = record.value.as_ref().map_or(0, Bytes::len);
    let unreadable = || HeaderError::Unreadable("body");
    let text = match required(record, "body") {
        Ok(text) => text,
        Err(HeaderError::Missing(_)) => return Ok(0..length),
        Err(error) => return Err(error),
    };
    let (start, end) = text.split_once('-').ok_or_else(unreadable)?;
    let number = |text: &str| text.parse::<usize>().ok().ok_or_else(unreadable);
    let range = number(start)?..number(end)?;
    if range.start > range.end || range.end > length {
        return Err(unreadable());
    }
    Ok(range)
}

/// Our headers of a record that could not be read, under names of their own: what they say of the
/// delivery must not be lost with it.
pub fn previous(record: &Record) -> impl Iterator<Item = Header> + '_ {
    record.headers.iter().filter_map(|(name, value)| {
        let rest = name.strip_prefix(PREFIX)?;
        let name = if rest.starts_with(PREVIOUS) {
            name.clone()
        } else {
            format!("{PREFIX}{PREVIOUS}{rest}")
        };
        Some((name, value.clone()))
    })
}

/// Marks a header that a record had before it became a dead letter.
pub(super) const PREVIOUS: &str = "was-";

fn failure(record: &Record) -> Result<Option<Failure>, HeaderError> {
    let Ok(reason) = required(record, "reason") else {
        return Ok(None);
    };
    // A later release may know more reasons: what failed before is no reason to fail now.
    let Some(reason) = Reason::parse(reason) else {
        return Ok(None);
    };
    let mut failure = Failure::new(reason, required(record, "error").unwrap_or_default());
    failure.status = optional(record, "status")?;
    Ok(Some(failure))
}

/// The text of a header of ours, by its name without [`PREFIX`].
pub fn required<'a>(record: &'a Record, name: &'static str) -> Result<&'a str, HeaderError> {
    let full = format!("{PREFIX}{name}");
    let present = record.headers.iter().any(|(key, _)| *key == full);
    match record.header(&full) {
        Some(value) => Ok(value),
        None if present => Err(HeaderError::Unreadable(name)),
        None => Err(HeaderError::Missing(name)),
    }
}

/// The number that a header of ours holds.
pub fn number<T: std::str::FromStr>(record: &Record, name: &'static str) -> Result<T, HeaderError> {
    required(record, name)?
        .parse()
        .ok()
        .ok_or(HeaderError::Unreadable(name))
}

/// The number that a header of ours holds, if it is there.
pub fn optional<T: std::str::FromStr>(
    record: &Record,
    name: &'static str,
) -> Result<Option<T>, HeaderError> {
    match number(record, name) {
        Ok(value) => Ok(Some(value)),
        Err(HeaderError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "headers/tests.rs"]
mod tests;
