//! From a record's bytes to what is needed of its events, in one pass.

use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::config::{Decode, SourceKind};
use crate::decode::decoder::{self, Form, form};
use crate::decode::extract::facts::{Facts, Value};
use crate::decode::extract::gather::Gather;
use crate::decode::extract::known::Role;
use crate::decode::extract::reading::{Extent, Reading, Refused, Span};
use crate::decode::extract::scanner::Scanner;
use crate::decode::extract::slots::Slots;
use crate::decode::kind::{self, Marks};
use crate::decode::read::MAX_DEPTH;
use crate::decode::{BadEvent, DecodeError, envelope};

/// Reads records; immutable, shared by all partitions.
#[derive(Debug, Clone)]
pub struct Extractor {
    slots: Arc<Slots>,
    max_bytes: usize,
    max_depth: usize,
}

/// What a record holds, borrowed from it and from its reading.
#[derive(Debug, Clone, Copy)]
pub struct Extracted<'r> {
    record: &'r str,
    reading: &'r Reading,
    slots: &'r Slots,
}

impl<'r> Extracted<'r> {
    /// The events, in their order.
    #[must_use]
    pub fn events(&self) -> impl ExactSizeIterator<Item = Facts<'r>> + use<'r> {
        let Self {
            record,
            reading,
            slots,
        } = *self;
        reading.events.iter().map(move |extent| Facts {
            extent,
            entries: reading
                .entries
                .get(extent.entries.clone())
                .unwrap_or_default(),
            texts: (record, &reading.unescaped),
            known: slots.known(),
        })
    }

    /// What should be an event and is none, in its order.
    #[must_use]
    pub fn bad(&self) -> impl ExactSizeIterator<Item = BadEvent<'r>> + use<'r> {
        let record = self.record;
        self.reading.bad.iter().map(move |refused| BadEvent {
            place: refused.place,
            text: refused.text.of(record),
            error: refused.error,
        })
    }
}

/// What one pass found beside the entries.
struct Pass {
    start: usize,
    end: usize,
    too_deep: bool,
    marks: Marks,
    deleted: bool,
}

impl Extractor {
    /// Reads these slots within these limits.
    #[must_use]
    pub fn new(slots: Arc<Slots>, limits: Decode) -> Self {
        Self {
            slots,
            max_bytes: limits.max_bytes,
            max_depth: limits.max_depth.min(MAX_DEPTH),
        }
    }

    /// The events of a record: one object, an array of them, or an object with an array
    /// `records` that is no event itself. An error is the whole record's.
    pub fn extract<'r>(
        &'r self,
        payload: &'r [u8],
        source: SourceKind,
        reading: &'r mut Reading,
    ) -> Result<Extracted<'r>, DecodeError> {
        reading.begin(&self.slots);
        let record = decoder::text_of(payload, self.max_bytes)?;
        let value = record.trim_matches(decoder::WHITE_SPACE);
        match form(value) {
            Form::Object => self.object((record, value), source, reading)?,
            Form::Array => {
                if !is_json(value, reading) {
                    return Err(not_json(record));
                }
                self.envelope(record, [value], (source, reading));
            }
            Form::Other(found) => {
                check(record)?;
                return Err(DecodeError::NotAnEvent { found });
            }
        }
        Ok(Extracted {
            record,
            reading,
            slots: &self.slots,
        })
    }

    fn object(
        &self,
        (record, value): (&str, &str),
        source: SourceKind,
        reading: &mut Reading,
    ) -> Result<(), DecodeError> {
        let text = span_of(value, record);
        let pass = self.pass(record, text.start, reading);
        let pass = pass.filter(|pass| pass.end == text.end);
        let pass = pass.ok_or_else(|| not_json(record))?;
        if pass.marks.recognise().is_none() {
            let mut arrays = envelope::records(value).peekable();
            if arrays.peek().is_some() {
                reading.begin(&self.slots);
                self.envelope(record, arrays, (source, reading));
                return Ok(());
            }
        }
        let extent = self.extent((0, text), &pass, (source, reading))?;
        reading.events.push(extent);
        Ok(())
    }

    fn envelope<'r>(
        &self,
        record: &str,
        arrays: impl IntoIterator<Item = &'r str>,
        (source, reading): (SourceKind, &mut Reading),
    ) {
        let elements = arrays.into_iter().flat_map(envelope::elements);
        for (place, text) in elements.enumerate() {
            let span = span_of(text, record);
            let before = reading.entries.len();
            match self.element((place, text), (record, span), (source, reading)) {
                Ok(extent) => reading.events.push(extent),
                Err(error) => {
                    reading.entries.truncate(before);
                    reading.bad.push(Refused {
                        place,
                        text: span,
                        error,
                    });
                }
            }
        }
    }

    fn element(
        &self,
        (place, text): (usize, &str),
        (record, span): (&str, Span),
        (source, reading): (SourceKind, &mut Reading),
    ) -> Result<Extent, DecodeError> {
        match form(text) {
            Form::Object => {}
            Form::Array => return Err(DecodeError::NotAnEvent { found: "an array" }),
            Form::Other(found) => return Err(DecodeError::NotAnEvent { found }),
        }
        let pass = self.pass(record, span.start, reading);
        let pass = pass.ok_or_else(|| not_json(text))?;
        self.extent((place, span), &pass, (source, reading))
    }

    fn extent(
        &self,
        (place, text): (usize, Span),
        pass: &Pass,
        (source, reading): (SourceKind, &Reading),
    ) -> Result<Extent, DecodeError> {
        if pass.too_deep {
            return Err(DecodeError::TooDeep {
                max: self.max_depth,
            });
        }
        Ok(Extent {
            place,
            text,
            kind: pass.marks.decide(source)?,
            deleted: pass.deleted,
            entries: pass.start..reading.entries.len(),
        })
    }

    fn pass(&self, record: &str, at: usize, reading: &mut Reading) -> Option<Pass> {
        let start = reading.entries.len();
        let mut gather = Gather {
            scanner: Scanner::new(record),
            slots: &self.slots,
            reading,
            max_depth: self.max_depth,
            depth: 0,
            too_deep: false,
        };
        gather.scanner.rewind(at);
        gather.event()?;
        let (end, too_deep) = (gather.scanner.at(), gather.too_deep);
        let mut pass = Pass {
            start,
            end,
            too_deep,
            marks: Marks::default(),
            deleted: false,
        };
        for entry in reading.entries.get(start..)? {
            let role = entry.slot.and_then(|slot| self.slots.known().role(slot));
            if let Some(role) = role {
                pass.tell(role, entry.value.show(record, &reading.unescaped));
            }
        }
        Some(pass)
    }
}

impl Pass {
    fn tell(&mut self, role: Role, value: Value<'_>) {
        let marks = &mut self.marks;
        match (role, value) {
            (Role::AlertId, _) => marks.alert.id = true,
            (Role::AlertType, _) => marks.alert.ty = true,
            (Role::AttackPath, _) => marks.attack_path = true,
            (Role::Type, Value::Text(text)) => marks.named = marks.named.or(kind::by_type(text)),
            (Role::Snapshot, Value::Bool(yes)) => marks.snapshot |= yes,
            (Role::Snapshot, Value::Text(text)) => marks.snapshot |= kind::says_yes(text),
            (Role::Action, Value::Text(text)) => self.deleted |= kind::says_delete(text),
            (
                Role::Type | Role::Snapshot | Role::Action,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object,
            ) => {}
        }
    }
}

/// Where a part of a text stands in it.
fn span_of(part: &str, text: &str) -> Span {
    let start = (part.as_ptr().addr()).saturating_sub(text.as_ptr().addr());
    let end = start + part.len();
    Span { start, end }
}

/// Whether an array is JSON and nothing else.
fn is_json(array: &str, reading: &mut Reading) -> bool {
    let mut scanner = Scanner::new(array);
    let levels = scanner.skip(&mut reading.nesting);
    levels.is_some() && scanner.at() == array.len()
}

fn check(text: &str) -> Result<(), DecodeError> {
    serde_json::from_str::<IgnoredAny>(text)?;
    Ok(())
}

/// Where a text is no JSON, by the library: our pass tells only that it is none.
fn not_json(text: &str) -> DecodeError {
    check(text).err().unwrap_or(DecodeError::NotJson {
        found: "a syntax error",
        line: 1,
        column: 0,
    })
}

#[cfg(test)]
mod tests;
