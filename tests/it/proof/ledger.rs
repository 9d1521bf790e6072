//! What was produced, what came of it, and whether they agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

use crate::kit::topics::Record;
use crate::kit::{Received, events};

/// One event's way to one workflow.
type Pair = (u64, String);

/// What the events must come to: each pair once, delivered or dead-lettered.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) delivered: BTreeSet<Pair>,
    pub(crate) dead_lettered: BTreeSet<Pair>,
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Requests, by the workflow they reached.
    pub(crate) requests: BTreeMap<String, Vec<Received>>,
    pub(crate) dead_letters: Vec<Record>,
    /// What is kept of everything that was parked.
    pub(crate) parked: Vec<Record>,
    /// The same moment on both clocks.
    pub(crate) moment: (Instant, i64),
}

/// The figures of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) pairs: usize,
    pub(crate) lost: Vec<Pair>,
    pub(crate) unexpected: Vec<Pair>,
    pub(crate) duplicates: usize,
    pub(crate) changed_ids: Vec<Pair>,
    pub(crate) parked: usize,
    /// Parked records whose next attempt could be told for certain.
    pub(crate) due_checked: usize,
    pub(crate) too_early: Vec<String>,
}

impl Seen {
    fn accepted(&self) -> impl Iterator<Item = (Pair, &Received)> {
        self.all().filter(|(_, request)| request.accepted())
    }

    fn all(&self) -> impl Iterator<Item = (Pair, &Received)> {
        self.requests.iter().flat_map(|(workflow, requests)| {
            requests.iter().map(|request| {
                let number = events::number(&request.body).unwrap_or(u64::MAX);
                ((number, workflow.clone()), request)
            })
        })
    }

    fn letters(&self) -> impl Iterator<Item = Pair> {
        self.dead_letters.iter().map(|letter| {
            let number = events::number(letter.value.as_deref().unwrap_or_default());
            let workflow = letter.header("firebell-workflow").unwrap_or("none");
            (number.unwrap_or(u64::MAX), workflow.to_owned())
        })
    }

    fn wall_clock(&self, at: Instant) -> i64 {
        let (instant, millis) = self.moment;
        let passed = |wait: Duration| i64::try_from(wait.as_millis()).unwrap();
        if at >= instant {
            millis + passed(at - instant)
        } else {
            millis - passed(instant - at)
        }
    }
}

/// Holds what was seen against what had to come.
pub(crate) fn audit(expected: &Expected, seen: &Seen) -> Report {
    let mut times: BTreeMap<Pair, usize> = BTreeMap::new();
    for (pair, _) in seen.accepted() {
        *times.entry(pair).or_default() += 1;
    }
    let letters: BTreeSet<Pair> = seen.letters().collect();
    let lost = expected
        .delivered
        .iter()
        .filter(|pair| !times.contains_key(pair));
    let unlettered = expected
        .dead_lettered
        .iter()
        .filter(|pair| !letters.contains(pair));
    let reached = times
        .keys()
        .filter(|pair| !expected.delivered.contains(pair));
    let stray = letters
        .iter()
        .filter(|pair| !expected.dead_lettered.contains(pair));
    let mut report = Report {
        pairs: expected.delivered.len() + expected.dead_lettered.len(),
        lost: lost.chain(unlettered).cloned().collect(),
        unexpected: reached.chain(stray).cloned().collect(),
        duplicates: times.values().map(|count| count - 1).sum::<usize>()
            + (seen.dead_letters.len() - letters.len()),
        changed_ids: changed_ids(seen),
        parked: seen.parked.len(),
        ..Report::default()
    };
    check_due_times(seen, &mut report);
    report
}

fn changed_ids(seen: &Seen) -> Vec<Pair> {
    let mut ids: BTreeMap<Pair, BTreeSet<String>> = BTreeMap::new();
    for (pair, request) in seen.all() {
        ids.entry(pair)
            .or_default()
            .insert(request.header("webhook-id").unwrap().to_owned());
    }
    ids.into_iter()
        .filter(|(_, ids)| ids.len() > 1)
        .map(|(pair, _)| pair)
        .collect()
}

/// The attempt after a parked one must not come before its time. Where a crash made a second line
/// of attempts, the numbers repeat and nothing can be told; those ids are left out.
fn check_due_times(seen: &Seen, report: &mut Report) {
    let mut attempts: BTreeMap<&str, BTreeMap<u32, Vec<i64>>> = BTreeMap::new();
    for (_, request) in seen.all() {
        let number = request.header("ce-attempt").unwrap().parse().unwrap();
        let id = request.header("webhook-id").unwrap();
        let at = seen.wall_clock(request.at);
        attempts
            .entry(id)
            .or_default()
            .entry(number)
            .or_default()
            .push(at);
    }
    let mut parks: BTreeMap<&str, BTreeMap<u32, Vec<i64>>> = BTreeMap::new();
    for record in &seen.parked {
        let number = |name| record.header(name).unwrap().parse::<i64>().unwrap();
        let spent = u32::try_from(number("firebell-attempts")).unwrap();
        let id = record.header("firebell-id").unwrap();
        parks
            .entry(id)
            .or_default()
            .entry(spent)
            .or_default()
            .push(number("firebell-due"));
    }
    for (id, parks) in parks {
        let Some(attempts) = attempts.get(id) else {
            continue;
        };
        if attempts.values().any(|at| at.len() > 1) {
            continue;
        }
        for (spent, dues) in parks {
            let (&[due], Some(next)) = (dues.as_slice(), attempts.get(&(spent + 1))) else {
                continue;
            };
            report.due_checked += 1;
            // Both stamps are whole milliseconds, and the receiver's comes from another clock.
            if next[0] < due - 2 {
                report
                    .too_early
                    .push(format!("{id}: {} ms before its time", due - next[0]));
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} pairs, lost {}, unexpected {}, duplicates {}, ids changed {}, parked {}, \
             due times checked {}, too early {}",
            self.pairs,
            self.lost.len(),
            self.unexpected.len(),
            self.duplicates,
            self.changed_ids.len(),
            self.parked,
            self.due_checked,
            self.too_early.len()
        )
    }
}
