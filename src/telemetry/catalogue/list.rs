//! Every metric, one after the other.

use super::{Kind, Metric, metric};

/// Records read from the sources, by how they ended.
pub const RECORDS: Metric = metric(
    "firebell_records_total",
    Kind::Counter,
    &["result"],
    "Records read: matched, unmatched, tombstone, or bad (dead-lettered whole).",
);
/// Events read, by kind.
pub const EVENTS: Metric = metric(
    "firebell_events_total",
    Kind::Counter,
    &["kind", "result"],
    "Events evaluated: matched or unmatched.",
);
/// Events that could not be read.
pub const BAD_EVENTS: Metric = metric(
    "firebell_bad_events_total",
    Kind::Counter,
    &["reason"],
    "Events of an envelope that were dead-lettered alone, by reason.",
);
/// Matches, by automation.
pub const MATCHES: Metric = metric(
    "firebell_matches_total",
    Kind::Counter,
    &["automation"],
    "Events that an automation matched.",
);
/// Deliveries, by how they ended.
pub const DELIVERIES: Metric = metric(
    "firebell_deliveries_total",
    Kind::Counter,
    &["workflow", "outcome"],
    "Deliveries settled: delivered, parked (again, for each time) or dead_letter.",
);
/// Requests, by result.
pub const ATTEMPTS: Metric = metric(
    "firebell_attempts_total",
    Kind::Counter,
    &["workflow", "result"],
    "Requests sent: delivered, or the reason why not.",
);
/// How long a request takes.
pub const ATTEMPT_SECONDS: Metric = metric(
    "firebell_attempt_seconds",
    Kind::Histogram,
    &["workflow"],
    "From a request's start to the end of its answer.",
);
/// How long an event takes.
pub const DELIVERY_SECONDS: Metric = metric(
    "firebell_delivery_seconds",
    Kind::Histogram,
    &["workflow"],
    "From the record's timestamp to the delivery of its event.",
);
/// Requests in flight.
pub const IN_FLIGHT: Metric = metric(
    "firebell_in_flight",
    Kind::Gauge,
    &["workflow"],
    "Requests in flight.",
);
/// Deliveries in a lane.
pub const LANE_DEPTH: Metric = metric(
    "firebell_lane_depth",
    Kind::Gauge,
    &["workflow"],
    "Deliveries with a place in the lane: waiting, in flight, or between two attempts.",
);
/// How long partitions were held for a lane.
pub const LANE_WAIT_SECONDS: Metric = metric(
    "firebell_lane_wait_seconds",
    Kind::Histogram,
    &["workflow"],
    "How long a partition was held for a place in a busy lane.",
);
/// How long deliveries waited for the rate.
pub const RATE_WAIT_SECONDS: Metric = metric(
    "firebell_rate_wait_seconds",
    Kind::Histogram,
    &["workflow"],
    "How long deliveries stood in line for the workflow's rate.",
);
/// The limit on requests in flight.
pub const LIMIT: Metric = metric(
    "firebell_concurrency_limit",
    Kind::Gauge,
    &["workflow"],
    "Requests that may be in flight: max_in_flight, or less where adaptive found less.",
);
/// The breaker's position.
pub const BREAKER: Metric = metric(
    "firebell_breaker_state",
    Kind::Gauge,
    &["workflow"],
    "The breaker: 0 closed, 1 half-open (a probe is under way), 2 open.",
);
/// Attempts in process that the budget did not have.
pub const OVER_BUDGET: Metric = metric(
    "firebell_retries_over_budget_total",
    Kind::Counter,
    &["workflow"],
    "Attempts in process left out since the retry budget was spent.",
);
/// What must be mended.
pub const ALARM: Metric = metric(
    "firebell_workflow_alarm",
    Kind::Gauge,
    &["workflow", "reason"],
    "1 while a workflow needs mending: unauthorized, redirected, or gone (switched off).",
);
/// Deliveries parked without an attempt, by workflow and reason.
pub const UNSPENT: Metric = metric(
    "firebell_parked_unspent_total",
    Kind::Counter,
    &["workflow", "reason"],
    "Deliveries parked without an attempt, by reason.",
);
/// Deliveries parked, by reason.
pub const PARKED: Metric = metric(
    "firebell_parked_total",
    Kind::Counter,
    &["topic", "reason"],
    "Deliveries parked in a retry topic, by reason.",
);
/// Dead letters, by reason.
pub const DEAD_LETTERS: Metric = metric(
    "firebell_dead_letters_total",
    Kind::Counter,
    &["stage", "reason"],
    "Records, events and deliveries written to the dead-letter topic.",
);
/// Dead letters that were not written.
pub const WITHHELD: Metric = metric(
    "firebell_withheld_total",
    Kind::Counter,
    &["workflow", "reason"],
    "Times that a delivery was kept in the last retry topic, since too many became dead letters.",
);
/// Failed writes to Kafka.
pub const PRODUCE_FAILURES: Metric = metric(
    "firebell_produce_failures_total",
    Kind::Counter,
    &["topic"],
    "Writes to a retry or dead-letter topic that failed, and are tried again.",
);
/// Topics whose settings lose what is written to them.
pub const TOPIC_MISCONFIGURED: Metric = metric(
    "firebell_topic_misconfigured",
    Kind::Gauge,
    &["topic", "setting"],
    "1 while a retry or dead-letter topic's setting lets records be lost: see the log.",
);
/// What waits in the retry topics.
pub const RETRY_DEPTH: Metric = metric(
    "firebell_retry_depth",
    Kind::Gauge,
    &["topic"],
    "Deliveries that wait in this member's partitions of a retry topic; absent while that is not known.",
);
/// Consumer lag.
pub const CONSUMER_LAG: Metric = metric(
    "firebell_consumer_lag",
    Kind::Gauge,
    &["group", "topic", "partition"],
    "Offsets from the oldest record that is not settled to the end of the partition; absent while they are not known.",
);
/// Records in flight.
pub const UNSETTLED: Metric = metric(
    "firebell_unsettled_records",
    Kind::Gauge,
    &["group", "topic", "partition"],
    "Records received and not yet settled.",
);
/// The oldest record in flight.
pub const OLDEST_UNSETTLED_SECONDS: Metric = metric(
    "firebell_oldest_unsettled_seconds",
    Kind::Gauge,
    &["group", "topic", "partition"],
    "How long the oldest unsettled record has been in flight.",
);
/// Partitions that nobody is there for.
pub const HELD_PARTITIONS: Metric = metric(
    "firebell_held_partitions",
    Kind::Gauge,
    &["group"],
    "Partitions that are not read on, since no workflow that their events may need is tried at present.",
);
/// Commits.
pub const COMMITS: Metric = metric(
    "firebell_commits_total",
    Kind::Counter,
    &["group", "result"],
    "Offset commits answered: ok or failed.",
);
/// Rebalances.
pub const REBALANCES: Metric = metric(
    "firebell_rebalances_total",
    Kind::Counter,
    &["group", "event"],
    "Rebalances: assigned or revoked.",
);
/// Consumer errors.
pub const CONSUMER_ERRORS: Metric = metric(
    "firebell_consumer_errors_total",
    Kind::Counter,
    &["group"],
    "Errors that a consumer reported and lived through.",
);
/// Offsets that were gone.
pub const OFFSET_RESETS: Metric = metric(
    "firebell_offset_resets_total",
    Kind::Counter,
    &["group"],
    "Times that the offset to read on from was gone: records were deleted before they were read, or the topic was cut off or created again.",
);
/// Automations loaded.
pub const AUTOMATIONS: Metric = metric(
    "firebell_automations",
    Kind::Gauge,
    &[],
    "Automations loaded.",
);
/// Rule sets loaded.
pub const RULE_SETS: Metric = metric(
    "firebell_rule_sets",
    Kind::Gauge,
    &[],
    "Rule sets of all automations.",
);
/// Rule sets tried.
pub const MATCH_CANDIDATES: Metric = metric(
    "firebell_match_candidates_total",
    Kind::Counter,
    &[],
    "Rule sets that the index made candidates for an event, and that were tried.",
);
/// Rule sets that every event of their kinds tries.
pub const RULE_SETS_WITHOUT_WITNESS: Metric = metric(
    "firebell_rule_sets_without_witness",
    Kind::Gauge,
    &[],
    "Rule sets without a condition to be found by: tried for every event of their kinds.",
);
/// Automations that expire.
pub const AUTOMATION_EXPIRES: Metric = metric(
    "firebell_automation_expires_timestamp_seconds",
    Kind::Gauge,
    &["automation"],
    "When an automation expires, in seconds since the epoch; only for those that do.",
);
/// What runs.
pub const BUILD_INFO: Metric = metric(
    "firebell_build_info",
    Kind::Gauge,
    &["version"],
    "Always 1; the version is a label.",
);
