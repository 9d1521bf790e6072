//! What reading and matching an event costs, each figure as a ratio to its baseline in the same
//! run: parsing the same event into a `serde_json::Value`, fewer rule sets, or the plain scan.
//!
//! Four hundred different alerts are gone through again and again, so that neither the branch
//! predictor nor the caches know the next one.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark's figures are for people, and its tables are its own"
)]

#[path = "matching/events.rs"]
mod events;
#[path = "matching/rules.rs"]
mod rules;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use firebell::config::{Decode, SourceKind};
use firebell::decode::{Decoder, Extracted, Extractor, Needs, Reading, Slots};
use firebell::path::Path;
use firebell::rules::{Automation, Matching, RuleIndex, Scan};
use serde_json::Value;

use rules::Failure;

const LIMITS: Decode = Decode {
    max_bytes: 1 << 20,
    max_depth: 64,
};
/// The twelve properties that the rules name.
const PATHS: [&str; 12] = [
    "Severity",
    "AlertType",
    "AlertDisplayName",
    "Description",
    "AzureResourceId",
    "CompromisedEntity",
    "ConfidenceScore",
    "Status",
    "Intent",
    "ExtendedProperties['Number of attempts']",
    "ExtendedProperties.resourceType",
    "Entities.HostName",
];
/// Rounds of which the least disturbed one counts.
const ROUNDS: usize = 25;

fn main() -> Result<(), Failure> {
    let payloads = events::alerts();
    let bytes: usize = payloads.iter().map(Vec::len).sum();
    println!(
        "{} alerts of {} bytes",
        payloads.len(),
        bytes / payloads.len()
    );
    let (extraction, value) = extraction(&payloads)?;
    println!("a serde_json::Value: {value:?}");
    println!(
        "twelve properties: {extraction:?}, {} (aim 0.30)",
        ratio(extraction, value)
    );
    for (name, rule_sets) in [
        (
            "mixed rules",
            rules::mixed as fn(usize) -> Result<Vec<Automation>, Failure>,
        ),
        ("expanded templates", rules::templates),
    ] {
        println!("\n{name}");
        matching(&payloads, rule_sets)?;
    }
    Ok(())
}

fn matching(
    payloads: &[Vec<u8>],
    rule_sets: impl Fn(usize) -> Result<Vec<Automation>, Failure>,
) -> Result<(), Failure> {
    let mut fewest = None;
    for count in [10, 100, 1_000, 10_000, 100_000] {
        let automations = rule_sets(count)?;
        let start = Instant::now();
        let index = RuleIndex::new(automations.clone());
        let built = start.elapsed();
        let (both, value) = whole(payloads, &index)?;
        let fewest = *fewest.get_or_insert(both);
        println!(
            "{count} rule sets: read and match {both:?}, {} of a Value, {} of ten; built in {built:?}",
            ratio(both, value),
            ratio(both, fewest),
        );
        let (alone, candidates, found) = index_alone(payloads, &index)?;
        let events = payloads.len() as f64;
        println!(
            "    match alone {alone:?}; {:.1} candidates, {:.1} found; {} without a witness",
            candidates as f64 / events,
            found as f64 / events,
            index.without_witness()
        );
        if count <= 10_000 {
            let scan = scan(payloads, &Scan::new(automations))?;
            println!(
                "    plain scan {scan:?}; index {} of it",
                ratio(alone, scan)
            );
        }
    }
    Ok(())
}

fn value(payload: &[u8]) {
    drop(black_box(serde_json::from_slice::<Value>(black_box(
        payload,
    ))));
}

/// Beside a `Value`.
fn extraction(payloads: &[Vec<u8>]) -> Result<(Duration, Duration), Failure> {
    let paths: Vec<Path> = PATHS
        .iter()
        .map(|path| Path::parse(path))
        .collect::<Result<_, _>>()?;
    let extractor = Extractor::new(Arc::new(Slots::new(&paths)), LIMITS);
    let mut reading = Reading::default();
    let own = |number: usize| {
        let read = extractor.extract(black_box(&payloads[number]), SourceKind::Auto, &mut reading);
        black_box(read.is_ok());
    };
    Ok(in_turn(payloads.len(), own, |number| {
        value(&payloads[number]);
    }))
}

/// From bytes to verdicts, beside a `Value`.
fn whole(payloads: &[Vec<u8>], index: &RuleIndex) -> Result<(Duration, Duration), Failure> {
    let extractor = Extractor::new(Arc::clone(index.slots()), LIMITS);
    let (mut reading, mut matching) = (Reading::default(), Matching::default());
    extractor.extract(&payloads[0], SourceKind::Auto, &mut reading)?;
    let own = |number: usize| {
        let payload = black_box(&payloads[number]);
        if let Ok(read) = extractor.extract(payload, SourceKind::Auto, &mut reading) {
            for facts in read.events() {
                index.matches(&facts, 0, &mut matching);
                black_box(matching.found());
            }
        }
    };
    Ok(in_turn(payloads.len(), own, |number| {
        value(&payloads[number]);
    }))
}

/// On events that are read already; with all candidates and matches.
fn index_alone(payloads: &[Vec<u8>], index: &RuleIndex) -> Result<(Duration, u64, usize), Failure> {
    let extractor = Extractor::new(Arc::clone(index.slots()), LIMITS);
    let mut readings = vec![Reading::default(); payloads.len()];
    let read: Vec<_> = payloads
        .iter()
        .zip(&mut readings)
        .map(|(payload, reading)| extractor.extract(payload, SourceKind::Auto, reading))
        .collect::<Result<_, _>>()?;
    let events: Vec<_> = read.iter().flat_map(Extracted::events).collect();
    let mut matching = Matching::default();
    let (mut candidates, mut found) = (0, 0);
    for facts in &events {
        index.matches(facts, 0, &mut matching);
        candidates += matching.candidates();
        found += matching.found().len();
    }
    let time = each(events.len(), |number| {
        index.matches(black_box(&events[number]), 0, &mut matching);
        black_box(matching.found());
    });
    Ok((time, candidates, found))
}

/// The same by the scan, on trees.
fn scan(payloads: &[Vec<u8>], scan: &Scan) -> Result<Duration, Failure> {
    let decoder = Decoder::new(Needs::with(scan.paths()), LIMITS);
    let trees: Vec<_> = payloads
        .iter()
        .map(|payload| decoder.decode(payload, SourceKind::Auto))
        .collect::<Result<_, _>>()?;
    let events: Vec<_> = trees.iter().flat_map(|tree| &tree.events).collect();
    let mut found = Vec::new();
    Ok(each(events.len().min(100), |number| {
        scan.matches(black_box(events[number]), 0, &mut found);
        black_box(&found);
    }))
}

/// The mean time of one, of the least disturbed round over all of them.
fn each(count: usize, work: impl FnMut(usize)) -> Duration {
    in_turn(count, work, |_| {}).0
}

/// The same of two, which take turns, so that what disturbs one disturbs the other.
fn in_turn(
    count: usize,
    mut one: impl FnMut(usize),
    mut other: impl FnMut(usize),
) -> (Duration, Duration) {
    let round = |work: &mut dyn FnMut(usize)| {
        let start = Instant::now();
        (0..count).for_each(work);
        start.elapsed()
    };
    let rounds = (0..ROUNDS).map(|_| (round(&mut one), round(&mut other)));
    let best = rounds.fold((Duration::MAX, Duration::MAX), |best, round| {
        (best.0.min(round.0), best.1.min(round.1))
    });
    let count = u32::try_from(count).unwrap_or(1);
    (best.0 / count, best.1 / count)
}

fn ratio(time: Duration, baseline: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() / baseline.as_secs_f64())
}
