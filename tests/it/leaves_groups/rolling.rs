//! Two processes of one group, restarted one after the other while events come.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

use super::{SESSION, stop};
use crate::kit::scene::{counted, start, start_again};
use crate::kit::{
    Answer, Plan, Received, Receiver, SOON, Setup, events, throughout, unique, until,
};

/// The partitions of the source: two for each process.
const PARTITIONS: [i32; 4] = [0, 1, 2, 3];
/// Between two events.
const PACE: Duration = Duration::from_millis(10);

/// From each event's production to its first request, in the order of production. Asserts that
/// each event was requested once.
pub(super) fn lateness(setup: &Setup) -> Vec<Duration> {
    let receiver = Receiver::start();
    receiver.answer("/w", Answer::Delay(Duration::from_millis(20), 200));
    let plan = Plan::new(setup, &unique("rolling"))
        .patient()
        .set("kafka.session_timeout", SESSION)
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"]);
    let mut processes = [start(setup, &plan, 4), start_again(&plan)];
    let over = AtomicBool::new(false);
    let produced = thread::scope(|scope| {
        let producing = scope.spawn(|| producing(setup, &plan, &over));
        for process in &mut processes {
            let before = receiver.requests("/w").len();
            let old = std::mem::replace(process, start_again(&plan));
            stop(old);
            until("it goes on", || {
                (receiver.requests("/w").len() > before + 50).then_some(())
            });
        }
        over.store(true, Ordering::SeqCst);
        producing.join().unwrap()
    });
    let requests = receiver.wait_for("/w", produced.len());
    processes.into_iter().for_each(stop);
    let number = |one: &Received| events::number(&one.body);
    let numbers = counted(receiver.requests("/w").iter().filter_map(number));
    let once: BTreeMap<u64, usize> = (0..produced.len() as u64).map(|one| (one, 1)).collect();
    assert_eq!(numbers, once);
    let at = |one: &Received| Some((number(one)?, one.at));
    let at: BTreeMap<u64, Instant> = requests.iter().filter_map(at).collect();
    let late = |(number, produced): (u64, &Instant)| at[&number].duration_since(*produced);
    (0..).zip(&produced).map(late).collect()
}

/// Produces an event at a steady pace until it is over; returns when each was produced.
fn producing(setup: &Setup, plan: &Plan, over: &AtomicBool) -> Vec<Instant> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", setup.cluster.bootstrap())
        .set("linger.ms", "0");
    let client: BaseProducer = config.create().unwrap();
    let mut produced = Vec::new();
    while !over.load(Ordering::SeqCst) {
        let number = produced.len();
        let event = events::alert(number as u64, "High");
        let record: BaseRecord<'_, (), str> = BaseRecord::to(&plan.name)
            .partition(PARTITIONS[number % PARTITIONS.len()])
            .payload(&event);
        produced.push(Instant::now());
        client.send(record).map_err(|(error, _)| error).unwrap();
        throughout(PACE, || {
            client.poll(Duration::ZERO);
        });
    }
    client.flush(SOON).unwrap();
    produced
}
