//! How much time a partition's deliveries still have.

use tokio_util::sync::CancellationToken;

/// Two calls to hurry, the second one after the first. A third, to give up, is the end of the
/// task itself.
#[derive(Debug, Clone)]
pub struct Haste {
    draining: CancellationToken,
    cut: CancellationToken,
}

impl Haste {
    /// The haste of a partition, whose end is the first call.
    #[must_use]
    pub fn until(stop: &CancellationToken) -> Self {
        Self {
            draining: stop.child_token(),
            cut: CancellationToken::new(),
        }
    }

    /// The haste of nobody: no call comes.
    #[must_use]
    pub(super) fn unhurried() -> Self {
        Self::until(&CancellationToken::new())
    }

    /// A haste for one record, which hears the partition's calls and can be called alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            draining: self.draining.child_token(),
            cut: self.cut.child_token(),
        }
    }

    /// From now on nothing waits between two attempts: what failed is parked.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// From now on nothing waits at all: what is not delivered yet is parked, in flight or not.
    pub fn cut(&self) {
        self.draining.cancel();
        self.cut.cancel();
    }

    /// Until [`Haste::drain`] is called.
    pub async fn draining(&self) {
        self.draining.cancelled().await;
    }

    /// Until [`Haste::cut`] is called.
    pub async fn is_cut(&self) {
        self.cut.cancelled().await;
    }
}
