//! The proof: under kills, stops, rebalances and broker errors nothing is lost.
//!
//! `FIREBELL_PROOF_SEED` repeats a run. A build with the feature `store-offsets-early` stores
//! offsets before it delivers, and must be caught.

mod campaign;
mod ledger;
mod world;

use std::env;

use crate::kit::{Setup, setups};
use campaign::{Campaign, Chaos, Run};

fn seed() -> u64 {
    env::var("FIREBELL_PROOF_SEED").map_or(42, |seed| seed.parse().unwrap())
}

#[cfg(not(feature = "store-offsets-early"))]
fn assert_exact(setup: &Setup, report: &ledger::Report) {
    assert_eq!(report.lost.first(), None, "{setup}: lost");
    assert_eq!(report.unexpected.first(), None, "{setup}: unexpected");
    assert_eq!(report.changed_ids.first(), None, "{setup}: an id changed");
    assert_eq!(
        report.too_early.first(),
        None,
        "{setup}: an attempt came early"
    );
    assert!(
        report.due_checked > 50,
        "{setup}: too few due times could be checked"
    );
}

#[cfg(not(feature = "store-offsets-early"))]
#[test]
fn loses_nothing_under_kills_and_faults() {
    for setup in setups() {
        let Run { report, kills, .. } = Campaign::run(&setup, Chaos::Everything, seed());
        assert_exact(&setup, &report);
        // A kill repeats at most the window of each partition, with three deliveries a record.
        let window = usize::try_from(world::PARTITIONS).unwrap() * world::SPAN * 3;
        let most = kills * window;
        eprintln!(
            "{setup}: duplicates {} of at most {most}",
            report.duplicates
        );
        assert!(kills > 0, "{setup}: the seed kills nobody");
        assert!(
            report.duplicates <= most,
            "{setup}: {} duplicates",
            report.duplicates
        );
    }
}

#[cfg(not(feature = "store-offsets-early"))]
#[test]
fn stops_alone_cost_no_duplicate() {
    for setup in setups() {
        let Run { report, stops, .. } = Campaign::run(&setup, Chaos::StopsOnly, seed() + 1);
        assert_exact(&setup, &report);
        assert_eq!(report.duplicates, 0, "{setup}: after {stops} stops");
    }
}

#[cfg(feature = "store-offsets-early")]
#[test]
fn a_build_that_stores_offsets_early_is_caught() {
    // Where commits are taken while members come and go: a classic group of the in-process cluster
    // refuses them for most of such a run, and so hides what this build does.
    let all = setups();
    let setup: &Setup = all
        .iter()
        .find(|setup| setup.group_protocol == "consumer")
        .unwrap();
    let Run { report, kills, .. } = Campaign::run(setup, Chaos::Everything, seed());
    assert!(
        !report.lost.is_empty(),
        "{setup}: {kills} kills lost nothing"
    );
}
