//! A delivery that waits in a retry topic.

use super::Letter;
use crate::config::Tier;
use crate::consume::Record;
use crate::settle::headers::{self, HeaderError};

/// A delivery that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The record.
    pub letter: Letter,
    /// Not to be tried before, in milliseconds since the epoch.
    pub due: i64,
}

impl Waiting {
    /// Reads a record of a tier as its consumer would at `now`, in milliseconds since the epoch.
    ///
    /// # Errors
    /// It is no parked delivery: its consumer will make a dead letter of it.
    pub fn of(record: Record, tier: &Tier, now: i64) -> Result<Self, HeaderError> {
        let parked = headers::read(&record)?;
        let due = headers::due(&parked, tier, now);
        let letter = Letter::of_parked(record)?;
        Ok(Self { letter, due })
    }
}
