//! What the daemons live in: topics, workflows in every state, broker errors.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::types::RDKafkaRespErr;

use super::ledger::{Expected, Seen};
use crate::kit::{
    Answer, Plan, Receiver, Request, SOON, Setup, events, free_port, topics, unique, within,
};

/// Partitions of every topic.
pub(crate) const PARTITIONS: i32 = 4;
/// Matched records of a partition that a crash may repeat.
pub(crate) const SPAN: usize = 100;
/// Several commit intervals, and less than a request's timeout.
const HOLD: Duration = Duration::from_millis(1500);
/// The workflows that take what they are sent, in the end.
pub(crate) const TAKING: [&str; 3] = ["healthy", "half", "dead"];

/// One run's surroundings.
pub(crate) struct World<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) plan: Plan,
    pub(crate) expected: Expected,
    receiver: Receiver,
    /// Nobody listens here until the world heals.
    dead_port: u16,
    revived: Option<Receiver>,
    produced: u64,
    moment: (Instant, i64),
}

impl<'a> World<'a> {
    /// A world whose plan is what `limited` makes of it.
    pub(crate) fn new(setup: &'a Setup, limited: impl FnOnce(Plan) -> Plan) -> Self {
        let receiver = Receiver::start();
        receiver.answer("/half", Answer::HalfFailing);
        receiver.answer("/refusing", Answer::Status(400));
        let dead_port = free_port();
        let plan = Plan::new(setup, &unique("proof"))
            .set("kafka.window.records", SPAN)
            .set("kafka.window.span", SPAN)
            .set("retry.max_attempts", 10_000)
            .set("log.level", "info")
            .workflow("healthy", &receiver.url("/healthy"))
            .workflow("half", &receiver.url("/half"))
            .workflow("dead", &format!("http://127.0.0.1:{dead_port}/dead"))
            .workflow("refusing", &receiver.url("/refusing"))
            // Each other request fails, for ever: it is not to come to rest.
            .set("workflows.half.breaker.enabled", false)
            .set("workflow_defaults.retry_budget.min", 10_000)
            .on_high_alerts("all-three", &TAKING)
            .automation(serde_json::json!({
                "name": "refused", "kinds": ["alerts"], "workflows": ["refusing"],
                "rule_sets": [{"rules": [
                    {"property": "Severity", "operator": "Equals", "value": "Medium"},
                ]}],
            }));
        let plan = limited(plan);
        plan.create_topics(&setup.cluster, PARTITIONS);
        Self {
            setup,
            plan,
            expected: Expected::default(),
            receiver,
            dead_port,
            revived: None,
            produced: 0,
            moment: (Instant::now(), jiff::Timestamp::now().as_millisecond()),
        }
    }

    /// Produces so many more events; what the cluster has acknowledged is expected.
    pub(crate) fn produce(&mut self, count: u64) {
        let numbers = self.produced..self.produced + count;
        self.produced += count;
        let severity = |number| match number % 10 {
            0 => "Medium",
            1..=4 => "Low",
            _ => "High",
        };
        let records: Vec<_> = numbers
            .clone()
            .map(|number| topics::Record {
                // Spread evenly: the in-process cluster keeps the last 5 MB of a partition alone.
                partition: Some(i32::try_from(number).unwrap() % PARTITIONS),
                ..topics::Record::of(events::alert(number, severity(number)))
            })
            .collect();
        let told = topics::produce(&self.setup.cluster, &self.plan.name, &records);
        assert_eq!(told.len(), records.len());
        for number in numbers {
            match severity(number) {
                "High" => self
                    .expected
                    .delivered
                    .extend(TAKING.map(|workflow| (number, workflow.to_owned()))),
                "Medium" => {
                    self.expected
                        .dead_lettered
                        .insert((number, "refusing".to_owned()));
                }
                _ => {}
            }
        }
    }

    /// Leaves a workflow without an answer, and produces so many more events: the time for a build
    /// that stores offsets early to commit what nobody has taken yet.
    pub(crate) fn hold(&mut self, count: u64) {
        self.receiver.answer("/healthy", Answer::Hang);
        self.produce(count);
        let (cluster, plan) = (&self.setup.cluster, &self.plan);
        within(HOLD, || {
            topics::all_committed(cluster, &plan.name, &plan.name).then_some(())
        });
    }

    /// The workflow answers again.
    pub(crate) fn let_go(&self) {
        self.receiver.answer("/healthy", Answer::Status(200));
    }

    /// Makes the cluster refuse writes to the retry and dead-letter topics.
    pub(crate) fn break_writes(&self) {
        match self.setup.cluster.faults() {
            Some(faults) => {
                let again = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS;
                let never = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
                faults.fail_next(
                    Request::Produce,
                    &[again, never, again, never, never, again],
                );
            }
            None => self.set_min_insync_replicas("2"),
        }
    }

    /// Writes are taken again.
    pub(crate) fn mend_writes(&self) {
        match self.setup.cluster.faults() {
            Some(faults) => faults.fail_no_more(Request::Produce),
            None => self.set_min_insync_replicas("1"),
        }
    }

    /// With one broker, two in-sync replicas are one too many: every write is refused.
    fn set_min_insync_replicas(&self, count: &str) {
        let admin: AdminClient<DefaultClientContext> = ClientConfig::new()
            .set("bootstrap.servers", self.setup.cluster.bootstrap())
            .create()
            .unwrap();
        let mut names = self.plan.retry_topics();
        names.push(self.plan.dead_letter_topic().to_owned());
        let changes: Vec<_> = names
            .iter()
            .map(|name| {
                AlterConfig::new(ResourceSpecifier::Topic(name)).set("min.insync.replicas", count)
            })
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let options = AdminOptions::new().request_timeout(Some(SOON));
        let outcome = runtime
            .block_on(admin.alter_configs(&changes, &options))
            .unwrap();
        assert!(outcome.iter().all(Result::is_ok), "{outcome:?}");
    }

    /// Everything that was down comes back.
    pub(crate) fn heal(&mut self) {
        self.mend_writes();
        self.receiver.answer("/half", Answer::Status(200));
        self.revived = Some(Receiver::start_on(self.dead_port));
    }

    /// Requests that were taken so far.
    pub(crate) fn accepted(&self) -> usize {
        self.requests()
            .values()
            .flatten()
            .filter(|request| request.accepted())
            .count()
    }

    fn requests(&self) -> BTreeMap<String, Vec<crate::kit::Received>> {
        let mut requests: BTreeMap<_, _> = ["healthy", "half"]
            .map(|name| (name.to_owned(), self.receiver.requests(&format!("/{name}"))))
            .into();
        let revived = self.revived.as_ref();
        let dead = revived
            .map(|receiver| receiver.requests("/dead"))
            .unwrap_or_default();
        requests.insert("dead".to_owned(), dead);
        requests
    }

    /// Whether every group has committed to the end of every topic.
    pub(crate) fn is_settled(&self) -> bool {
        let (cluster, plan) = (&self.setup.cluster, &self.plan);
        topics::all_committed(cluster, &plan.name, &plan.name)
            && plan
                .retry_topics()
                .iter()
                .all(|topic| topics::all_committed(cluster, &plan.retry_group(), topic))
    }

    /// Everything that can be seen from outside.
    pub(crate) fn seen(&self) -> Seen {
        let cluster = &self.setup.cluster;
        let parked = self.plan.retry_topics();
        Seen {
            requests: self.requests(),
            dead_letters: topics::read(cluster, self.plan.dead_letter_topic()),
            // More may have been parked than the cluster keeps; what was lost with it is missed.
            parked: parked
                .iter()
                .flat_map(|topic| topics::read_kept(cluster, topic))
                .collect(),
            moment: self.moment,
        }
    }
}
