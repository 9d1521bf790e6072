//! Ten workflows on one partition, four of them sick: the other six do not notice.

mod timed;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::kit::{
    Answer, Daemon, Plan, Receiver, SOON, Setup, events, free_port, setups, throughout, topics,
    unique, until,
};

/// Events of the outage.
const EVENTS: u32 = 600;
/// Between two of them: the outage is long enough for breakers to be probed.
const PACE: Duration = Duration::from_millis(50);
/// From an open breaker to its first probe, and the least between two.
const PROBE: Duration = Duration::from_secs(5);
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
        daemon.wait_ready();
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

    /// A daemon with four sick workflows beside the healthy ones, of which one refuses connections
    /// at this address.
    fn beside_sick(setup: &Setup, refusing: &str) -> Self {
        let receiver = Receiver::start();
        let asked = RETRY_AFTER.as_secs().to_string();
        receiver.answer("/hangs", Answer::Hang);
        receiver.answer("/fails", Answer::Status(503));
        receiver.answer("/throttles", Answer::WithHeader(429, "retry-after", asked));
        let plan = plan(setup, &receiver, &[HEALTHY.as_slice(), &SICK].concat())
            .set("workflows.hangs.timeout", "2s")
            .set("workflows.refuses.url", refusing)
            // One after the other, so that each request answers to the one before it.
            .set("workflows.throttles.max_in_flight", 1)
            // It is not shut between an answer and the next request: who then finds no place waits.
            .set("workflows.throttles.queue", 10_000);
        Self::start(setup, receiver, plan)
    }

    /// Produces the next event; its number is its place.
    fn produce(&mut self) {
        let event = events::alert(self.produced.len() as u64, "High");
        let record: BaseRecord<'_, (), str> = BaseRecord::to(&self.plan.name).payload(&event);
        self.produced.push(Instant::now());
        let sent = self.producer.send(record);
        sent.map_err(|(error, _)| error).unwrap();
    }

    /// Waits until each healthy workflow has had each event, and panics when one had it twice.
    fn wait_for_healthy(&self) {
        self.producer.flush(SOON).unwrap();
        for workflow in HEALTHY {
            let count = self.produced.len();
            let all = self.receiver.wait_for(&path(workflow), count);
            assert_eq!(all.len(), count, "{workflow} got an event twice");
        }
    }

    /// What was sent to each of the sick.
    fn attempts(&self) -> [f64; 4] {
        SICK.map(|workflow| self.counted("firebell_attempts_total", workflow))
    }

    /// The sum of a metric's series of a workflow.
    fn counted(&self, name: &str, workflow: &str) -> f64 {
        let counted = self.daemon.metric(name, &[("workflow", workflow)]);
        counted.unwrap_or_default()
    }

    /// The sick answer from now on; with the one that refused.
    fn heal(&self, port: u16) -> Receiver {
        for sick in ["/hangs", "/fails", "/throttles"] {
            self.receiver.answer(sick, Answer::Status(200));
        }
        Receiver::start_on(port)
    }
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

fn everything_is_delivered(setup: &Setup, side: &Side, refusing: &Receiver, outage: Duration) {
    let count = side.produced.len();
    let all: BTreeSet<u64> = (0..count as u64).collect();
    let workflows = HEALTHY.len() + SICK.len();
    let total = f64::from(u32::try_from(count * workflows).unwrap());
    let outcome = [("outcome", "delivered")];
    until("everything is delivered", || {
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
        let spent = f64::from(u32::try_from(spent.count()).unwrap());
        assert!(
            spent <= most(workflow, outage),
            "{workflow}: an outage cost {spent} attempts"
        );
    }
    let letters = topics::end_offsets(&setup.cluster, side.plan.dead_letter_topic());
    assert_eq!(letters.values().sum::<i64>(), 0, "{setup}: dead letters");
}

/// What a sick workflow may be sent in an outage.
fn most(workflow: &str, outage: Duration) -> f64 {
    let times = |every: Duration| outage.as_secs_f64() / every.as_secs_f64();
    match workflow {
        // One at a time, and each answer asks for a wait.
        "throttles" => 1.0 + times(RETRY_AFTER),
        // What was in flight when its breaker opened, with three attempts, and the probes.
        _ => 48.0 + times(PROBE),
    }
}

#[test]
fn sick_workflows_delay_no_healthy_one() {
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    let port = free_port();
    let mut side = Side::beside_sick(setup, &format!("http://127.0.0.1:{port}/refuses"));

    for _ in 0..EVENTS {
        side.produce();
        throughout(PACE, || {
            side.producer.poll(Duration::ZERO);
        });
    }
    // All of them, while none of the sick has taken anything.
    side.wait_for_healthy();
    let waits = SICK.map(|workflow| side.counted("firebell_lane_wait_seconds_count", workflow));
    let sent = side.attempts();
    let outage = side.produced[0].elapsed();
    let refusing = side.heal(port);

    everything_is_delivered(setup, &side, &refusing, outage);
    obeyed(&side.receiver);
    for ((workflow, sent), waits) in SICK.into_iter().zip(sent).zip(waits) {
        eprintln!("{workflow}: {sent} requests in an outage of {outage:?}, {waits} waits");
        let most = most(workflow, outage);
        assert!((1.0..=most).contains(&sent), "{workflow}: {sent} requests");
        // Who has waited for a lane in vain waits no more, until it delivers.
        assert!(
            waits <= 1.0,
            "{workflow}: the partition was held {waits} times"
        );
    }
}
