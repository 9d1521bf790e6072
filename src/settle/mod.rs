//! Stage five: outcomes become settlements, and settled records become committed offsets.
//!
//! Enters: a delivery with its outcome, or a record that could not be read. Leaves: nothing but
//! the broker's acknowledgement, after which the record's [`Ticket`] may go back to its
//! [`Ledger`]. What can block: an unreachable cluster, for as long as it lasts. A delivery that
//! can neither be parked nor dead-lettered holds its partition, and the daemon is not ready.
//!
//! Invariant: a ticket goes back only after every delivery of its record is delivered, or parked
//! or dead-lettered with the broker's acknowledgement.

mod dead_letter;
mod flood;
mod form;
pub mod headers;
mod held;
mod ledger;
pub mod marker;
mod parked;
mod plan;
mod producer;
mod settler;
mod unknown;

pub use dead_letter::DeadLetter;
pub use form::{keyed, original_key};
pub use ledger::{Ledger, Limits, Ticket};
pub use parked::Parked;
pub use plan::{Next, Plan};
pub use producer::{Parcel, Producer, ProducerError, Refused, producer_config};
pub use settler::Settler;
