//! What the daemon says of itself: metrics, health, and a line for each attempt.

use std::process::Command;
use std::time::Duration;

use firebell::telemetry::catalogue::{CATALOGUE, Kind, OFFSET_RESETS, PRODUCE_FAILURES, WITHHELD};
use rdkafka::types::RDKafkaRespErr;
use serde_json::{Value, json};

use crate::kit::scene::{counted, everywhere, start_again, wait_settled, where_it_can_fail};
use crate::kit::topics::{Record, produce};
use crate::kit::{
    Answer, Daemon, Plan, Receiver, Request, Setup, events, sum_of_series, unique, until,
};

#[test]
fn every_metric_of_the_catalogue_is_told_after_a_mixed_run() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = mixed(setup, &receiver);
        let daemon = run_mixed(setup, &plan);
        let told = until("lag and retry depth are told", || {
            let (_, text) = daemon.get("/metrics")?;
            let empty = |topic: &String| {
                text.contains(&format!("firebell_retry_depth{{topic=\"{topic}\"}} 0"))
            };
            // Absent until the library's figures tell it.
            let lag = sum_of_series(&text, "firebell_consumer_lag", &[("topic", &plan.name)]);
            let told = lag == Some(0.0) && plan.retry_topics().iter().all(empty);
            told.then_some(text)
        });
        for metric in CATALOGUE {
            if untouched(metric.name, setup) {
                continue;
            }
            let (kind, series) = match metric.kind {
                Kind::Counter => ("counter", metric.name.to_owned()),
                Kind::Gauge => ("gauge", metric.name.to_owned()),
                Kind::Histogram => ("histogram", format!("{}_bucket", metric.name)),
            };
            let declared = format!("# TYPE {} {kind}\n", metric.name);
            assert!(told.contains(&declared), "no {declared}{told}");
            let labels = labels(&told, &series);
            assert!(!labels.is_empty(), "no series of {series}:\n{told}");
            for mut names in labels {
                names.retain(|name| name != "le");
                assert_eq!(names, metric.labels, "{series}");
            }
        }
        assert!(!told.contains(&format!("firebell_retry_depth{{topic=\"{}\"}}", plan.name)));
        figures(&daemon, &plan, &receiver);
        rules(&daemon);
    });
}

/// Whether the run does nothing that this metric counts: no offset is lost, no flood comes, and only a cluster
/// that can be told to fail has failed.
fn untouched(name: &str, setup: &Setup) -> bool {
    [OFFSET_RESETS.name, WITHHELD.name].contains(&name)
        || (name == PRODUCE_FAILURES.name && setup.cluster.faults().is_none())
}

/// The names of the labels of each series of this name.
fn labels(text: &str, series: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(series));
    lines
        .filter(|rest| rest.starts_with(['{', ' ']))
        .map(|rest| {
            let inner = rest.split(['{', '}']).nth(1).unwrap_or_default();
            let pairs = inner.split("\",").filter(|pair| !pair.is_empty());
            pairs
                .map(|pair| pair.split('=').next().unwrap().to_owned())
                .collect()
        })
        .collect()
}

/// One workflow that is slow and has one place, one that fails three times, one that refuses.
fn mixed(setup: &Setup, receiver: &Receiver) -> Plan {
    receiver.answer("/slow", Answer::Delay(Duration::from_millis(50), 200));
    receiver.script("/failing", |_, nth| {
        Answer::Status(if nth < 3 { 503 } else { 200 })
    });
    receiver.answer("/refusing", Answer::Status(400));
    Plan::new(setup, &unique("mixed"))
        .workflow("slow", &receiver.url("/slow"))
        .set("workflows.slow.max_in_flight", 1)
        .set("workflows.slow.queue", 1)
        .set("workflows.slow.rate.requests", 1000)
        .set("delivery.lane_wait", "1m")
        .workflow("failing", &receiver.url("/failing"))
        .set("workflows.failing.attempts", 1)
        .workflow("refusing", &receiver.url("/refusing"))
        .on_high_alerts("a", &["slow", "failing", "refusing"])
        .automation(json!({
            "name": "for a while",
            "kinds": ["AttackPaths"],
            "expires": "2099-01-01T00:00:00Z",
            "workflows": ["slow"],
        }))
}

fn run_mixed(setup: &Setup, plan: &Plan) -> Daemon {
    plan.create_topics(&setup.cluster, 1);
    let mut records: Vec<_> = (0..50)
        .map(|n| Record::of(events::alert(n, "Low")))
        .collect();
    records.push(Record::of(events::alert(50, "High")));
    records.push(Record::of(format!("[{}, 7]", events::alert(51, "High"))));
    records.extend([Record::of("garbage"), Record::default()]);
    produce(&setup.cluster, &plan.name, &records);
    if let Some(faults) = setup.cluster.faults() {
        let denied = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
        faults.fail_next(Request::Produce, &[denied]);
    }
    let daemon = start_again(plan);
    wait_settled(setup, plan);
    daemon
}

/// A metric, its labels, and the sum of its series.
type Figure<'a> = (&'a str, &'a [(&'a str, &'a str)], usize);

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
fn tells(daemon: &Daemon, figures: &[Figure<'_>]) {
    for (name, labels, value) in figures {
        assert_eq!(
            daemon.metric(name, labels),
            Some(*value as f64),
            "{name} {labels:?}"
        );
    }
}

/// What is told of the automations that were loaded.
fn rules(daemon: &Daemon) {
    let expires = "firebell_automation_expires_timestamp_seconds";
    let of_one = [("automation", "for a while")];
    tells(
        daemon,
        &[
            ("firebell_automations", &[], 2),
            ("firebell_rule_sets", &[], 1),
            // Of all automations: the other one does not expire.
            (expires, &[], 4_070_908_800),
            (expires, &of_one, 4_070_908_800),
        ],
    );
}

fn figures(daemon: &Daemon, plan: &Plan, receiver: &Receiver) {
    let of_records = |result| ("firebell_records_total", [("result", result)]);
    for (result, count) in [
        ("unmatched", 50),
        ("matched", 2),
        ("bad", 1),
        ("tombstone", 1),
    ] {
        let (name, labels) = of_records(result);
        tells(daemon, &[(name, &labels, count)]);
    }
    let alerts = |result| [("kind", "Alerts"), ("result", result)];
    let tried = receiver.requests("/failing").len();
    let failing = ("workflow", "failing");
    let refused = [("workflow", "refusing"), ("outcome", "dead_letter")];
    tells(
        daemon,
        &[
            ("firebell_events_total", &alerts("matched"), 2),
            ("firebell_events_total", &alerts("unmatched"), 50),
            (
                "firebell_bad_events_total",
                &[("reason", "not-an-event")],
                1,
            ),
            ("firebell_matches_total", &[("automation", "a")], 2),
            ("firebell_deliveries_total", &[("outcome", "delivered")], 4),
            ("firebell_deliveries_total", &refused, 2),
            ("firebell_attempts_total", &[failing], tried),
            (
                "firebell_attempts_total",
                &[failing, ("result", "server-error")],
                3,
            ),
            ("firebell_attempt_seconds_count", &[failing], tried),
            (
                "firebell_delivery_seconds_count",
                &[("workflow", "slow")],
                2,
            ),
            ("firebell_parked_total", &[("reason", "server-error")], 3),
            (
                "firebell_dead_letters_total",
                &[("stage", "decode"), ("reason", "not-json")],
                1,
            ),
            (
                "firebell_dead_letters_total",
                &[("stage", "deliver"), ("reason", "rejected")],
                2,
            ),
            ("firebell_in_flight", &[], 0),
            ("firebell_lane_depth", &[], 0),
            ("firebell_unsettled_records", &[], 0),
            ("firebell_consumer_lag", &[("topic", &plan.name)], 0),
            ("firebell_build_info", &[], 1),
        ],
    );
    let commits = daemon.metric("firebell_commits_total", &[("result", "ok")]);
    assert!(commits.unwrap() >= 2.0, "{commits:?}");
}

#[test]
fn each_attempt_is_one_line_and_an_unmatched_record_none() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = mixed(setup, &receiver);
        let daemon = run_mixed(setup, &plan);
        let lines: Vec<Value> = daemon
            .output()
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect();
        let said = |message: &str| -> Vec<&Value> {
            lines
                .iter()
                .filter(|line| line["message"] == message)
                .collect()
        };
        let (delivered, failed) = (said("attempt delivered"), said("attempt failed"));
        let of_lines = delivered
            .iter()
            .chain(&failed)
            .map(|line| line["id"].as_str().unwrap().to_owned());
        let paths = ["/slow", "/failing", "/refusing"];
        let of_requests = paths.iter().flat_map(|path| receiver.ids(path));
        assert_eq!(counted(of_lines), counted(of_requests));
        assert!(
            delivered
                .iter()
                .all(|line| line["level"] == "INFO" && line["span"]["topic"].is_string())
        );
        assert!(
            failed
                .iter()
                .all(|line| line["level"] == "WARN" && line["reason"].is_string())
        );
        // The bad record, the bad event, and two deliveries that were refused.
        let dead = said("dead letter");
        assert_eq!(dead.len(), 4);
        assert!(dead.iter().all(|line| line["level"] == "ERROR"));

        let before = daemon.lines_of_events();
        let more: Vec<_> = (0..500)
            .map(|n| Record::of(events::alert(n, "Low")))
            .collect();
        produce(&setup.cluster, &plan.name, &more);
        wait_settled(setup, &plan);
        assert_eq!(daemon.lines_of_events(), before);
    });
}

#[test]
fn readiness_says_why_not_while_liveness_holds() {
    where_it_can_fail(|setup| {
        let plan = Plan::new(setup, &unique("ready"))
            .workflow("w", "http://127.0.0.1:9/")
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let faults = setup.cluster.faults().unwrap();
        let join = match setup.group_protocol {
            "classic" => Request::JoinGroup,
            _ => Request::ConsumerGroupHeartbeat,
        };
        let loading = RDKafkaRespErr::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
        faults.fail_next(join, &vec![loading; 10_000]);
        let daemon = Daemon::start(&plan);
        not_ready(
            &daemon,
            "sources: no partitions assigned yet\nretries: no partitions assigned yet\n",
        );
        assert_eq!(healthcheck(&daemon, &["--ready"]), Some(1));
        assert_eq!(healthcheck(&daemon, &[]), Some(0));

        faults.fail_no_more(join);
        until("it is ready", || daemon.is_ready().then_some(()));
        assert_eq!(healthcheck(&daemon, &["--ready"]), Some(0));
        assert_eq!(daemon.get("/readyz"), Some((200, "ready\n".to_owned())));

        faults.broker_down(1);
        not_ready(&daemon, "no broker can be reached");
        faults.broker_up(1);
        until("it is ready again", || daemon.is_ready().then_some(()));
        assert_eq!(daemon.get("/elsewhere").unwrap().0, 404);
    });
}

#[test]
fn a_member_is_not_ready_while_its_broker_says_nothing() {
    where_it_can_fail(|setup| {
        let plan = Plan::new(setup, &unique("frozen"))
            .patient()
            .workflow("w", "http://127.0.0.1:9/")
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let mut daemon = Daemon::start(&plan);
        daemon.wait_ready();
        let faults = setup.cluster.faults().unwrap();
        // Its connections stay, and nothing comes by them for longer than is borne.
        faults.broker_delay(1, Duration::from_secs(50));
        // Whichever of its parts is the first to notice.
        until("it is not ready", || (!daemon.is_ready()).then_some(()));
        assert_eq!(daemon.get("/livez"), Some((200, "alive\n".to_owned())));
        faults.broker_delay(1, Duration::ZERO);
        until("it is ready again", || daemon.is_ready().then_some(()));
    });
}

#[test]
fn a_member_for_which_there_is_no_partition_is_ready() {
    everywhere(|setup| {
        let plan = Plan::new(setup, &unique("spare"))
            .workflow("w", "http://127.0.0.1:9/")
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let mut members: Vec<Daemon> = (0..4).map(|_| Daemon::start(&plan)).collect();
        members.iter_mut().for_each(Daemon::wait_ready);
    });
}

#[test]
fn a_member_taken_for_dead_is_not_ready_until_it_has_joined_again() {
    where_it_can_fail(|setup| {
        let plan = Plan::new(setup, &unique("dead"))
            .workflow("w", "http://127.0.0.1:9/")
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 1);
        let mut daemon = Daemon::start(&plan);
        daemon.wait_ready();
        let faults = setup.cluster.faults().unwrap();
        let (beat, join) = match setup.group_protocol {
            "classic" => (Request::Heartbeat, Request::JoinGroup),
            _ => (
                Request::ConsumerGroupHeartbeat,
                Request::ConsumerGroupHeartbeat,
            ),
        };
        let unknown = RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID;
        let loading = RDKafkaRespErr::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
        // One for each of its groups.
        let mut errors = vec![unknown; 2];
        if beat == join {
            errors.extend(vec![loading; 10_000]);
        } else {
            faults.fail_next(join, &vec![loading; 10_000]);
        }
        faults.fail_next(beat, &errors);
        not_ready(&daemon, "no longer a member of its group");
        faults.fail_no_more(join);
        until("it is ready again", || daemon.is_ready().then_some(()));
    });
}

fn not_ready(daemon: &Daemon, why: &str) {
    until(&format!("not ready: {why}"), || {
        let (status, text) = daemon.get("/readyz")?;
        (status == 503 && text.starts_with("not ready\n") && text.contains(why)).then_some(())
    });
    assert_eq!(daemon.get("/livez"), Some((200, "alive\n".to_owned())));
}

/// The exit code of `firebell healthcheck`.
fn healthcheck(daemon: &Daemon, flags: &[&str]) -> Option<i32> {
    let ended = Command::new(env!("CARGO_BIN_EXE_firebell"))
        .args(["healthcheck", "--config"])
        .arg(daemon.folder().join("firebell.yaml"))
        .args(flags)
        .output()
        .unwrap();
    ended.status.code()
}
