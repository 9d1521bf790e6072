//! The way that every record takes: one pass, and no memory of its own.
//!
//! What some rule names has a [`Slot`], a number. [`Slots`] is the tree of needed paths, made
//! once; [`Extractor`] walks a record along it, checks that the record is JSON, and keeps each
//! needed value as a place in the record. [`Reading`] is the memory for that, used again and
//! again; [`Facts`] is what it tells of one event.
//!
//! The plain way is beside it: [`Decoder`](crate::decode::Decoder) gives a tree. What both say of
//! an event is the same, and tests hold them to it.

#[cfg(test)]
pub(crate) mod agreement;
mod branch;
mod extractor;
mod facts;
mod gather;
mod keys;
mod known;
mod nesting;
mod reading;
mod scanner;
mod slots;
mod special;

pub use extractor::{Extracted, Extractor};
pub use facts::{Facts, Resource, Value};
pub use reading::Reading;
pub use slots::{Slot, Slots};
