//! Which offset may be committed: pure, without Kafka, held to a model by properties.

use std::collections::VecDeque;

/// The records of one partition that were received and are not yet settled, in order, with the
/// assignment's epoch. The watermark is the oldest of them; there may be gaps in the offsets. What
/// came before the offsets went back is still in flight, and no part of the watermark.
#[derive(Debug)]
pub struct Ledger {
    epoch: u64,
    limits: Limits,
    /// From the oldest unsettled record on; settled ones behind it wait for it.
    entries: VecDeque<Entry>,
    /// The ticket number of the first entry.
    first: u64,
    /// The ticket number of the first entry since the offsets went back.
    anew: u64,
    unsettled: usize,
    bytes: usize,
    /// The offset after the last one received.
    next: Option<i64>,
}

/// What one partition may have in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Records received and not settled.
    pub records: usize,
    /// Their bytes; one record is always let in.
    pub bytes: usize,
    /// Records from the oldest unsettled one on, the settled ones among them: what a crash
    /// repeats.
    pub span: usize,
}

#[derive(Debug)]
struct Entry {
    offset: i64,
    bytes: usize,
    /// When it was received, in milliseconds since the epoch.
    since: i64,
    settled: bool,
}

/// The duty to settle one record. Whoever holds it must give it back to [`Ledger::settle`];
/// dropping it leaves the record unsettled, so that it is read again.
#[derive(Debug)]
#[must_use = "a record that is not settled holds its partition back"]
pub struct Ticket {
    epoch: u64,
    number: u64,
}

impl Ticket {
    /// The number of its record in the ledger: no two records of a ledger share one.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl Ledger {
    /// An empty ledger for one assignment. Epochs of one partition must differ.
    #[must_use]
    pub const fn new(epoch: u64, limits: Limits) -> Self {
        Self {
            epoch,
            limits,
            entries: VecDeque::new(),
            first: 0,
            anew: 0,
            unsettled: 0,
            bytes: 0,
            next: None,
        }
    }

    /// A record that ended as soon as it came, such as one that matches nothing.
    pub fn pass(&mut self, offset: i64) {
        self.next = Some(offset + 1);
    }

    /// The next record's offset is less than the last one's: the partition is read anew. What is in
    /// flight still takes its room, and moves no watermark any more.
    pub fn begin_anew(&mut self) {
        self.anew = self.first + self.entries.len() as u64;
        self.next = None;
    }

    /// A record that came and is in flight from now (milliseconds since the epoch) on.
    pub fn receive(&mut self, offset: i64, bytes: usize, now: i64) -> Ticket {
        let number = self.first + self.entries.len() as u64;
        self.entries.push_back(Entry {
            offset,
            bytes,
            since: now,
            settled: false,
        });
        self.unsettled += 1;
        self.bytes += bytes;
        self.next = Some(offset + 1);
        Ticket {
            epoch: self.epoch,
            number,
        }
    }

    /// Takes a ticket back. One of another epoch, or one that is no longer known, changes
    /// nothing and answers `false`.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is given back once")]
    pub fn settle(&mut self, ticket: Ticket) -> bool {
        let Ticket { epoch, number } = ticket;
        if epoch != self.epoch {
            return false;
        }
        let index = number
            .checked_sub(self.first)
            .and_then(|index| usize::try_from(index).ok());
        let Some(entry) = index.and_then(|index| self.entries.get_mut(index)) else {
            return false;
        };
        if entry.settled {
            return false;
        }
        entry.settled = true;
        self.unsettled -= 1;
        self.bytes -= entry.bytes;
        while self.entries.front().is_some_and(|entry| entry.settled) {
            self.entries.pop_front();
            self.first += 1;
        }
        true
    }

    /// The offset to commit: that of the oldest unsettled record, else the one after the last
    /// received. `None` before the first record, and before the first since the offsets went back.
    #[must_use]
    pub fn watermark(&self) -> Option<i64> {
        // The build that the proof must catch.
        if cfg!(feature = "store-offsets-early") {
            return self.next;
        }
        let former = usize::try_from(self.anew.saturating_sub(self.first)).unwrap_or(usize::MAX);
        // The first entry is unsettled, unless what came before the offsets went back stands there.
        let mut counting = self.entries.iter().skip(former);
        let oldest = counting.find(|entry| !entry.settled);
        oldest.map(|entry| entry.offset).or(self.next)
    }

    /// Whether one more record may be received.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.unsettled < self.limits.records
            && (self.bytes < self.limits.bytes || self.unsettled == 0)
            && self.entries.len() < self.limits.span
    }

    /// The oldest record, when the window is full: its ticket's number, and when it was received, in
    /// milliseconds since the epoch.
    #[must_use]
    pub fn blocker(&self) -> Option<(u64, i64)> {
        let head = self.entries.front()?;
        (!self.has_room()).then_some((self.first, head.since))
    }

    /// Records in flight.
    #[must_use]
    pub const fn unsettled(&self) -> usize {
        self.unsettled
    }

    /// When the oldest unsettled record was received, in milliseconds since the epoch.
    #[must_use]
    pub fn oldest(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.since)
    }
}

#[cfg(test)]
#[path = "ledger/tests.rs"]
mod tests;
