//! The places of a lane: how many deliveries it has taken on, and whether to wait for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::telemetry::{Held, LaneMetrics};

/// The places of one lane.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    /// A wait ran out, and nothing was delivered since: nobody waits here.
    saturated: AtomicBool,
    line: Line,
    metrics: LaneMetrics,
}

/// How long who has a place waits for the workflow's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// For as long as it may wait in process.
    Short,
    /// For as long as it takes: nobody waits behind it.
    Long,
}

/// A place in a lane. It is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    /// How long it stands in line.
    pub(super) line: Line,
    _permit: OwnedSemaphorePermit,
    _counted: Held,
}

impl Places {
    /// So many places, all free.
    pub(super) fn new(places: usize, line: Line, metrics: LaneMetrics) -> Self {
        Self {
            free: Arc::new(Semaphore::new(places)),
            saturated: AtomicBool::new(false),
            line,
            metrics,
        }
    }

    /// A place, if one is free now.
    pub(super) fn take(&self) -> Option<Place> {
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some(self.taken(permit))
    }

    /// A place, if one gets free within `wait`. None at once when that was waited for in vain and
    /// nothing was delivered since.
    pub(super) async fn wait(&self, wait: Duration) -> Option<Place> {
        if self.saturated.load(Ordering::Relaxed) {
            return None;
        }
        let started = Instant::now();
        let waited = tokio::time::timeout(wait, Arc::clone(&self.free).acquire_owned()).await;
        self.metrics.hold_seconds.record(started.elapsed());
        if let Ok(Ok(permit)) = waited {
            return Some(self.taken(permit));
        }
        self.saturate();
        None
    }

    /// No place will get free in time: nobody waits here until something is delivered.
    pub(super) fn saturate(&self) {
        if !self.saturated.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                workflow = self.metrics.workflow(),
                "the lane gives no place in time: its deliveries are parked until it delivers"
            );
        }
    }

    /// A place, as soon as there is one.
    pub(super) async fn hold(&self) -> Option<Place> {
        if let Some(place) = self.take() {
            return Some(place);
        }
        let started = Instant::now();
        let permit = Arc::clone(&self.free).acquire_owned().await;
        self.metrics.hold_seconds.record(started.elapsed());
        // The semaphore is never closed.
        permit.ok().map(|permit| self.taken(permit))
    }

    /// Something was delivered: it is worth waiting again.
    pub(super) fn delivered(&self) {
        self.saturated.store(false, Ordering::Relaxed);
    }

    fn taken(&self, permit: OwnedSemaphorePermit) -> Place {
        Place {
            line: self.line,
            _permit: permit,
            _counted: Held::new(&self.metrics.depth),
        }
    }
}
