//! What unit tests of several modules share.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What work that takes next to no time may cost beside its share.
const NOISE: Duration = Duration::from_millis(20);

/// The processor time that some work takes on this thread: more with more work, whatever else the
/// machine does meanwhile.
pub(crate) fn cpu_time(work: impl FnOnce()) -> Duration {
    let so_far = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::try_from(time).unwrap()
    };
    let began = so_far();
    work();
    so_far().saturating_sub(began)
}

/// Panics when a fourfold input costs ten times as much: linear work costs four times as much, and
/// quadratic work sixteen times. `cost` is told how large an input is to be, and gives what the
/// work on it costs; the least of three counts, since a first one also pays for fresh memory.
pub(crate) fn assert_linear(size: usize, cost: impl Fn(usize) -> Duration) {
    let least = |size| (0..3).map(|_| cost(size)).min().unwrap_or_default();
    let [small, large] = [size / 4, size].map(least);
    println!("{small:?} for {}, {large:?} for {size}", size / 4);
    assert!(large < small * 10 + NOISE, "{small:?}, {large:?}");
}
