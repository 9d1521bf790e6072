//! By the clock: the six beside the sick ones are as fast as without them.

use std::time::{Duration, Instant};

use rdkafka::producer::Producer;

use super::{HEALTHY, PACE, Side, everything_is_delivered, path, plan};
use crate::kit::{Receiver, SOON, Setup, events, free_port, setups, timed};

/// How long the four are sick.
const OUTAGE: Duration = Duration::from_mins(1);
/// Its parts, each compared for itself.
const ROUNDS: u32 = 6;

/// A daemon with healthy workflows alone.
fn calm(setup: &Setup) -> Side {
    let receiver = Receiver::start();
    let plan = plan(setup, &receiver, &HEALTHY);
    Side::start(setup, receiver, plan)
}

/// Produces for both at the same time, so that whatever else the machine does is done to both.
fn produce_for_an_outage(calm: &mut Side, beside: &mut Side) {
    let began = Instant::now();
    while began.elapsed() < OUTAGE {
        let at = Instant::now();
        calm.produce();
        beside.produce();
        while at.elapsed() < PACE {
            calm.producer.poll(Duration::ZERO);
            beside.producer.poll(PACE.saturating_sub(at.elapsed()));
        }
    }
    for side in [calm, beside] {
        side.producer.flush(SOON).unwrap();
    }
}

/// When each event was produced, and how long after it came to a healthy workflow.
fn waits(side: &Side) -> Vec<(Instant, Duration)> {
    side.wait_for_healthy();
    let requests = HEALTHY.map(|workflow| side.receiver.requests(&path(workflow)));
    let wait = |at: Instant, body: &[u8]| {
        let number = usize::try_from(events::number(body).unwrap()).unwrap();
        let produced = side.produced[number];
        (produced, at.saturating_duration_since(produced))
    };
    let requests = requests.iter().flatten();
    requests.map(|one| wait(one.at, &one.body)).collect()
}

/// The 99th percentile in seconds, and requests a second, of the events produced in a span.
fn measured(waits: &[(Instant, Duration)], from: Instant, span: Duration) -> (f64, f64) {
    let within = |at: Instant| (from..from + span).contains(&at);
    let mut chosen: Vec<Duration> = waits
        .iter()
        .filter(|(at, _)| within(*at))
        .map(|(_, wait)| *wait)
        .collect();
    chosen.sort_unstable();
    assert!(chosen.len() > 500, "too few to tell a percentile");
    let came = waits
        .iter()
        .filter(|(at, wait)| within(*at + *wait))
        .count();
    let throughput = f64::from(u32::try_from(came).unwrap()) / span.as_secs_f64();
    let p99 = chosen[(chosen.len() - 1) * 99 / 100];
    (p99.as_secs_f64(), throughput)
}

/// The middle one, or the better of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

/// How many times p99 is longer and throughput smaller than without sick workflows: the middle of
/// the rounds.
fn compared(calm: &Side, beside: &Side) -> (f64, f64) {
    let (without, with) = (waits(calm), waits(beside));
    let round = OUTAGE / ROUNDS;
    let ratios = (0..ROUNDS).map(|number| {
        let from = calm.produced[0] + round * number;
        let (calm_p99, calm_rate) = measured(&without, from, round);
        let (p99, rate) = measured(&with, from, round);
        eprintln!(
            "round {number}: p99 {p99:.3} s beside four sick workflows, {calm_p99:.3} s without; \
             {rate:.0} requests/s, {calm_rate:.0} without"
        );
        (p99 / calm_p99, calm_rate / rate)
    });
    let (p99, throughput): (Vec<f64>, Vec<f64>) = ratios.unzip();
    (median(p99), median(throughput))
}

#[test]
fn healthy_workflows_are_as_fast_beside_sick_ones() {
    let Some(_alone) = timed() else { return };
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    let port = free_port();
    let mut calm = calm(setup);
    let mut beside = Side::beside_sick(setup, &format!("http://127.0.0.1:{port}/refuses"));

    produce_for_an_outage(&mut calm, &mut beside);
    let refusing = beside.heal(port);
    let healed = Instant::now();
    let (p99, throughput) = compared(&calm, &beside);
    eprintln!("{setup}: p99 {p99:.2} times, throughput 1/{throughput:.2} of a run without");
    everything_is_delivered(setup, &beside, &refusing, OUTAGE);
    eprintln!("everything delivered {:?} after it", healed.elapsed());
    assert!(
        p99 <= 1.5 && throughput <= 1.5,
        "p99 {p99:.2}, throughput {throughput:.2}"
    );
}
