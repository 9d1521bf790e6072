//! The second stage: a record's bytes become events, or a reason why not.
//!
//! What enters is a payload and what its source says of it; what leaves is [`Extracted`], which
//! borrows from the payload, or one [`DecodeError`] for the whole record. Nothing here blocks,
//! and nothing is copied but needed strings with escapes in them. [`Decoder`] gives the same
//! events plainly, as trees: for people, and for tests.
//!
//! A record is checked as a whole, size, UTF-8, JSON, and what is needed is read on the way.
//! Numbers stay text, so that none is out of range; a lone surrogate becomes U+FFFD; duplicate
//! keys are all kept. Time and memory are linear in the payload, whatever is in it.

mod cursor;
mod decoder;
mod depth;
mod envelope;
mod error;
mod event;
mod extract;
mod json;
mod kind;
mod needs;
mod quote;
mod read;
mod root;
mod text;
mod walk;

pub use decoder::{BadEvent, Decoded, Decoder};
pub use depth::exceeds;
pub use error::DecodeError;
pub use event::Event;
pub use extract::{Extracted, Extractor, Facts, Reading, Resource, Slot, Slots, Value};
pub use json::Json;
pub use needs::Needs;
pub use read::read;
pub use walk::walk;
