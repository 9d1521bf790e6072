//! How far reading has come, for whoever waits.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use tokio::time::Instant;

use crate::commands::say;
use crate::consume::Record;
use crate::letters::{ReadError, Reader};

/// What takes less says nothing.
const QUICK: Duration = Duration::from_secs(1);
/// Between two lines that stay.
const SELDOM: Duration = Duration::from_secs(5);
/// Between two lines of which the later covers the earlier.
const OFTEN: Duration = Duration::from_millis(250);

/// A reader that says how far it is.
pub(crate) struct Progress {
    reader: Reader,
    what: String,
    read: u64,
    began: Instant,
    said: Instant,
    /// Whether a line can be covered by the next.
    terminal: bool,
    covers: bool,
}

impl Progress {
    /// Says of `what` how far it was read.
    pub(crate) fn over(reader: Reader, what: &str) -> Self {
        let now = Instant::now();
        Self {
            reader,
            what: what.to_owned(),
            read: 0,
            began: now,
            said: now,
            terminal: stderr().is_terminal(),
            covers: false,
        }
    }

    /// The next record; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Record>, ReadError> {
        let record = self.reader.next().await;
        if let Ok(Some(_)) = record {
            self.read += 1;
            self.tell();
        } else if self.covers {
            self.cover("");
        }
        record
    }

    fn tell(&mut self) {
        let now = Instant::now();
        let (first, between) = if self.terminal {
            (QUICK, OFTEN)
        } else {
            (SELDOM, SELDOM)
        };
        if now - self.began < first || now - self.said < between {
            return;
        }
        self.said = now;
        let total = self.reader.total();
        let line = format!("{}: {} of {total} records", self.what, self.read);
        if self.terminal {
            self.cover(&line);
        } else {
            say(&line);
        }
    }

    fn cover(&mut self, line: &str) {
        self.covers = !line.is_empty();
        let mut err = stderr();
        // A line for people: a closed one is no reason to fail.
        let _unprintable = write!(err, "\r{line}\x1b[K").and_then(|()| err.flush());
    }
}
