//! Waiting for a condition with a deadline: the kit's one way to let time pass.

use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take that must come. It ends a test that has failed already, so it proves
/// nothing by being short, and is long enough for a machine with other things to do.
pub(crate) const SOON: Duration = Duration::from_mins(5);

/// Asks until `look` finds something, and panics with `what` when it is not there [`SOON`].
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(SOON, look).unwrap_or_else(|| panic!("not within {SOON:?}: {what}"))
}

/// Looks again and again for this long, since nothing else tells that something will not happen.
pub(crate) fn throughout(time: Duration, mut look: impl FnMut()) {
    within(time, || {
        look();
        None::<()>
    });
}

/// Asks until `look` finds something or the deadline has passed.
pub(crate) fn within<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + deadline;
    // Many looks ask a cluster, and would keep a busy machine busy.
    let mut pauses = (0..4).map(|nth| Duration::from_millis(10 << nth));
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::park_timeout(pauses.next().unwrap_or(Duration::from_millis(100)));
    }
}
