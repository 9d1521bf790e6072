//! The proof: under kills, stops, rebalances and broker errors nothing is lost.
//!
//! `FIREBELL_PROOF_SEED` repeats a run. A build with the feature `store-offsets-early` stores
//! offsets before it delivers, and must be caught.

mod ledger;
mod world;

use std::env;
use std::time::Duration;

use fastrand::Rng;

use crate::kit::{Daemon, Setup, setups, within};
use ledger::{Report, audit};
use world::{PARTITIONS, SPAN, World};

/// Events of one run; half of them match and go to three workflows each.
const EVENTS: u64 = 4_000;
/// How often a daemon is ended.
const ROUNDS: u64 = 6;

/// How daemons end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chaos {
    /// Killed or stopped, with broker errors in between.
    Everything,
    /// Stopped, and nothing else.
    StopsOnly,
}

/// What a run came to.
struct Run {
    report: Report,
    kills: usize,
    stops: usize,
}

fn run(setup: &Setup, chaos: Chaos, seed: u64) -> Run {
    let mut rng = Rng::with_seed(seed);
    let mut world = World::new(setup);
    let mut daemons = [Daemon::start(&world.plan), Daemon::start(&world.plan)];
    for daemon in &mut daemons {
        daemon.wait_ready(Duration::from_secs(60));
    }
    let (mut kills, mut stops) = (0, 0);
    for round in 0..ROUNDS {
        world.produce(EVENTS / ROUNDS);
        let broken = chaos == Chaos::Everything && round % 2 == 1;
        if broken {
            world.break_writes();
        }
        let third = (rng.u8(..3) == 0).then(|| Daemon::start(&world.plan));
        let mark = world.accepted() + rng.usize(20..200);
        within(Duration::from_secs(4), || {
            (world.accepted() >= mark).then_some(())
        });
        let one = &mut daemons[rng.usize(..2)];
        if chaos == Chaos::Everything && rng.u8(..2) == 0 {
            one.sigkill();
            kills += 1;
        } else {
            one.sigterm();
            stops += 1;
        }
        let status = one.wait_exit(Duration::from_secs(20));
        if chaos == Chaos::StopsOnly {
            assert_eq!(status.code(), Some(0), "{setup}: a stop did not drain");
        }
        *one = Daemon::start(&world.plan);
        if broken {
            world.mend_writes();
        }
        stops += usize::from(third.is_some());
        third.into_iter().for_each(|third| end(third, setup));
    }
    world.heal();
    let settled = within(Duration::from_secs(180), || {
        let all = world.accepted() >= world.expected.delivered.len();
        (all && world.is_settled()).then_some(())
    });
    if settled.is_none() {
        eprintln!("{setup}: not settled in time");
    }
    daemons.into_iter().for_each(|daemon| end(daemon, setup));
    let report = audit(&world.expected, &world.seen());
    eprintln!("{setup}: seed {seed}, {kills} kills, {stops} stops: {report}");
    if settled.is_some() {
        assert!(
            world.is_settled(),
            "{setup}: committed is not the end offset"
        );
    }
    Run {
        report,
        kills,
        stops,
    }
}

fn end(mut daemon: Daemon, setup: &Setup) {
    daemon.sigterm();
    let status = daemon.wait_exit(Duration::from_secs(20));
    assert_eq!(status.code(), Some(0), "{setup}: a stop did not drain");
}

fn seed() -> u64 {
    env::var("FIREBELL_PROOF_SEED").map_or(42, |seed| seed.parse().unwrap())
}

fn assert_exact(setup: &Setup, report: &Report) {
    assert!(report.lost.is_empty(), "{setup}: lost {:?}", report.lost);
    assert!(
        report.unexpected.is_empty(),
        "{setup}: unexpected {:?}",
        report.unexpected
    );
    assert!(
        report.changed_ids.is_empty(),
        "{setup}: ids changed {:?}",
        report.changed_ids
    );
    assert!(
        report.too_early.is_empty(),
        "{setup}: {:?}",
        report.too_early
    );
    assert!(
        report.due_checked > 100,
        "{setup}: too few due times could be checked"
    );
}

#[cfg(not(feature = "store-offsets-early"))]
#[test]
fn loses_nothing_under_kills_and_faults() {
    for setup in setups() {
        let Run { report, kills, .. } = run(&setup, Chaos::Everything, seed());
        assert_exact(&setup, &report);
        // A kill repeats at most the window of each partition, with three deliveries a record.
        let window = usize::try_from(PARTITIONS).unwrap() * SPAN * 3;
        eprintln!(
            "{setup}: duplicates {} of at most {}",
            report.duplicates,
            kills * window
        );
        assert!(
            report.duplicates <= kills * window,
            "{setup}: {}",
            report.duplicates
        );
        assert!(kills > 0, "{setup}: the seed kills nobody");
    }
}

#[cfg(not(feature = "store-offsets-early"))]
#[test]
fn stops_alone_cost_no_duplicate() {
    for setup in setups() {
        let Run { report, stops, .. } = run(&setup, Chaos::StopsOnly, seed() + 1);
        assert_exact(&setup, &report);
        assert_eq!(report.duplicates, 0, "{setup}: after {stops} stops");
    }
}

#[cfg(feature = "store-offsets-early")]
#[test]
fn a_build_that_stores_offsets_early_is_caught() {
    let setup = setups().into_iter().next().unwrap();
    let Run { report, kills, .. } = run(&setup, Chaos::Everything, seed());
    assert!(
        !report.lost.is_empty(),
        "{setup}: {kills} kills lost nothing"
    );
}
