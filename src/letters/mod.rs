//! What waits and what was given up, read back from Kafka for a person.
//!
//! The dead-letter topic is a log that is only ever appended to: a [`Letter`], and later perhaps a
//! marker that settles it ([`crate::settle::marker`]). So it is read twice: once for what is
//! [`Settled`], a bit for each record at most, and once for the letters themselves, which are
//! never held all at once. A retry topic is read from where its group has committed.
//!
//! Nothing here joins a group or commits: a [`Reader`] goes from the first record that is kept to
//! the end that the topic had when it began. It works while daemons run.

mod filter;
mod letter;
mod pretty;
mod reader;
mod redrive;
mod resume;
mod runbook;
mod settled;
mod topics;
mod waiting;
mod when;
mod writer;

pub use filter::{Filter, Statuses};
pub use letter::{Entry, Letter};
pub use pretty::{pretty, shown};
pub use reader::{ReadError, Reader};
pub use redrive::{Cannot, Redrive, Rules};
pub use resume::Unmarked;
pub use runbook::{advice, known_reasons};
pub use settled::{Settled, State};
pub use topics::{Extent, Topics};
pub use waiting::Waiting;
pub use when::{WhenError, instant_or_ago};
pub use writer::Writer;
