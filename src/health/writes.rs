//! The topics that take no records at present, each for as long as a record waits to be written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What waits to be written, by topic.
#[derive(Debug, Default)]
pub(super) struct Writes(Mutex<BTreeMap<Arc<str>, Refusing>>);

/// A topic that takes no records.
#[derive(Debug, Default)]
struct Refusing {
    /// The records that wait for it.
    waiting: usize,
    /// What was said last.
    why: String,
}

/// A record that waits to be written. Readiness names its topic until this is dropped: the record
/// is written, or let go of with its partition.
#[derive(Debug)]
pub struct Waiting {
    writes: Arc<Writes>,
    topic: Arc<str>,
}

impl Writes {
    /// A record of this topic was refused, and will be tried again. The first of an outage is
    /// logged.
    pub(super) fn wait(self: &Arc<Self>, topic: &Arc<str>, why: &str) -> Waiting {
        let mut topics = self.lock();
        let refusing = topics.entry(Arc::clone(topic)).or_default();
        if refusing.waiting == 0 {
            tracing::error!(
                topic = &**topic,
                error = why,
                "failed to write: holding, and trying again for ever"
            );
        }
        refusing.waiting += 1;
        why.clone_into(&mut refusing.why);
        Waiting {
            writes: Arc::clone(self),
            topic: Arc::clone(topic),
        }
    }

    /// Why the daemon is not ready.
    pub(super) fn problems(&self) -> Vec<String> {
        let topics = self.lock();
        let problem = |(topic, refusing): (&Arc<str>, &Refusing)| {
            format!("cannot write to {topic}: {}", refusing.why)
        };
        topics.iter().map(problem).collect()
    }

    /// Whole even if its holder panicked: each value is replaced at once.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Refusing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// It was refused again.
    pub fn refused(&self, why: &str) {
        if let Some(refusing) = self.writes.lock().get_mut(&self.topic) {
            why.clone_into(&mut refusing.why);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut topics = self.writes.lock();
        let Some(refusing) = topics.get_mut(&self.topic) else {
            return;
        };
        refusing.waiting -= 1;
        if refusing.waiting == 0 {
            topics.remove(&self.topic);
            tracing::info!(topic = &*self.topic, "nothing waits to be written any more");
        }
    }
}
