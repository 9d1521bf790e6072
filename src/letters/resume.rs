//! What was put back without its marker: a redrive that was killed between the two.

use std::collections::HashMap;

use super::{Extent, Letter, ReadError, Settled, State};
use crate::consume::Record;
use crate::settle::headers;
use crate::settle::marker::read_redriven_from;

/// So many are remembered: hundreds of redrives, each killed at the worst time.
const MOST: usize = 10_000;

/// Dead letters whose deliveries wait in a retry topic, or did, while no marker says so. There are
/// as many as were on their way when a redrive was killed: 32 at most, each time.
#[derive(Debug, Default)]
pub struct Unmarked(HashMap<(i32, i64), (String, u32)>);

impl Unmarked {
    /// Looks at a record of the retry topic that redriven deliveries are put into. What came from
    /// a place that is no longer `kept`, or is older than the `oldest` dead letter (milliseconds
    /// since the epoch), came from no letter that is kept: its marker may be gone with it.
    ///
    /// # Errors
    /// There are too many to be what was on its way when redrives were killed.
    pub fn note(
        &mut self,
        record: &Record,
        (settled, kept, oldest): (&Settled, &Extent, i64),
    ) -> Result<(), ReadError> {
        let Some(((partition, offset), id)) = read_redriven_from(record) else {
            return Ok(());
        };
        let is_older = record.timestamp.is_some_and(|at| at < oldest);
        let range = kept.partitions.get(&partition);
        let is_gone = !range.is_some_and(|range| range.contains(&offset));
        if is_older || is_gone || settled.state(partition, offset) != State::Open {
            return Ok(());
        }
        if self.0.len() >= MOST {
            let topic = record.coordinates.topic.to_string();
            let why = format!("more than {MOST} deliveries were put back and no marker says so");
            return Err(ReadError::Failed { topic, why });
        }
        let redriven = headers::number(record, "redriven").unwrap_or(0);
        self.0
            .insert((partition, offset), (id.to_owned(), redriven));
        Ok(())
    }

    /// Whether this dead letter's delivery was put back already. The place alone does not say so:
    /// a topic that was made anew begins at nought again.
    #[must_use]
    pub fn has(&self, letter: &Letter) -> bool {
        let at = letter.at();
        let found = self.0.get(&(at.partition, at.offset));
        found.is_some_and(|(id, redriven)| {
            letter.id() == Some(id) && letter.redriven().saturating_add(1) == *redriven
        })
    }
}
