//! The codec of markers: records in the dead-letter topic that settle a dead letter before them.
//!
//! Do not change a name or a form, as in [`headers`]. A marker stands in the partition of what it
//! settles, so that retention never takes it first.

use super::headers::{self, Header, HeaderError, VERSION, text};
use crate::consume::Record;

/// What was done with a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// Its delivery was put back into a retry topic.
    Redriven,
    /// Somebody said that nothing is to be done.
    Purged,
}

impl Settling {
    /// The word in the header.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Redriven => "redriven",
            Self::Purged => "purged",
        }
    }
}

/// A marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What was done.
    pub settling: Settling,
    /// The dead letter's partition.
    pub partition: i32,
    /// The dead letter's offset.
    pub offset: i64,
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// The id of the delivery that ended there, when there was one.
    pub id: Option<String>,
    /// The workflow that it was put back for.
    pub workflow: Option<String>,
    /// How often it has been put back, this time included.
    pub redriven: u32,
}

/// Whether a record is meant as a marker.
#[must_use]
pub fn is_marker(record: &Record) -> bool {
    record.header("firebell-marker").is_some()
}

/// The headers of a marker.
#[must_use]
pub fn write(marker: &Marker) -> Vec<Header> {
    let Marker {
        partition, offset, ..
    } = marker;
    let mut headers = vec![
        text("version", VERSION.to_owned()),
        text("marker", marker.settling.label().to_owned()),
        text("settles", format!("{partition}/{offset}")),
        text("at", marker.at.to_string()),
    ];
    let of_delivery = [("id", &marker.id), ("workflow", &marker.workflow)];
    let texts = of_delivery
        .into_iter()
        .filter_map(|(name, value)| Some(text(name, value.clone()?)));
    headers.extend(texts);
    if marker.redriven > 0 {
        headers.push(text("redriven", marker.redriven.to_string()));
    }
    headers
}

/// Reads a marker.
///
/// # Errors
/// What of it is missing, or cannot be read; a marker that settles nothing before it among them.
pub fn read(record: &Record) -> Result<Marker, HeaderError> {
    headers::known_version(record)?;
    let settling = match headers::required(record, "marker")? {
        "redriven" => Settling::Redriven,
        "purged" => Settling::Purged,
        _ => return Err(HeaderError::Unreadable("marker")),
    };
    let settles = headers::required(record, "settles")?;
    let (partition, offset) = place(settles).ok_or(HeaderError::Unreadable("settles"))?;
    let at = &record.coordinates;
    if partition != at.partition || offset >= at.offset {
        return Err(HeaderError::Unreadable("settles"));
    }
    let own = |name| headers::required(record, name).ok().map(str::to_owned);
    Ok(Marker {
        settling,
        partition,
        offset,
        at: headers::number(record, "at")?,
        id: own("id"),
        workflow: own("workflow"),
        redriven: headers::optional(record, "redriven")?.unwrap_or(0),
    })
}

/// The header that tells from which dead letter a delivery was put back: without its marker it is
/// how a second run knows.
#[must_use]
pub fn redriven_from(letter: &Record, id: &str) -> Header {
    let at = &letter.coordinates;
    let value = format!("{}/{}/{id}", at.partition, at.offset);
    text("redriven-from", value)
}

/// The partition and offset of the dead letter that a record of a retry topic was put back from,
/// and the id that it had there.
#[must_use]
pub fn read_redriven_from(record: &Record) -> Option<((i32, i64), &str)> {
    let value = record.header("firebell-redriven-from")?;
    let end = value.match_indices('/').nth(1).map(|(end, _)| end)?;
    let (at, id) = value.split_at_checked(end)?;
    Some((place(at)?, id.trim_start_matches('/')))
}

fn place(text: &str) -> Option<(i32, i64)> {
    let (partition, offset) = text.split_once('/')?;
    Some((partition.parse().ok()?, offset.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Coordinates;
    use proptest::prelude::*;

    fn record(partition: i32, offset: i64, headers: Vec<Header>) -> Record {
        Record {
            coordinates: Coordinates {
                topic: "dlq".into(),
                partition,
                offset,
            },
            timestamp: None,
            key: None,
            value: None,
            headers,
        }
    }

    proptest! {
        #[test]
        fn what_is_marked_is_read_back(
            purged in any::<bool>(),
            partition in 0..100_i32,
            offset in 0..i64::MAX,
            at in any::<i64>(),
            id in proptest::option::of("[a-z0-9_/]{1,40}"),
            redriven in any::<u32>(),
        ) {
            let settling = if purged { Settling::Purged } else { Settling::Redriven };
            let marker =
                Marker { settling, partition, offset, at, id, workflow: None, redriven };
            let back = read(&record(partition, offset + 1, write(&marker)));
            prop_assert_eq!(back, Ok(marker));
        }

        #[test]
        fn where_it_was_put_back_from_is_read_back(
            partition in 0..100_i32,
            offset in 0..i64::MAX,
            id in "[a-z0-9_/]{0,40}",
        ) {
            let letter = record(partition, offset, Vec::new());
            let parked = record(0, 0, vec![redriven_from(&letter, &id)]);
            let back = read_redriven_from(&parked);
            let id = id.trim_start_matches('/');
            prop_assert_eq!(back, Some(((partition, offset), id)));
        }
    }

    #[test]
    fn a_marker_settles_only_what_stands_before_it_in_its_partition() {
        let marker = Marker {
            settling: Settling::Purged,
            partition: 1,
            offset: 7,
            at: 0,
            id: None,
            workflow: None,
            redriven: 0,
        };
        let read = |partition, offset| read(&record(partition, offset, write(&marker)));
        assert!(read(1, 8).is_ok());
        for (partition, offset) in [(1, 7), (1, 6), (2, 8)] {
            assert_eq!(
                read(partition, offset),
                Err(HeaderError::Unreadable("settles"))
            );
        }
    }
}
