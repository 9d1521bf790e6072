//! From a record's bytes to its events.

use serde::de::IgnoredAny;

use crate::config::{Decode, SourceKind};
use crate::decode::kind::Marks;
use crate::decode::read::MAX_DEPTH;
use crate::decode::root::read_checked;
use crate::decode::{DecodeError, Event, Needs, depth, envelope, read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
// That of JSON: less than what Rust takes for it.
pub(super) const WHITE_SPACE: [char; 4] = [' ', '\n', '\t', '\r'];

/// Decodes records; immutable, shared by all partitions.
#[derive(Debug, Clone)]
pub struct Decoder {
    needs: Needs,
    // What the kind of an event too deep to be read is told by.
    shape: Needs,
    max_bytes: usize,
    max_depth: usize,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The events, in their order.
    pub events: Vec<Event<'a>>,
    /// What should be an event and is none, in its order.
    pub bad: Vec<BadEvent<'a>>,
}

/// One element of an envelope that is no event; its neighbours are not touched by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEvent<'a> {
    /// Its place in the envelope, from 0.
    pub place: usize,
    /// Its own text.
    pub text: &'a str,
    /// What is wrong with it.
    pub error: DecodeError,
}

impl Decoder {
    /// A decoder that reads these properties within these limits.
    #[must_use]
    pub fn new(needs: Needs, limits: Decode) -> Self {
        let max_depth = limits.max_depth.min(MAX_DEPTH);
        Self {
            needs,
            shape: Needs::with([]),
            max_bytes: limits.max_bytes,
            max_depth,
        }
    }

    /// The events of a record: one object, an array of them, or an object with an array
    /// `records` that is no event itself.
    pub fn decode<'a>(
        &self,
        payload: &'a [u8],
        source: SourceKind,
    ) -> Result<Decoded<'a>, DecodeError> {
        let text = text_of(payload, self.max_bytes)?;
        let value = text.trim_matches(WHITE_SPACE);
        match form(value) {
            Form::Object => self.object(text, source),
            Form::Array => check(text).map(|()| self.envelope(&[value], source)),
            Form::Other(found) => check(text).and(Err(DecodeError::NotAnEvent { found })),
        }
    }

    fn object<'a>(&self, text: &'a str, source: SourceKind) -> Result<Decoded<'a>, DecodeError> {
        let deep = depth::exceeds(text, self.max_depth);
        let needs = if deep { &self.shape } else { &self.needs };
        let fields = read_checked(text, needs, self.max_depth)?;
        let text = text.trim_matches(WHITE_SPACE);
        let marks = Marks::of(&fields);
        if marks.recognise().is_none() {
            let records: Vec<&str> = envelope::records(text).collect();
            if !records.is_empty() {
                return Ok(self.envelope(&records, source));
            }
        }
        if deep {
            return Err(DecodeError::TooDeep {
                max: self.max_depth,
            });
        }
        let kind = marks.decide(source)?;
        Ok(Decoded {
            events: vec![Event {
                place: 0,
                text,
                kind,
                fields,
            }],
            bad: Vec::new(),
        })
    }

    fn envelope<'a>(&self, arrays: &[&'a str], source: SourceKind) -> Decoded<'a> {
        let mut decoded = Decoded {
            events: Vec::new(),
            bad: Vec::new(),
        };
        let elements = arrays.iter().flat_map(|array| envelope::elements(array));
        for (place, text) in elements.enumerate() {
            match self.event(place, text, source) {
                Ok(event) => decoded.events.push(event),
                Err(error) => decoded.bad.push(BadEvent { place, text, error }),
            }
        }
        decoded
    }

    fn event<'a>(
        &self,
        place: usize,
        text: &'a str,
        source: SourceKind,
    ) -> Result<Event<'a>, DecodeError> {
        match form(text) {
            Form::Object => {}
            Form::Array => return Err(DecodeError::NotAnEvent { found: "an array" }),
            Form::Other(found) => return Err(DecodeError::NotAnEvent { found }),
        }
        if depth::exceeds(text, self.max_depth) {
            return Err(DecodeError::TooDeep {
                max: self.max_depth,
            });
        }
        let fields = read(text, &self.needs);
        let kind = Marks::of(&fields).decide(source)?;
        Ok(Event {
            place,
            text,
            kind,
            fields,
        })
    }
}

/// Whether a text is JSON; without recursion, so it needs no limit of depth.
fn check(text: &str) -> Result<(), DecodeError> {
    let _checked: IgnoredAny = serde_json::from_str(text)?;
    Ok(())
}

/// A record's text, if it is one and not too large.
pub(super) fn text_of(payload: &[u8], max_bytes: usize) -> Result<&str, DecodeError> {
    if payload.len() > max_bytes {
        return Err(DecodeError::TooLarge {
            size: payload.len(),
            max: max_bytes,
        });
    }
    let bytes = payload.strip_prefix(BYTE_ORDER_MARK).unwrap_or(payload);
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = payload.len() - bytes.len() + error.valid_up_to();
        DecodeError::NotUtf8 { offset }
    })
}

/// What a text is by its first byte.
pub(super) enum Form {
    Object,
    Array,
    Other(&'static str),
}

pub(super) fn form(text: &str) -> Form {
    match text.as_bytes().first() {
        Some(b'{') => Form::Object,
        Some(b'[') => Form::Array,
        Some(b'"') => Form::Other("a string"),
        Some(b't' | b'f') => Form::Other("a boolean"),
        Some(b'n') => Form::Other("null"),
        Some(_) | None => Form::Other("a number"),
    }
}

#[cfg(test)]
mod tests;
