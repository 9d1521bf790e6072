//! The dead letters that are meant, one after the other, with what became of each.

use super::Progress;
use crate::config::Config;
use crate::consume::Record;
use crate::letters::{Entry, Extent, Filter, Letter, ReadError, Settled, State, Topics, Unmarked};
use crate::settle::headers::HeaderError;

/// The dead-letter topic, whose markers have been read.
pub(crate) struct Scan<'a> {
    config: &'a Config,
    topics: Topics,
    extent: Extent,
    settled: Settled,
    /// The time of the oldest letter that is kept, in milliseconds since the epoch.
    oldest: i64,
}

/// What is found.
pub(crate) enum Found {
    /// A dead letter.
    Letter(State, Letter),
    /// What nobody can read, and why.
    Unreadable(Record, HeaderError),
}

impl<'a> Scan<'a> {
    /// Reads the topic for its markers.
    pub(crate) async fn new(config: &'a Config) -> Result<Self, ReadError> {
        let topics = Topics::new(config);
        let extent = topics.extent(&config.dead_letter.topic).await?;
        let (mut settled, mut oldest) = (Settled::default(), i64::MAX);
        let reader = topics.read(&extent)?;
        let mut records = Progress::over(reader, "looking for what is settled");
        while let Some(record) = records.next().await? {
            let at = record.timestamp;
            match Entry::of(record) {
                Entry::Marker(marker) => settled.mark(&marker),
                Entry::Letter(_) => oldest = oldest.min(at.unwrap_or(i64::MIN)),
                Entry::Unreadable(..) => {}
            }
        }
        Ok(Self {
            config,
            topics,
            extent,
            settled,
            oldest,
        })
    }

    /// Reads the topic again, for what a filter takes.
    pub(crate) fn found(&self, filter: &'a Filter) -> Result<Running<'_>, ReadError> {
        let reader = self.topics.read(&self.extent)?;
        Ok(Running {
            records: Progress::over(reader, "reading dead letters"),
            settled: &self.settled,
            filter,
        })
    }

    /// What was put back into the first retry topic while no marker says so.
    pub(crate) async fn unmarked(&self) -> Result<Unmarked, ReadError> {
        let mut unmarked = Unmarked::default();
        let Some(tier) = self.config.retry.tiers.first() else {
            return Ok(unmarked);
        };
        let reader = self.topics.read(&self.topics.extent(&tier.topic).await?)?;
        let mut records = Progress::over(reader, "looking for what was redriven before");
        while let Some(record) = records.next().await? {
            unmarked.note(&record, (&self.settled, &self.extent, self.oldest))?;
        }
        Ok(unmarked)
    }
}

/// Reading that goes on.
pub(crate) struct Running<'a> {
    records: Progress,
    settled: &'a Settled,
    filter: &'a Filter,
}

impl Running<'_> {
    /// The next that is meant; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Found>, ReadError> {
        while let Some(record) = self.records.next().await? {
            match Entry::of(record) {
                Entry::Letter(letter) if self.filter.takes(&letter) => {
                    let at = letter.at();
                    let state = self.settled.state(at.partition, at.offset);
                    return Ok(Some(Found::Letter(state, letter)));
                }
                // It has nothing to be asked for but its time.
                Entry::Unreadable(record, why)
                    if self.filter.is_about_time_alone()
                        && self.filter.takes_time(record.timestamp) =>
                {
                    return Ok(Some(Found::Unreadable(record, why)));
                }
                Entry::Letter(_) | Entry::Unreadable(..) | Entry::Marker(_) => {}
            }
        }
        Ok(None)
    }

    /// The next that is meant and open.
    pub(crate) async fn next_open(&mut self) -> Result<Option<Letter>, ReadError> {
        while let Some(found) = self.next().await? {
            if let Found::Letter(State::Open, letter) = found {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }
}
