//! A workflow that hangs delays nobody else; a backlog is worked off without a retry topic.

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, setups, topics, unique, until};

/// How long the measured workflow is watched, once the first second has passed.
const WATCHED: Duration = Duration::from_mins(1);
/// Between two events.
const PACE: Duration = Duration::from_millis(20);

/// From an event's production to its request at the healthy workflow, in rising order.
fn waits(setup: &Setup, other: Answer) -> Vec<Duration> {
    let receiver = Receiver::start();
    receiver.answer("/other", other);
    let plan = Plan::new(setup, &unique("hang"))
        .set("log.level", "warn")
        // The in-process cluster lets a fetch wait to its end, half a second by default, which
        // would hide everything that is measured here.
        .set("kafka.properties", json!({"fetch.wait.max.ms": "10"}))
        .workflow("healthy", &receiver.url("/healthy"))
        .workflow("other", &receiver.url("/other"))
        .set("workflows.other.timeout", "10s")
        .set("workflows.other.queue", 32)
        .on_high_alerts("both", &["other", "healthy"]);
    plan.create_topics(&setup.cluster, 1);
    let mut daemon = Daemon::start(&plan);
    daemon.wait_ready(Duration::from_mins(1));

    let began = Instant::now();
    let mut produced = Vec::new();
    let source = producer(setup);
    // The place is the number: one partition keeps the order.
    while began.elapsed() < WATCHED + Duration::from_secs(1) {
        let at = Instant::now();
        let event = events::alert(produced.len() as u64, "High");
        let record: BaseRecord<'_, (), str> = BaseRecord::to(&plan.name).payload(&event);
        source.send(record).map_err(|(error, _)| error).unwrap();
        produced.push(at);
        // Serves the producer's acknowledgements until it is time for the next event.
        while at.elapsed() < PACE {
            source.poll(PACE.saturating_sub(at.elapsed()));
        }
    }
    source.flush(Duration::from_secs(10)).unwrap();
    let requests = receiver.wait_for("/healthy", produced.len(), Duration::from_secs(30));
    let first_second = began + Duration::from_secs(1);
    let mut waits: Vec<Duration> = requests
        .iter()
        .filter_map(|request| {
            let number = usize::try_from(events::number(&request.body)?).ok()?;
            let at = *produced.get(number)?;
            (at > first_second).then(|| request.at.saturating_duration_since(at))
        })
        .collect();
    waits.sort_unstable();
    assert!(waits.len() > 1_000, "{setup}: too few to tell a percentile");
    waits
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
fn a_hanging_workflow_delays_nobody_else() {
    let all = setups();
    let on_kafka = all.iter().find(|setup| setup.cluster.faults().is_none());
    let setup = on_kafka.unwrap_or(&all[0]);
    let calm = waits(setup, Answer::Status(200));
    let beside = waits(setup, Answer::Hang);
    let (calm, beside) = (percentile(&calm, 99), percentile(&beside, 99));
    let ratio = beside.as_secs_f64() / calm.as_secs_f64();
    eprintln!("{setup}: p99 {beside:?} beside a hanging workflow, {calm:?} without: {ratio:.2}");
    assert!(ratio <= 2.0, "{setup}: p99 {beside:?} against {calm:?}");
}

/// Matching events of the backlog.
const BACKLOG: u32 = 200_000;

#[test]
fn a_backlog_is_worked_off_without_a_retry() {
    // The in-process cluster keeps 5 MB of a partition, a fraction of this.
    for setup in setups()
        .iter()
        .filter(|setup| setup.cluster.faults().is_none())
        .take(1)
    {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("backlog"))
            .set("log.level", "warn")
            .workflow("healthy", &receiver.url("/healthy"))
            .on_high_alerts("all", &["healthy"]);
        plan.create_topics(&setup.cluster, 4);
        let alert = |number: u32| {
            format!(r#"{{"SystemAlertId":"{number}","AlertType":"B","Severity":"High"}}"#)
        };
        for chunk in 0..BACKLOG / 10_000 {
            let numbers = chunk * 10_000..(chunk + 1) * 10_000;
            let records: Vec<_> = numbers
                .map(|number| topics::Record {
                    partition: Some(i32::try_from(number % 4).unwrap()),
                    ..topics::Record::of(alert(number))
                })
                .collect();
            topics::produce(&setup.cluster, &plan.name, &records);
        }
        let mut daemon = Daemon::start(&plan);
        let began = Instant::now();
        daemon.wait_ready(Duration::from_mins(1));
        let delivered = [("outcome", "delivered")];
        until("the backlog is worked off", Duration::from_mins(8), || {
            let done = daemon.metric("firebell_deliveries_total", &delivered)?;
            (done >= f64::from(BACKLOG)).then_some(())
        });
        eprintln!("{setup}: {BACKLOG} delivered in {:?}", began.elapsed());
        for topic in plan.retry_topics() {
            let parked: i64 = topics::end_offsets(&setup.cluster, &topic).values().sum();
            assert_eq!(parked, 0, "{setup}: {topic}");
        }
    }
}
