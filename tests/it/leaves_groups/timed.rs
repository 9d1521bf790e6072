//! By the clock: a rolling restart makes no event late.

use std::time::Duration;

use super::rolling::lateness;
use crate::kit::{setups, timed};

/// No event may be later.
const LATE: Duration = Duration::from_secs(5);

#[test]
fn a_rolling_restart_makes_no_event_late() {
    let Some(_alone) = timed() else {
        return;
    };
    for setup in setups() {
        if !setup.takes_commits_while_joining() {
            continue;
        }
        let mut late = lateness(&setup);
        late.sort_unstable();
        let (median, worst) = (late[late.len() / 2], late[late.len() - 1]);
        println!(
            "{setup}: {} events, median {median:?}, worst {worst:?}",
            late.len()
        );
        assert!(worst <= LATE, "{setup}: {worst:?}");
    }
}
