//! What most scenarios begin and end with.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use firebell::clock;

use super::cluster::{Kind, Setup, setups};
use super::daemon::Daemon;
use super::plan::Plan;
use super::topics::{Record, all_committed, read};
use super::wait::until;

/// Runs a scenario on every setup, side by side: most of its time is spent in waits.
pub(crate) fn everywhere(scenario: impl Fn(&Setup) + Sync) {
    on_each(&setups(), scenario);
}

/// Runs a scenario everywhere, and gives what it gives: the same on every setup.
pub(crate) fn alike<T: PartialEq + Debug + Send>(scenario: impl Fn(&Setup) -> T + Sync) -> T {
    let given = Mutex::new(Vec::new());
    everywhere(|setup| {
        let one = scenario(setup);
        given.lock().unwrap().push(one);
    });
    let mut given = given.into_inner().unwrap();
    let last = given.pop().unwrap();
    for other in given {
        assert_eq!(other, last, "the setups differ");
    }
    last
}

/// Runs a scenario on the setups whose cluster can be told to fail, side by side.
pub(crate) fn where_it_can_fail(scenario: impl Fn(&Setup) + Sync) {
    let mut setups = setups();
    setups.retain(|setup| setup.cluster.faults().is_some());
    on_each(&setups, scenario);
}

/// Runs a scenario on Apache Kafka alone, with both protocols, side by side: for what the in-process
/// cluster cannot do.
pub(crate) fn on_kafka(scenario: impl Fn(&Setup) + Sync) {
    let mut setups = setups();
    setups.retain(|setup| setup.cluster.kind() == Kind::Kafka);
    on_each(&setups, scenario);
}

fn on_each(setups: &[Setup], scenario: impl Fn(&Setup) + Sync) {
    let failed: Vec<String> = thread::scope(|scope| {
        let run = |setup| catch_unwind(AssertUnwindSafe(|| scenario(setup)));
        let running: Vec<_> = setups
            .iter()
            .map(|setup| (setup, scope.spawn(move || run(setup).is_ok())))
            .collect();
        running
            .into_iter()
            .filter_map(|(setup, running)| {
                let passed = running.join().unwrap_or(false);
                (!passed).then(|| setup.to_string())
            })
            .collect()
    });
    assert!(failed.is_empty(), "failed on: {}", failed.join("; "));
}

/// Creates the plan's topics, starts a daemon, and waits until it is ready.
pub(crate) fn start(setup: &Setup, plan: &Plan, partitions: i32) -> Daemon {
    plan.create_topics(&setup.cluster, partitions);
    start_again(plan)
}

/// Starts a daemon whose topics are there, and waits until it is ready.
pub(crate) fn start_again(plan: &Plan) -> Daemon {
    let mut daemon = Daemon::start(plan);
    daemon.wait_ready();
    daemon
}

/// Waits until every source and every retry topic is committed to its end.
pub(crate) fn wait_settled(setup: &Setup, plan: &Plan) {
    let sources = plan
        .sources()
        .into_iter()
        .map(|one| (plan.name.clone(), one));
    let retries = plan.retry_topics().into_iter();
    let retries = retries.map(|one| (plan.retry_group(), one));
    // In the way of the data: what is parked stands in a retry topic before it is committed.
    for (group, topic) in sources.chain(retries) {
        until(&format!("{group} has settled {topic}"), || {
            all_committed(&setup.cluster, &group, &topic).then_some(())
        });
    }
}

/// Waits until a topic holds so many records, and gives all it has.
pub(crate) fn wait_records(setup: &Setup, topic: &str, count: usize) -> Vec<Record> {
    until(&format!("{count} records in {topic}"), || {
        let records = read(&setup.cluster, topic);
        (records.len() >= count).then_some(records)
    })
}

/// When it was, in milliseconds since the epoch.
pub(crate) fn wall_clock(at: Instant) -> i64 {
    // In this order a pause between the two makes it later, never earlier.
    let passed = i64::try_from(at.elapsed().as_millis()).unwrap();
    clock::now_millis() - passed
}

/// A header of ours, by its name without the prefix; panics when it is missing.
pub(crate) fn own<'a>(record: &'a Record, name: &str) -> &'a str {
    let name = format!("firebell-{name}");
    record
        .header(&name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", record.headers))
}

/// How many there are of each.
pub(crate) fn counted<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    all.into_iter().fold(BTreeMap::new(), |mut counts, one| {
        *counts.entry(one).or_default() += 1;
        counts
    })
}
