//! The forms in which a record is offered to a topic that refuses it, from the whole to the least.
//!
//! What a form leaves out or adds is told by the header `firebell-changed`: do not change its words,
//! as in [`headers`](super::headers). The coordinates are in the headers of every form.

use bytes::Bytes;

use super::headers::{Header, PREFIX, PREVIOUS, required, text};
use super::{Parcel, Refused};
use crate::consume::Record;

/// The name of the header, without the prefix.
const CHANGED: &str = "changed";
/// A key of ours stands where the original has none.
const KEY_ADDED: &str = "key-added";
/// A key of ours stands for the original's.
const KEY_REPLACED: &str = "key-replaced";
/// The original's headers are left out.
const HEADERS_DROPPED: &str = "headers-dropped";
/// The value is left out.
const VALUE_DROPPED: &str = "value-dropped";

/// The key that a record had when it came from its source: one that we gave it is none of it.
#[must_use]
pub fn original_key(record: &Record) -> Option<&Bytes> {
    let changed = required(record, CHANGED).unwrap_or_default();
    let is_ours = |word: &str| word == KEY_ADDED || word == KEY_REPLACED;
    let is_ours = changed.split(' ').any(is_ours);
    record.key.as_ref().filter(|_| !is_ours)
}

/// A form of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// With a key of ours where it has none: a compacted topic takes no record without one.
    Keyed,
    /// Without what the original's producer put into the headers.
    WithoutHeaders,
    /// Without its value.
    WithoutValue,
    /// Our own key and headers, and nothing of the original.
    Bare,
}

/// What becomes of a record's bytes when a topic refuses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// They stay as they are: the record is of no use without them.
    Everything,
    /// What is refused is left out: the coordinates point at the original.
    Coordinates,
}

impl Keep {
    /// The forms to offer after the record itself, in their order: what costs least is first, and
    /// the value is given up last.
    pub(super) const fn forms(self) -> &'static [Form] {
        match self {
            Self::Everything => &[Form::Keyed],
            Self::Coordinates => &[
                Form::Keyed,
                Form::WithoutHeaders,
                Form::WithoutValue,
                Form::Bare,
            ],
        }
    }
}

impl Form {
    /// Whether this form would be refused as the one before it was: a key makes nothing smaller.
    pub(super) const fn is_no_use_after(self, refused: &Refused) -> bool {
        matches!((self, refused), (Self::Keyed, Refused::TooLarge(_)))
    }

    /// The record in this form.
    pub(super) fn of(self, whole: &Parcel) -> Parcel {
        let mut parcel = whole.clone();
        if parcel.key.is_none() || self == Self::Bare {
            parcel.key = Some(own_key(&whole.headers));
        }
        if matches!(self, Self::WithoutHeaders | Self::Bare) {
            parcel.headers.retain(is_of_this_hop);
        }
        if matches!(self, Self::WithoutValue | Self::Bare) {
            parcel.value = None;
        }
        let told = changes(whole, &parcel);
        if !told.is_empty() {
            parcel.headers.push(text(CHANGED, told));
        }
        parcel
    }
}

/// A record with a key of ours where it has none, as a compacted topic wants one.
#[must_use]
pub fn keyed(parcel: &Parcel) -> Parcel {
    Form::Keyed.of(parcel)
}

/// In what a form differs from the whole record, as words with a space between.
fn changes(whole: &Parcel, parcel: &Parcel) -> String {
    let key = if whole.key.is_none() {
        KEY_ADDED
    } else {
        KEY_REPLACED
    };
    let lost_headers = parcel.headers.len() != whole.headers.len();
    let lost_value = parcel.value.is_none() && whole.value.is_some();
    let words = [
        (parcel.key != whole.key).then_some(key),
        lost_headers.then_some(HEADERS_DROPPED),
        lost_value.then_some(VALUE_DROPPED),
    ];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    words.join(" ")
}

/// Whether a header is one of ours that was made for this record, and none that it came with.
fn is_of_this_hop((name, _): &Header) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| !rest.starts_with(PREVIOUS))
}

/// What of our headers makes a key that no other record of the topic has.
const IN_KEY: [&str; 7] = [
    "topic",
    "partition",
    "offset",
    "place",
    "id",
    "redriven",
    "settles",
];

/// A line for a record that was taken in another form than its own.
pub(super) fn tell(taken: &Parcel, error: &str) {
    let value = |name: &str| value(&taken.headers, name).map(String::from_utf8_lossy);
    let part = |name| value(name).unwrap_or_default();
    let at = ["topic", "partition", "offset"].map(part).join("/");
    tracing::warn!(
        topic = &*taken.topic,
        at,
        changed = &*part(CHANGED),
        error,
        "the topic refused a record as it is, and took it changed"
    );
}

/// The value of a header of ours.
fn value<'a>(all: &'a [Header], name: &str) -> Option<&'a [u8]> {
    let is_it = |(full, _): &&Header| full.strip_prefix(PREFIX) == Some(name);
    let (_, value) = all.iter().find(is_it)?;
    value.as_deref()
}

/// A key that stands for this record alone, or a compacted topic would drop one of two.
fn own_key(all: &[Header]) -> Bytes {
    let parts = IN_KEY.into_iter().filter_map(|name| value(all, name));
    let key = parts.fold(b"firebell".to_vec(), |mut key, part| {
        key.push(b'/');
        key.extend_from_slice(part);
        key
    });
    Bytes::from(key)
}

#[cfg(test)]
#[path = "form/tests.rs"]
mod tests;
