//! By the clock: beside a workflow that hangs another one is as fast as without it; and places get
//! free in half a second.

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::kit::{
    Answer, Daemon, Plan, Received, Receiver, SOON, Setup, events, setups, timed, unique,
};

/// How long the measured workflow is watched, once the first second has passed.
const WATCHED: Duration = Duration::from_mins(1);
/// A p99 below it is as good as none.
const NOISE: Duration = Duration::from_millis(20);
/// Between two events.
const PACE: Duration = Duration::from_millis(20);

/// A daemon with two workflows for every alert: one that is watched, and another.
struct Watched {
    receiver: Receiver,
    plan: Plan,
    _daemon: Daemon,
    producer: BaseProducer,
    produced: Vec<Instant>,
}

impl Watched {
    fn start(setup: &Setup, other: Answer) -> Self {
        let receiver = Receiver::start();
        receiver.answer("/other", other);
        let name = unique("hang");
        // As in production: else what is parked for the other one comes back at once, and is parked
        // again, all the time.
        let tier = json!({"topic": format!("{name}.retry.30s"), "delay": "30s"});
        let plan = Plan::new(setup, &name)
            .set("retry.tiers", json!([tier]))
            .set("log.level", "warn")
            // The in-process cluster lets a fetch wait to its end, half a second by default,
            // which would hide everything that is measured here.
            .set("kafka.properties", json!({"fetch.wait.max.ms": "10"}))
            .workflow("healthy", &receiver.url("/healthy"))
            .workflow("other", &receiver.url("/other"))
            .set("workflows.other.timeout", "10s")
            .set("workflows.other.queue", 32)
            .on_high_alerts("both", &["other", "healthy"]);
        plan.create_topics(&setup.cluster, 1);
        let mut daemon = Daemon::start(&plan);
        daemon.wait_ready();
        let producer = producer(setup);
        Self {
            receiver,
            plan,
            _daemon: daemon,
            producer,
            produced: Vec::new(),
        }
    }

    /// Produces the next event; its number is its place.
    fn produce(&mut self) {
        let event = events::alert(self.produced.len() as u64, "High");
        let record: BaseRecord<'_, (), str> = BaseRecord::to(&self.plan.name).payload(&event);
        self.produced.push(Instant::now());
        self.producer
            .send(record)
            .map_err(|(error, _)| error)
            .unwrap();
    }

    /// From an event's production to its request at the healthy workflow, in rising order,
    /// without the first second.
    fn waits(&self) -> Vec<Duration> {
        self.producer.flush(SOON).unwrap();
        let requests = self.receiver.wait_for("/healthy", self.produced.len());
        let from = self.produced[0] + Duration::from_secs(1);
        let wait = |request: &Received| {
            let number = usize::try_from(events::number(&request.body)?).ok()?;
            let at = *self.produced.get(number)?;
            (at > from).then(|| request.at.saturating_duration_since(at))
        };
        let mut waits: Vec<Duration> = requests.iter().filter_map(wait).collect();
        waits.sort_unstable();
        assert!(waits.len() > 1_000, "too few to tell a percentile");
        waits
    }
}

fn producer(setup: &Setup) -> BaseProducer {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", setup.cluster.bootstrap())
        .set("linger.ms", "0");
    config.create().unwrap()
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[test]
fn a_workflow_is_as_fast_beside_a_hanging_one() {
    let Some(_alone) = timed() else { return };
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    // At the same time, so that whatever else the machine does is done to both.
    let mut calm = Watched::start(setup, Answer::Status(200));
    let mut beside = Watched::start(setup, Answer::Hang);
    let began = Instant::now();
    while began.elapsed() < WATCHED + Duration::from_secs(1) {
        let at = Instant::now();
        calm.produce();
        beside.produce();
        // Serves the acknowledgements until it is time for the next event.
        while at.elapsed() < PACE {
            calm.producer.poll(Duration::ZERO);
            beside.producer.poll(PACE.saturating_sub(at.elapsed()));
        }
    }
    let (calm, beside) = (
        percentile(&calm.waits(), 99),
        percentile(&beside.waits(), 99),
    );
    let ratio = beside.as_secs_f64() / calm.as_secs_f64();
    eprintln!("{setup}: p99 {beside:?} beside a hanging workflow, {calm:?} without: {ratio:.2}");
    // Below the noise of a busy machine a ratio tells nothing; one hold is half a second.
    assert!(
        ratio <= 2.0 || beside < NOISE,
        "{setup}: p99 {beside:?} against {calm:?}"
    );
}

#[test]
fn a_large_backlog_is_worked_off_without_a_retry() {
    let Some(_alone) = timed() else { return };
    super::work_off(200_000, "500ms");
}
