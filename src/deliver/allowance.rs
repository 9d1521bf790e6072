//! How long a delivery may wait in its lane of its own accord.

use std::time::Duration;

use tokio::time::Instant;

use super::place::Line;

/// What a delivery may wait for in process in all; after it, the retry topics take over.
pub(super) const IN_PROCESS: Duration = Duration::from_secs(5);

/// What is left of it to one delivery. Waiting for other requests to end costs nothing of it.
#[derive(Debug)]
pub(super) struct Allowance {
    began: Instant,
    left: Duration,
    line: Line,
}

impl Allowance {
    /// All of it, from now on.
    pub(super) fn new(line: Line) -> Self {
        Self {
            began: Instant::now(),
            left: IN_PROCESS,
            line,
        }
    }

    /// How long it may stand in the line of the rate.
    pub(super) const fn line(&self) -> Line {
        self.line
    }

    /// Takes a wait out of it, if it fits.
    pub(super) fn take(&mut self, wait: Duration) -> bool {
        let left = self.left.checked_sub(wait);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// Whether it may stand so long in the line of the rate.
    pub(super) fn stands(&self, line: Duration) -> bool {
        self.line == Line::Long || line <= IN_PROCESS
    }

    /// Takes the wait before one more attempt, if that one begins in time: attempts count here,
    /// so that a slow workflow's go through the retry topics.
    pub(super) fn take_before_attempt(&mut self, wait: Duration) -> bool {
        self.began.elapsed() + wait < IN_PROCESS && self.take(wait)
    }
}
