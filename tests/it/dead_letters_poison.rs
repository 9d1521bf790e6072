//! Ten thousand records of garbage stop nobody, and each is found again with its reason.

use std::collections::BTreeMap;

use serde_json::json;

use crate::kit::garbage::{Garbage, Letter, garbage};
use crate::kit::scene::{counted, everywhere, own, start, wait_settled};
use crate::kit::topics::{Acknowledged, Record, produce, read};
use crate::kit::{Plan, Receiver, Setup, events, unique};

const SEED: u64 = 0xf1eb;
const RECORDS: usize = 10_000;
/// Partitions of each topic. The in-process cluster keeps the last 5 MB of each.
const PARTITIONS: i32 = 32;
/// The daemon of the suite holds a window of records for each partition, and no more.
const MEMORY: u64 = 200 * 1024 * 1024;

#[test]
fn every_record_of_garbage_is_dead_lettered_and_every_good_one_delivered() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("poison"))
            .set("decode.max_bytes", "900 KiB")
            .workflow("w", &receiver.url("/w"))
            // A busy machine may answer late, and what ends by its timeout comes twice.
            .set("kafka.properties", json!({"message.timeout.ms": "300000"}))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, PARTITIONS);
        let (records, all) = records();
        let places = produce(&setup.cluster, &plan.name, &records);
        wait_settled(setup, &plan);

        let expected = expected(&places, &all);
        let found = found(setup, &plan);
        let reasons = |letters: &BTreeMap<_, Letter>| {
            counted(letters.values().map(|letter| letter.reason.clone()))
        };
        assert_eq!(reasons(&found), reasons(&expected), "{setup}");
        assert!(
            found == expected,
            "a dead letter of another place or with other bytes"
        );

        let delivered = receiver.requests("/w");
        let numbers = counted(delivered.iter().filter_map(|one| events::number(&one.body)));
        let good = counted(all.iter().flat_map(|one| one.good.clone()));
        assert!(
            numbers == good,
            "{} of {} good ones, each once",
            numbers.len(),
            good.len()
        );

        let output = daemon.output();
        assert!(!output.contains("panicked"), "it panicked");
        let peak = daemon.peak_memory();
        eprintln!(
            "{setup}: {RECORDS} records of garbage, {} dead letters {:?}, {} good ones, peak {} MiB",
            found.len(),
            reasons(&found),
            good.len(),
            peak >> 20
        );
        assert!(peak < MEMORY, "{} MiB", peak >> 20);
    });
}

/// Garbage with a good record before each tenth, and all of it in the same order.
fn records() -> (Vec<Record>, Vec<Garbage>) {
    let mut next = 0;
    let mut number = || {
        next += 1;
        next
    };
    let all = garbage(SEED, RECORDS, &mut number);
    let mut mixed = Vec::new();
    for (nth, one) in all.into_iter().enumerate() {
        if nth % 10 == 0 {
            let good = number();
            mixed.push(Garbage {
                value: events::alert(good, "High").into_bytes(),
                letters: vec![],
                good: vec![good],
            });
        }
        mixed.push(one);
    }
    let in_turn = (0..PARTITIONS).cycle();
    let records = mixed.iter().zip(in_turn).map(|(one, partition)| Record {
        partition: Some(partition),
        ..Record::of(one.value.clone())
    });
    (records.collect(), mixed)
}

/// Partition, offset, and the place in the envelope.
type Key = (String, String, Option<String>);

fn expected(places: &[Acknowledged], all: &[Garbage]) -> BTreeMap<Key, Letter> {
    let each = places.iter().zip(all).flat_map(|(at, one)| {
        one.letters.iter().map(|letter| {
            let key = (
                at.partition.to_string(),
                at.offset.to_string(),
                letter.place.clone(),
            );
            (key, letter.clone())
        })
    });
    each.collect()
}

fn found(setup: &Setup, plan: &Plan) -> BTreeMap<Key, Letter> {
    let mut found = BTreeMap::new();
    for record in read(&setup.cluster, plan.dead_letter_topic()) {
        assert_eq!(
            (own(&record, "topic"), own(&record, "stage")),
            (&*plan.name, "decode")
        );
        let place = record.header("firebell-place").map(str::to_owned);
        let text = |name| own(&record, name).to_owned();
        let key = (text("partition"), text("offset"), place.clone());
        let reason = text("reason");
        let value = record.value.unwrap();
        let twice = found.insert(
            key.clone(),
            Letter {
                place,
                reason,
                value,
            },
        );
        assert_eq!(twice, None, "{key:?} is a dead letter twice");
    }
    found
}
