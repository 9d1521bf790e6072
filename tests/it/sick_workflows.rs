//! Ten workflows on one partition, four of them sick: the other six do not notice.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, setups, topics, unique, until};

/// How long the four are sick.
const OUTAGE: Duration = Duration::from_mins(1);
/// Its parts, each compared for itself.
const ROUNDS: u32 = 6;
/// Between two events.
const PACE: Duration = Duration::from_millis(50);
/// From the end of the outage to the last delivery: the longest tier, and what waits in it.
const RECOVERY: Duration = Duration::from_secs(90);
/// What the one asks for that has too much to do.
const RETRY_AFTER: Duration = Duration::from_secs(2);

const HEALTHY: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const SICK: [&str; 4] = ["hangs", "fails", "throttles", "refuses"];

/// A daemon, and what it is watched with.
struct Side {
    receiver: Receiver,
    plan: Plan,
    daemon: Daemon,
    producer: BaseProducer,
    produced: Vec<Instant>,
}

fn path(workflow: &str) -> String {
    format!("/{workflow}")
}

fn plan(setup: &Setup, receiver: &Receiver, workflows: &[&str]) -> Plan {
    let name = unique("sick");
    let tier = |delay: &str| json!({"topic": format!("{name}.retry.{delay}"), "delay": delay});
    let plan = Plan::new(setup, &name)
        .set("log.level", "warn")
        // The in-process cluster lets a fetch wait to its end, which would hide what is measured.
        .set("kafka.properties", json!({"fetch.wait.max.ms": "10"}))
        .set("retry.tiers", json!([tier("5s"), tier("20s")]))
        .set(
            "workflow_defaults.breaker",
            json!({"probe_after": "5s", "probe_max": "20s"}),
        )
        .on_high_alerts("all", workflows);
    workflows.iter().fold(plan, |plan, workflow| {
        plan.workflow(workflow, &receiver.url(&path(workflow)))
    })
}

impl Side {
    fn start(setup: &Setup, receiver: Receiver, plan: Plan) -> Self {
        plan.create_topics(&setup.cluster, 1);
        let mut daemon = Daemon::start(&plan);
        daemon.wait_ready(Duration::from_mins(1));
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", setup.cluster.bootstrap())
            .set("linger.ms", "0");
        Self {
            receiver,
            plan,
            daemon,
            producer: config.create().unwrap(),
            produced: Vec::new(),
        }
    }

    /// Produces the next event; its number is its place.
    fn produce(&mut self) {
        let event = events::alert(self.produced.len() as u64, "High");
        let record: BaseRecord<'_, (), str> = BaseRecord::to(&self.plan.name).payload(&event);
        self.produced.push(Instant::now());
        let sent = self.producer.send(record);
        sent.map_err(|(error, _)| error).unwrap();
    }

    /// When each event was produced, and how long after it came to a healthy workflow.
    fn waits(&self) -> Vec<(Instant, Duration)> {
        self.producer.flush(Duration::from_secs(10)).unwrap();
        let count = self.produced.len();
        let came = |workflow| {
            let all = self.receiver.wait_for(&path(workflow), count, RECOVERY);
            assert_eq!(all.len(), count, "{workflow} got an event twice");
            all
        };
        let requests = HEALTHY.into_iter().flat_map(came);
        requests
            .map(|request| {
                let number = usize::try_from(events::number(&request.body).unwrap()).unwrap();
                let at = self.produced[number];
                (at, request.at.saturating_duration_since(at))
            })
            .collect()
    }

    fn attempts(&self, workflow: &str) -> f64 {
        let labels = [("workflow", workflow)];
        let sent = self.daemon.metric("firebell_attempts_total", &labels);
        sent.unwrap_or_default()
    }
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

/// No request came earlier than the answer before it had asked for.
fn obeyed(receiver: &Receiver) {
    let requests = receiver.requests("/throttles");
    assert!(
        requests
            .iter()
            .filter(|one| one.status == Some(429))
            .count()
            > 5
    );
    for pair in requests.windows(2) {
        let gap = pair[1].at - pair[0].at;
        let asked = pair[0].status == Some(429);
        assert!(!asked || gap >= RETRY_AFTER, "asked again after {gap:?}");
    }
}

fn everything_is_delivered(setup: &Setup, side: &Side, refusing: &Receiver) {
    let count = side.produced.len();
    let all: BTreeSet<u64> = (0..count as u64).collect();
    let workflows = HEALTHY.len() + SICK.len();
    let total = f64::from(u32::try_from(count * workflows).unwrap());
    let outcome = [("outcome", "delivered")];
    until("everything is delivered", RECOVERY, || {
        let delivered = side.daemon.metric("firebell_deliveries_total", &outcome)?;
        (delivered >= total).then_some(())
    });
    for workflow in HEALTHY.into_iter().chain(SICK) {
        let receivers = [&side.receiver, refusing];
        let requests = receivers.map(|one| one.requests(&path(workflow))).concat();
        let accepted = requests.iter().filter(|one| one.accepted());
        let taken: BTreeSet<u64> = accepted
            .clone()
            .filter_map(|one| events::number(&one.body))
            .collect();
        assert_eq!(taken, all, "{workflow}");
        let spent = accepted.filter(|one| one.header("ce-attempt") != Some("1"));
        let spent = spent.count();
        assert!(
            spent <= count / 10,
            "{workflow}: an outage cost {spent} attempts"
        );
    }
    let letters = topics::end_offsets(&setup.cluster, side.plan.dead_letter_topic());
    assert_eq!(letters.values().sum::<i64>(), 0, "{setup}: dead letters");
}

/// A daemon with healthy workflows alone.
fn calm(setup: &Setup) -> Side {
    let receiver = Receiver::start();
    let plan = plan(setup, &receiver, &HEALTHY);
    Side::start(setup, receiver, plan)
}

/// One with four sick ones beside them, of which one refuses connections at this address.
fn beside_sick(setup: &Setup, refusing: &str) -> Side {
    let receiver = Receiver::start();
    let asked = RETRY_AFTER.as_secs().to_string();
    receiver.answer("/hangs", Answer::Hang);
    receiver.answer("/fails", Answer::Status(503));
    receiver.answer("/throttles", Answer::WithHeader(429, "retry-after", asked));
    let plan = plan(setup, &receiver, &[HEALTHY.as_slice(), &SICK].concat())
        .set("workflows.refuses.url", refusing)
        // One after the other, so that each request answers to the one before it.
        .set("workflows.throttles.max_in_flight", 1);
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
}

/// How many times p99 is longer and throughput smaller than without sick workflows: the middle of
/// the rounds.
fn compared(calm: &Side, beside: &Side) -> (f64, f64) {
    let (without, with) = (calm.waits(), beside.waits());
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
fn sick_workflows_delay_no_healthy_one() {
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    let refusing = Receiver::start();
    let (port, address) = (refusing.port(), refusing.url("/refuses"));
    drop(refusing);
    let (mut calm, mut beside) = (calm(setup), beside_sick(setup, &address));

    produce_for_an_outage(&mut calm, &mut beside);
    let sent = SICK.map(|workflow| (workflow, beside.attempts(workflow)));
    let refusing = Receiver::start_on(port);
    for sick in ["/hangs", "/fails", "/throttles"] {
        beside.receiver.answer(sick, Answer::Status(200));
    }
    let healed = Instant::now();

    let (p99, throughput) = compared(&calm, &beside);
    let count = beside.produced.len();
    eprintln!("{setup}: p99 {p99:.2} times, throughput 1/{throughput:.2} of a run without");
    for (workflow, sent) in sent {
        eprintln!("{workflow}: {sent} requests in an outage of {OUTAGE:?}, {count} events");
    }
    everything_is_delivered(setup, &beside, &refusing);
    eprintln!("everything delivered {:?} after it", healed.elapsed());
    obeyed(&beside.receiver);
    assert!(
        p99 <= 1.5 && throughput <= 1.5,
        "p99 {p99:.2}, throughput {throughput:.2}"
    );
    for (workflow, sent) in sent {
        // What was in flight when it opened, its attempts in process, and a probe now and then.
        assert!((1.0..=60.0).contains(&sent), "{workflow}: {sent} requests");
    }
}
