//! Tests that compare times: no machine with other things to do passes them for certain, so they
//! run where they are asked for.

use std::env;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Leave to run for a test that compares times, if `FIREBELL_TIMED=1` asks for it: as long as it is
/// held, no other such test runs. Without it, a line on stderr says what did not run.
pub(crate) fn timed() -> Option<MutexGuard<'static, ()>> {
    static ALONE: Mutex<()> = Mutex::new(());
    if env::var("FIREBELL_TIMED").is_ok_and(|value| value == "1") {
        return Some(ALONE.lock().unwrap_or_else(PoisonError::into_inner));
    }
    let test = thread::current();
    say_left_out(test.name().unwrap_or("a test")).unwrap();
    None
}

fn say_left_out(test: &str) -> io::Result<()> {
    // Written directly: the test harness keeps what `eprintln!` prints in a test that passes.
    writeln!(
        io::stderr(),
        "{test} compares times: FIREBELL_TIMED=1 runs it"
    )
}
