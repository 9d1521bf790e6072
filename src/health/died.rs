//! How the daemon hears of a part that ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Tells the daemon that a part ended which should not have. The first report counts.
#[derive(Debug, Clone, Default)]
pub struct Died {
    first: Arc<Mutex<Option<String>>>,
    token: CancellationToken,
}

impl Died {
    /// A part ended, and why.
    pub fn report(&self, part: &str, why: &str) {
        self.lock().get_or_insert_with(|| format!("{part}: {why}"));
        if !self.token.is_cancelled() {
            tracing::error!(
                part,
                error = why,
                "a part ended: the daemon drains and ends"
            );
        }
        self.token.cancel();
    }

    /// Whole even if its holder panicked: it is replaced at once.
    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the first report.
    pub async fn wait(&self) -> String {
        self.token.cancelled().await;
        self.lock().clone().unwrap_or_default()
    }

    /// A guard that reports unless it is told that the end was meant.
    #[must_use]
    pub fn watch(&self, part: String) -> Watch {
        Watch {
            died: self.clone(),
            part,
            meant: false,
        }
    }
}

/// Reports a part that ends, a panic included, before [`Watch::end`].
#[derive(Debug)]
pub struct Watch {
    died: Died,
    part: String,
    meant: bool,
}

impl Watch {
    /// The part ends as it should.
    pub fn end(mut self) {
        self.meant = true;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.meant {
            self.died.report(&self.part, "ended unexpectedly");
        }
    }
}
