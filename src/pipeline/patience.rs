//! How long a record's deliveries may wait for places.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::deliver::Haste;

/// How long a delivery may hold its partition while its lane is busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waits {
    /// For `delivery.lane_wait`: others wait behind it.
    Briefly,
    /// For as long as it takes: in a group of its own a workflow holds up nobody else.
    AsLongAsItTakes,
}

/// How long a record's deliveries may still wait for places once their partition is to end: as
/// long as one wait for all of them, since a record may hold many events.
pub(super) struct Patience {
    pub(super) waits: Waits,
    haste: Haste,
    wait: Duration,
    since: OnceLock<Instant>,
}

impl Patience {
    /// The patience with one record's deliveries.
    pub(super) const fn new(waits: Waits, haste: Haste, wait: Duration) -> Self {
        Self {
            waits,
            haste,
            wait,
            since: OnceLock::new(),
        }
    }

    /// Until it is over.
    pub(super) async fn ends(&self) {
        self.haste.draining().await;
        let since = *self.since.get_or_init(Instant::now);
        sleep_until(since + self.wait).await;
    }
}
