//! Waiting for a condition with a deadline: the kit's one way to let time pass.

use std::thread;
use std::time::{Duration, Instant};

/// Asks until `look` finds something, and panics with `what` when the deadline has passed.
pub(crate) fn until<T>(what: &str, deadline: Duration, look: impl FnMut() -> Option<T>) -> T {
    within(deadline, look).unwrap_or_else(|| panic!("not within {deadline:?}: {what}"))
}

/// Asks until `look` finds something or the deadline has passed.
pub(crate) fn within<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + deadline;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::park_timeout(Duration::from_millis(10));
    }
}
