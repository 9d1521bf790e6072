//! The whole daemon on Apache Kafka, each figure beside its baseline in the same run: records
//! that match nothing against a bare consumer, deliveries against a bare HTTP loop, and what a
//! backlog costs in memory. It needs what the broker suite needs: Java 17 and Maven, or
//! `FIREBELL_TEST_KAFKA`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a benchmark fails by panicking, and its figures are for people"
)]

#[path = "pipeline/baseline.rs"]
mod baseline;
#[path = "../tests/it/kit/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests use the rest of the kit"
)]
mod kit;
#[path = "pipeline/sink.rs"]
mod sink;

use std::sync::Arc;
use std::time::{Duration, Instant};

use baseline::Prefetch;
use kit::{Cluster, Daemon, Plan, Setup, topics, unique, within};
use sink::Sink;

const PARTITIONS: i32 = 4;
/// Records of the topic that everything reads.
const RECORDS: u64 = 1_000_000;
/// One record in so many is of high severity.
const HIGH: u64 = 10;
/// Records of the topic that is delivered whole.
const MATCHING: u64 = 150_000;
const ROUNDS: usize = 3;

fn main() {
    // `cargo test --benches` and `--no-run` must not start a broker.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let Some(cluster) = Cluster::kafka() else {
        println!("pipeline: not measured, since Apache Kafka cannot be had");
        return;
    };
    let setup = Setup {
        cluster: Arc::new(cluster),
        group_protocol: "classic",
    };
    // A name on the command line measures that part alone.
    let wanted = |part: &str| {
        let mut names = std::env::args()
            .skip(1)
            .filter(|one| !one.starts_with('-'))
            .peekable();
        names.peek().is_none() || names.any(|name| name == part)
    };
    if wanted("reading") {
        let topic = unique("bench");
        fill(&setup, &topic, RECORDS, HIGH);
        unmatched(&setup, &topic);
        memory(&setup, &topic);
    }
    if wanted("delivering") {
        let hot = unique("bench-hot");
        fill(&setup, &hot, MATCHING, 1);
        for wait in [Duration::ZERO, Duration::from_millis(5)] {
            deliveries(&setup, &hot, wait);
        }
    }
}

/// An alert in the shape in which it is exported; one in `high` of them is of high severity.
fn alert(number: u64, high: u64) -> String {
    let severity = if number.is_multiple_of(high) {
        "High"
    } else {
        "Low"
    };
    kit::events::alert_value(number, severity).to_string()
}

fn fill(setup: &Setup, topic: &str, count: u64, high: u64) {
    setup.cluster.create_topic(topic, PARTITIONS);
    let began = Instant::now();
    let mut bytes = 0;
    for chunk in 0..count / 50_000 {
        let records: Vec<_> = (chunk * 50_000..(chunk + 1) * 50_000)
            .map(|number| topics::Record {
                partition: Some(i32::try_from(number % 4).unwrap()),
                ..topics::Record::of(alert(number, high))
            })
            .collect();
        bytes += records
            .iter()
            .map(|one| one.value.as_ref().unwrap().len())
            .sum::<usize>();
        topics::produce(&setup.cluster, topic, &records);
    }
    let each = bytes as u64 / count;
    println!(
        "{count} records of {each} bytes produced in {:?}",
        began.elapsed()
    );
}

fn plan(setup: &Setup, topic: &str, severity: &str, url: &str) -> Plan {
    let plan = Plan::new(setup, &unique("bench"))
        .set(
            "sources",
            serde_json::json!([{"topic": topic, "kind": "auto"}]),
        )
        .set("kafka.commit_interval", "1s")
        .set("kafka.window", serde_json::json!({}))
        .workflow("sink", url)
        .automation(serde_json::json!({
            "name": "bench", "kinds": ["alerts"], "workflows": ["sink"],
            "rule_sets": [{"rules": [
                {"property": "Severity", "operator": "Equals", "value": severity},
            ]}],
        }));
    for retry in plan.retry_topics() {
        setup.cluster.create_topic(&retry, PARTITIONS);
    }
    setup.cluster.create_topic(plan.dead_letter_topic(), 1);
    plan
}

/// Records a second of a daemon whose rules match nothing.
fn daemon_rate(setup: &Setup, topic: &str) -> f64 {
    let daemon = Daemon::start(&plan(setup, topic, "None", "http://127.0.0.1:9/"));
    let read = || {
        daemon
            .metric("firebell_records_total", &[])
            .unwrap_or_default()
    };
    within(Duration::from_mins(1), || (read() > 0.0).then_some(())).unwrap();
    let (began, before) = (Instant::now(), read());
    within(Duration::from_mins(5), || {
        (read() >= RECORDS as f64).then_some(())
    })
    .unwrap();
    (RECORDS as f64 - before) / began.elapsed().as_secs_f64()
}

fn unmatched(setup: &Setup, topic: &str) {
    for prefetch in [Prefetch::Ours, Prefetch::Library] {
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            let bare = baseline::consumer_rate(setup, topic, (RECORDS, prefetch));
            let ours = daemon_rate(setup, topic);
            println!("  bare consumer {bare:.0} records/s, daemon {ours:.0} records/s");
            ratios.push(ours / bare);
        }
        let ratio = median(&mut ratios);
        println!("unmatched: daemon ÷ bare consumer, {prefetch:?} prefetch = {ratio:.2} (aim 0.5)");
    }
}

/// Works a backlog off in which one record in [`HIGH`] is delivered.
fn memory(setup: &Setup, topic: &str) {
    let sink = Sink::start(Duration::ZERO);
    let daemon = Daemon::start(&plan(setup, topic, "High", &sink.url()));
    let done = || (sink.count() >= RECORDS / HIGH).then_some(());
    within(Duration::from_mins(10), done).unwrap();
    let peak = daemon.peak_memory() as f64 / f64::from(1 << 20);
    println!("peak memory under a backlog of {RECORDS} records: {peak:.0} MiB (aim below 100)");
}

/// Works a backlog off in which every record is delivered, to a workflow that takes `wait`.
fn deliveries(setup: &Setup, topic: &str, wait: Duration) {
    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    let count = if wait.is_zero() {
        MATCHING
    } else {
        MATCHING / 10
    };
    for _ in 0..ROUNDS {
        let sink = Sink::start(wait);
        let bare = baseline::request_rate(&sink.url(), count);
        sink.reset();
        let mut daemon = Daemon::start(&plan(setup, topic, "High", &sink.url()));
        let (ours, cpu) = delivery_rate(&daemon, &sink, count);
        println!("  bare loop {bare:.0} requests/s, daemon {ours:.0} deliveries/s");
        ratios.push(ours / bare);
        costs.push(cpu);
        daemon.sigterm();
        assert!(daemon.wait_exit().success());
    }
    let (ratio, cost) = (median(&mut ratios), median(&mut costs));
    println!("deliveries, workflow takes {wait:?}: daemon ÷ bare loop = {ratio:.2} (aim 0.7)");
    println!("  {cost:.3} CPU-seconds per 1,000 deliveries");
}

/// Deliveries a second from the first to the last, and CPU-seconds for a thousand of them.
fn delivery_rate(daemon: &Daemon, sink: &Sink, expected: u64) -> (f64, f64) {
    within(Duration::from_mins(1), || (sink.count() > 0).then_some(())).unwrap();
    let (began, before, cpu) = (Instant::now(), sink.count(), daemon.cpu_seconds());
    within(Duration::from_mins(10), || {
        (sink.count() >= expected).then_some(())
    })
    .unwrap();
    let done = (sink.count() - before) as f64;
    let spent = daemon.cpu_seconds() - cpu;
    (done / began.elapsed().as_secs_f64(), spent / done * 1_000.0)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
