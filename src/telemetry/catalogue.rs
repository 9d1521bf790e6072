//! Every metric: its name, its kind, its labels, what it says.

mod list;

use metrics::{Counter, Gauge, Histogram, Label};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use list::*;

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ever rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Seconds, in buckets.
    Histogram,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// The name, unit last.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels' names.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind,
        labels,
        help,
    }
}

/// Every metric, in the order of the README's table.
pub const CATALOGUE: [Metric; 37] = [
    RECORDS,
    EVENTS,
    BAD_EVENTS,
    MATCHES,
    DELIVERIES,
    ATTEMPTS,
    ATTEMPT_SECONDS,
    DELIVERY_SECONDS,
    IN_FLIGHT,
    LANE_DEPTH,
    LANE_WAIT_SECONDS,
    RATE_WAIT_SECONDS,
    LIMIT,
    BREAKER,
    OVER_BUDGET,
    ALARM,
    UNSPENT,
    PARKED,
    DEAD_LETTERS,
    WITHHELD,
    PRODUCE_FAILURES,
    TOPIC_MISCONFIGURED,
    RETRY_DEPTH,
    CONSUMER_LAG,
    UNSETTLED,
    OLDEST_UNSETTLED_SECONDS,
    HELD_PARTITIONS,
    COMMITS,
    REBALANCES,
    CONSUMER_ERRORS,
    OFFSET_RESETS,
    AUTOMATIONS,
    RULE_SETS,
    RULE_SETS_WITHOUT_WITNESS,
    MATCH_CANDIDATES,
    AUTOMATION_EXPIRES,
    BUILD_INFO,
];

/// Buckets in seconds: a local request takes a millisecond, the last retry tier hours.
const BUCKETS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 300.0,
    3_600.0,
];

/// Installs the recorder of this process and describes every metric. A process has one.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &BUCKETS)?
        .install_recorder()?;
    for metric in &CATALOGUE {
        metric.describe();
    }
    BUILD_INFO.gauge(&[env!("CARGO_PKG_VERSION")]).set(1.0);
    Ok(handle)
}

#[expect(clippy::disallowed_macros, reason = "this is the catalogue")]
impl Metric {
    fn describe(&self) {
        match self.kind {
            Kind::Counter => metrics::describe_counter!(self.name, self.help),
            Kind::Gauge => metrics::describe_gauge!(self.name, self.help),
            Kind::Histogram => metrics::describe_histogram!(self.name, self.help),
        }
    }

    fn labels(&self, values: &[&str]) -> Vec<Label> {
        debug_assert_eq!(values.len(), self.labels.len(), "{}", self.name);
        let pairs = self.labels.iter().zip(values);
        pairs
            .map(|(name, value)| Label::new(*name, (*value).to_owned()))
            .collect()
    }

    /// The counter with these labels' values, in the order of the catalogue.
    pub fn counter(&self, values: &[&str]) -> Counter {
        metrics::counter!(self.name, self.labels(values))
    }

    /// The gauge with these labels' values.
    pub fn gauge(&self, values: &[&str]) -> Gauge {
        metrics::gauge!(self.name, self.labels(values))
    }

    /// The histogram with these labels' values.
    pub fn histogram(&self, values: &[&str]) -> Histogram {
        metrics::histogram!(self.name, self.labels(values))
    }
}
