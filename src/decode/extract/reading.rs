//! What was read of a record; made once, and used again for the next.

use std::ops::Range;

use crate::decode::DecodeError;
use crate::decode::extract::facts::Value;
use crate::decode::extract::keys::Spelling;
use crate::decode::extract::nesting::Nesting;
use crate::decode::extract::slots::{Slot, Slots};
use crate::event::EventKind;

/// Values of which the memory is kept, whatever a large record needed.
const KEPT_ENTRIES: usize = 1 << 14;
/// The same of events, and of what should be one.
const KEPT_EVENTS: usize = 1 << 12;
/// The same of texts, in bytes.
const KEPT_TEXT: usize = 1 << 16;

/// The memory of an extraction: after the first records none has to be allocated.
///
/// It belongs to whoever reads, one record at a time, and keeps nothing that can be lost.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub(super) entries: Vec<Entry>,
    /// Needed strings that have escapes, without them.
    pub(super) unescaped: String,
    pub(super) events: Vec<Extent>,
    pub(super) bad: Vec<Refused>,
    pub(super) seen: Vec<Seen>,
    /// The number of the object that is read; never used twice.
    pub(super) serial: u64,
    pub(super) nesting: Nesting,
    /// The key that is looked up, if it must be changed for that, and its folded form.
    pub(super) key: (String, String),
}

/// One value of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// `None` once an exact key has hidden what was read under another case of it.
    pub(super) slot: Option<Slot>,
    pub(super) value: Found,
}

/// A value by where its text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    Null,
    Bool(bool),
    Number(Span),
    /// In the record.
    Text(Span),
    /// In `unescaped`.
    Unescaped(Span),
    Object,
}

impl Found {
    /// The value itself, out of the record or out of `unescaped`.
    pub(super) fn show<'r>(self, record: &'r str, unescaped: &'r str) -> Value<'r> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(yes) => Value::Bool(yes),
            Self::Number(span) => Value::Number(span.of(record)),
            Self::Text(span) => Value::Text(span.of(record)),
            Self::Unescaped(span) => Value::Text(span.of(unescaped)),
            Self::Object => Value::Object,
        }
    }
}

/// A range of bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// One event of the record.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    pub(super) place: usize,
    pub(super) text: Span,
    pub(super) kind: EventKind,
    pub(super) deleted: bool,
    pub(super) entries: Range<usize>,
}

/// One element of an envelope that is no event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    pub(super) place: usize,
    pub(super) text: Span,
    pub(super) error: DecodeError,
}

/// Where a key's node was last met.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// In which object.
    pub(super) serial: u64,
    /// How, at best.
    pub(super) spelling: Spelling,
    /// How many entries there were when it was met first.
    pub(super) mark: usize,
}

impl Reading {
    /// Forgets the record before.
    pub(super) fn begin(&mut self, slots: &Slots) {
        self.entries.clear();
        self.entries.shrink_to(KEPT_ENTRIES);
        self.events.clear();
        self.events.shrink_to(KEPT_EVENTS);
        self.bad.clear();
        self.bad.shrink_to(KEPT_EVENTS);
        self.nesting.shrink_to(KEPT_EVENTS);
        let (name, folded) = &mut self.key;
        for text in [&mut self.unescaped, name, folded] {
            text.clear();
            text.shrink_to(KEPT_TEXT);
        }
        self.seen.resize(slots.nodes(), Seen::default());
    }
}
