//! The partitions whose tasks run, and how they are told to end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::telemetry::{OwnPartition, Progress};

/// How a partition's task is told to end, and tells that it has.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals {
    /// Read no more, and drain.
    pub(super) stop: CancellationToken,
    /// Leave everything as it is.
    pub(super) abandon: CancellationToken,
    ended: CancellationToken,
    left: Arc<AtomicUsize>,
    idle: Arc<AtomicBool>,
}

impl Signals {
    /// For the task to hold: whatever ends it, a panic included, tells those who wait. Until it
    /// says better, one record is left unsettled.
    pub(super) fn begin(&self) -> DropGuard {
        self.left.store(1, Ordering::SeqCst);
        self.ended.clone().drop_guard()
    }

    /// How many records the task leaves unsettled.
    pub(super) fn leave(&self, unsettled: usize) {
        self.left.store(unsettled, Ordering::SeqCst);
    }

    /// A record has come.
    pub(super) fn busy(&self) {
        self.idle.store(false, Ordering::SeqCst);
    }

    /// All that has come is settled.
    pub(super) fn idle(&self) {
        self.idle.store(true, Ordering::SeqCst);
    }

    fn progress(&self) -> Progress {
        if self.idle.load(Ordering::SeqCst) {
            Progress::Idle
        } else {
            Progress::Busy
        }
    }

    /// Waits until the task has ended, drained or not, and returns how many records it left
    /// unsettled. Any number of tasks may wait.
    pub(super) async fn ended(&self) -> usize {
        self.ended.cancelled().await;
        self.left.load(Ordering::SeqCst)
    }
}

type Place = (Arc<str>, i32);

/// The running partitions of one member.
#[derive(Debug, Default)]
pub(super) struct Running {
    partitions: Mutex<BTreeMap<Place, Signals>>,
    stopping: AtomicBool,
}

impl Running {
    /// From now on no partition is taken on.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the group is about to be left.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The partitions that are ours, and whether all that has come of them is settled.
    pub(super) fn partitions(&self) -> Vec<OwnPartition> {
        let partitions = self.lock();
        let own = |((topic, number), signals): (&Place, &Signals)| OwnPartition {
            topic: Arc::clone(topic),
            number: *number,
            progress: signals.progress(),
        };
        partitions.iter().map(own).collect()
    }

    /// This partition, if it is ours.
    pub(super) fn find(&self, topic: &str, number: i32) -> Option<Place> {
        let place = (Arc::from(topic), number);
        self.lock().contains_key(&place).then_some(place)
    }

    /// Takes a partition on, and starts it; not when stopping. That is asked under the lock: who
    /// drains all must find this one, or it must not start.
    pub(super) fn start(&self, place: Place, signals: Signals, start: impl FnOnce()) {
        let mut partitions = self.lock();
        if !self.is_stopping() {
            partitions.insert(place, signals);
            start();
        }
    }

    /// The signals of those of these partitions that run. They stay known until they have ended.
    pub(super) fn of(&self, taken: &[(String, i32)]) -> Vec<Signals> {
        let partitions = self.lock();
        taken
            .iter()
            .filter_map(|(topic, number)| partitions.get(&(Arc::from(topic.as_str()), *number)))
            .cloned()
            .collect()
    }

    /// These partitions have ended, and are no longer ours.
    pub(super) fn forget(&self, taken: &[(String, i32)]) {
        let mut partitions = self.lock();
        for (topic, number) in taken {
            partitions.remove(&(Arc::from(topic.as_str()), *number));
        }
    }

    /// Drains every partition, and returns how many records were left unsettled. The partitions
    /// stay known until the group takes them: a revocation in between must wait for their drain,
    /// too, or their next owner would start before they are committed.
    pub(super) async fn drain_all(&self, abandon: CancellationToken) -> usize {
        let all: Vec<Signals> = self.lock().values().cloned().collect();
        for one in &all {
            one.stop.cancel();
        }
        let mut left = 0;
        for one in all {
            left += tokio::select! {
                left = one.ended() => left,
                () = abandon.cancelled() => {
                    one.abandon.cancel();
                    one.ended().await
                }
            };
        }
        left
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Place, Signals>> {
        self.partitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
