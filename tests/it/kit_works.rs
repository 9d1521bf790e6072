//! The kit does what it says, so that a failing test blames the daemon.

use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::types::RDKafkaRespErr;
use serde_json::json;

use crate::kit::topics::{
    Record, all_committed, committed, end_offsets, produce, read, try_produce,
};
use crate::kit::{
    Cluster, Daemon, Kind, Plan, Request, SECRET, SOON, Setup, events, setups, sum_of_series,
    unique, until,
};

#[test]
fn every_cluster_gives_back_the_records_it_took() {
    for setup in setups() {
        let topic = unique("taken");
        setup.cluster.create_topic(&topic, 3);
        let headers = vec![
            ("a".to_owned(), Some(vec![0xff, 0x00])),
            ("a".to_owned(), Some(b"again".to_vec())),
            ("none".to_owned(), None),
        ];
        let mut written = vec![
            Record {
                partition: Some(0),
                headers,
                ..Record::of(events::alert(1, "High"))
            },
            Record {
                partition: Some(0),
                key: Some(vec![0xfe]),
                ..Record::of("")
            },
            Record {
                partition: Some(2),
                timestamp: Some(1_700_000_000_123),
                ..Record::default()
            },
        ];
        let places = produce(&setup.cluster, &topic, &written);
        let mut found = read(&setup.cluster, &topic);

        let offsets: Vec<_> = places
            .iter()
            .map(|place| (place.partition, place.offset))
            .collect();
        assert_eq!(offsets, [(0, 0), (0, 1), (2, 0)], "{setup}");
        for (written, found) in written.iter_mut().zip(&mut found) {
            written.offset = found.offset;
            written.timestamp = written.timestamp.or(found.timestamp);
        }
        assert_eq!(found, written, "{setup}");
        let ends = end_offsets(&setup.cluster, &topic);
        assert_eq!(
            ends.into_iter().collect::<Vec<_>>(),
            [(0, 2), (1, 0), (2, 1)],
            "{setup}"
        );
    }
}

#[test]
fn many_records_come_back_in_their_order() {
    let cluster = Cluster::in_process();
    let topic = unique("many");
    cluster.create_topic(&topic, 4);
    let records: Vec<_> = (0..2_000)
        .map(|n| Record::of(events::compliance(n, "Failed")))
        .collect();
    let places = produce(&cluster, &topic, &records);
    let read = read(&cluster, &topic);
    assert_eq!(read.len(), 2_000);
    for (number, place) in (0..).zip(places) {
        let is =
            |one: &&Record| one.partition == Some(place.partition) && one.offset == place.offset;
        let value = read.iter().find(is).unwrap().value.as_deref().unwrap();
        assert_eq!(events::number(value), Some(number));
    }
}

#[test]
fn a_secret_in_any_part_of_a_record_is_noticed() {
    let cluster = &setups()[0].cluster;
    let coded = |text: &str| text.replace(SECRET, "aHVzaC1odXNo").into_bytes();
    let text = format!("sig={SECRET}");
    let header = |name: &str, value: &[u8]| vec![(name.to_owned(), Some(value.to_vec()))];
    let silent = Record::of("sig=…");
    let telling = [
        Record::of(text.as_bytes()),
        Record {
            key: Some(coded(&text)),
            ..silent.clone()
        },
        Record {
            headers: header("firebell-error", text.as_bytes()),
            ..silent.clone()
        },
        Record {
            headers: header(&text, b"x"),
            ..silent.clone()
        },
    ];
    let noticed = |record: &Record| {
        let topic = unique("telling");
        cluster.create_topic(&topic, 1);
        produce(cluster, &topic, std::slice::from_ref(record));
        catch_unwind(AssertUnwindSafe(|| read(cluster, &topic))).is_err()
    };
    assert!(!noticed(&silent));
    for record in &telling {
        assert!(noticed(record), "{record:?}");
    }
}

#[test]
fn a_groups_commits_are_read_on_every_setup() {
    for setup in setups() {
        let topic = unique("committed");
        setup.cluster.create_topic(&topic, 2);
        let first = Record {
            partition: Some(0),
            ..Record::of("1")
        };
        produce(&setup.cluster, &topic, &[first.clone(), first]);
        assert_eq!(
            committed_by(&setup, &topic),
            [(0, None), (1, None)],
            "{setup}"
        );
        assert!(!all_committed(&setup.cluster, &topic, &topic), "{setup}");

        commit_two(&setup, &topic);
        assert_eq!(
            committed_by(&setup, &topic),
            [(0, Some(2)), (1, None)],
            "{setup}"
        );
        assert!(all_committed(&setup.cluster, &topic, &topic), "{setup}");
    }
}

fn committed_by(setup: &Setup, name: &str) -> Vec<(i32, Option<i64>)> {
    committed(&setup.cluster, name, name).into_iter().collect()
}

/// Takes two records as a member of the group `topic` and commits them.
fn commit_two(setup: &Setup, topic: &str) {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", setup.cluster.bootstrap())
        .set("group.id", topic)
        .set("group.protocol", setup.group_protocol)
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    consumer.subscribe(&[topic]).unwrap();
    for _ in 0..2 {
        let what = format!("a record on {setup}");
        let record = until(&what, || consumer.poll(Duration::from_millis(100))).unwrap();
        consumer.commit_message(&record, CommitMode::Sync).unwrap();
    }
}

#[test]
fn a_request_that_is_to_fail_fails_once() {
    let cluster = Cluster::in_process();
    let topic = unique("refused");
    cluster.create_topic(&topic, 1);
    let faults = cluster.faults().unwrap();
    let too_large = RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    faults.fail_next(Request::Produce, &[too_large]);
    let refused = try_produce(&cluster, &topic, &[Record::of("1")]);
    assert_eq!(refused, [None]);
    produce(&cluster, &topic, &[Record::of("2")]);
    assert_eq!(read(&cluster, &topic).len(), 1);
}

#[test]
fn a_broker_that_is_down_answers_nobody_until_it_is_up() {
    let cluster = Cluster::in_process_of(3);
    let faults = cluster.faults().unwrap();
    let answers = || {
        cluster
            .client()
            .fetch_metadata(None, Duration::from_millis(500))
            .is_ok()
    };
    until("a broker answers", || answers().then_some(()));
    for broker in 1..=3 {
        faults.broker_down(broker);
    }
    assert!(!answers());
    faults.broker_up(2);
    until("a broker answers again", || answers().then_some(()));
}

#[test]
fn a_topics_metadata_says_the_error_it_was_given() {
    let cluster = Cluster::in_process();
    let topic = unique("forbidden");
    cluster.create_topic(&topic, 1);
    let denied = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    cluster.faults().unwrap().topic_error(&topic, denied);
    let metadata = cluster.client().fetch_metadata(Some(&topic), SOON).unwrap();
    assert_eq!(metadata.topics()[0].error(), Some(denied));
}

#[test]
fn kafka_is_among_the_setups_where_it_is_required() {
    let kinds: Vec<_> = setups().iter().map(|setup| setup.cluster.kind()).collect();
    let kafkas = kinds.iter().filter(|kind| **kind == Kind::Kafka).count();
    assert_eq!(kinds.len() - kafkas, 2);
    let required = std::env::var("FIREBELL_REQUIRE_KAFKA").is_ok_and(|value| value == "1");
    assert!(kafkas == 2 || (kafkas == 0 && !required), "{kinds:?}");
}

#[test]
fn a_child_process_is_run_with_its_plan_heard_and_ended() {
    let setup = setups().remove(0);
    let plan = Plan::new(&setup, &unique("child"))
        .workflow("w", "http://127.0.0.1:9/?sig=x")
        .on_high_alerts("a", &["w"])
        .set("workflows.w.attempts", 1)
        .env("SAID", "aloud");
    let stand_in = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/kit/stand-in.sh");

    let mut child = Daemon::start_program(stand_in, &plan);
    until("it has written", || {
        child.output().contains("up\n").then_some(())
    });
    let output = child.output();
    assert!(output.starts_with("run --config\nsaid aloud\n"), "{output}");
    assert!(
        output.contains("\"attempts\": 1") && output.contains("rule_sets"),
        "{output}"
    );
    assert!(!child.is_ready());
    child.sigterm();
    assert_eq!(child.wait_exit().code(), Some(3));
    assert!(child.output().ends_with("stopped\n"));

    let mut child = Daemon::start_program(stand_in, &plan);
    child.sigkill();
    assert_eq!(child.wait_exit().signal(), Some(9));
}

#[test]
fn metrics_are_added_up_by_their_labels() {
    let text = "# TYPE a counter\na{topic=\"x\",kind=\"Alerts\"} 2\na{topic=\"y\",kind=\"Alerts\"} 3\n\
                a{source_topic=\"x\"} 100\nb 1.5\n";
    assert_eq!(sum_of_series(text, "a", &[("kind", "Alerts")]), Some(5.0));
    assert_eq!(sum_of_series(text, "a", &[("topic", "x")]), Some(2.0));
    assert_eq!(sum_of_series(text, "b", &[]), Some(1.5));
    assert_eq!(sum_of_series(text, "c", &[]), None);
    let mut event = events::assessment_value(7, "Unhealthy", "High");
    event["properties"]["status"]["code"] = json!("Healthy");
    assert_eq!(events::number(event.to_string().as_bytes()), Some(7));
}
