//! One event, as far as somebody needs it.

use crate::decode::extract::known::Known;
use crate::decode::extract::reading::{Entry, Extent};
use crate::decode::extract::slots::Slot;
use crate::event::EventKind;

/// A value of an event. Numbers are text as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'r> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written: `1e400` is no error here.
    Number(&'r str),
    /// A string without its escapes.
    Text(&'r str),
    /// An object: it is there, and that is all a rule can ask.
    Object,
}

/// A resource that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'r> {
    /// By its Azure id.
    Id(&'r str),
    /// A subscription, by its name alone.
    Subscription(&'r str),
}

/// What is known of one security event, borrowed from its record and its reading.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'r> {
    pub(super) extent: &'r Extent,
    pub(super) entries: &'r [Entry],
    /// The record, and what stood in it with escapes.
    pub(super) texts: (&'r str, &'r str),
    pub(super) known: &'r Known,
}

impl<'r> Facts<'r> {
    /// Its place in the envelope, from 0.
    #[must_use]
    pub const fn place(&self) -> usize {
        self.extent.place
    }

    /// Its own bytes, exactly as they stand in the record.
    #[must_use]
    pub fn text(&self) -> &'r str {
        self.extent.text.of(self.texts.0)
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.extent.kind
    }

    /// Whether it tells that its object is gone: the enrichment's action is `Delete`.
    #[must_use]
    pub const fn deleted(&self) -> bool {
        self.extent.deleted
    }

    /// Every value with its slot. Those of one slot come in the order of the event.
    pub fn values(&self) -> impl Iterator<Item = (Slot, Value<'r>)> + use<'r> {
        self.placed().map(|(_, slot, value)| (slot, value))
    }

    /// The same, each with its place.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (usize, Slot, Value<'r>)> + use<'r> {
        let (record, unescaped) = self.texts;
        let entries = self.entries.iter().enumerate();
        entries.filter_map(move |(place, entry)| {
            let value = entry.value.show(record, unescaped);
            entry.slot.map(|slot| (place, slot, value))
        })
    }

    /// The value at a place.
    pub(crate) fn at(&self, place: usize) -> Option<Value<'r>> {
        let (record, unescaped) = self.texts;
        let entry = self.entries.get(place)?;
        Some(entry.value.show(record, unescaped))
    }

    /// When it happened, by its own word and in its own words.
    #[must_use]
    pub fn time(&self) -> Option<&'r str> {
        let mut times = self.known.times.iter();
        times.find_map(|slot| self.texts(*slot).next())
    }

    /// The resources it is about, in the order of the event: a scope covers the event when it
    /// covers one of them.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'r>> + use<'r> {
        let (known, kind, texts) = (self.known, self.kind(), self.texts);
        self.entries.iter().filter_map(move |entry| {
            let slot = entry.slot?;
            let id = known.is_id(slot, kind);
            if !id && !known.is_subscription(slot, kind) {
                return None;
            }
            let Value::Text(text) = entry.value.show(texts.0, texts.1) else {
                return None;
            };
            let resource = if id {
                Resource::Id(text)
            } else {
                Resource::Subscription(text)
            };
            (!text.is_empty()).then_some(resource)
        })
    }

    /// The texts of a slot that are not empty.
    fn texts(&self, slot: Slot) -> impl Iterator<Item = &'r str> + use<'r> {
        self.values().filter_map(move |(of, value)| match value {
            Value::Text(text) if of == slot && !text.is_empty() => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object => {
                None
            }
        })
    }
}
