//! Topics are looked at before anything is read: that they are there, and that they keep what is
//! written to them.

use std::time::Duration;

use serde_json::json;

use crate::kit::scene::{everywhere, start, start_again};
use crate::kit::topics::{Record, produce};
use crate::kit::{Answer, Cli, Cluster, Daemon, Kind, Plan, Receiver, Setup};
use crate::kit::{events, setups, throughout, unique, until};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// Runs a scenario on Apache Kafka with both group protocols: the in-process cluster creates no
/// topic for a client, and tells no settings.
fn on_kafka(scenario: impl Fn(&Setup)) {
    let mut setups = setups();
    setups.retain(|setup| setup.cluster.kind() == Kind::Kafka);
    setups.iter().for_each(scenario);
}

fn plan(setup: &Setup, name: &str) -> Plan {
    Plan::new(setup, &unique(name))
        .workflow("w", "http://127.0.0.1:9/")
        .on_high_alerts("a", &["w"])
}

/// What a start says that is refused, and `check --kafka` with it.
fn refused(plan: &Plan) -> String {
    let mut daemon = Daemon::start(plan);
    assert_eq!(daemon.wait_exit().code(), Some(64), "{}", daemon.output());
    let output = daemon.output();
    let told = output.lines().filter(|line| !line.starts_with('{'));
    let told: Vec<&str> = told.collect();
    let checked = Cli::new(plan).run(&["check", "--kafka"]);
    assert_eq!(checked.code, Some(64), "{checked:?}");
    assert_eq!(checked.err.trim_end(), told.join("\n"));
    let names = checked.err.replace(&plan.name, "events");
    names.replace(&bootstrap(plan), "SERVERS")
}

fn bootstrap(plan: &Plan) -> String {
    plan.bootstrap_servers().join(",")
}

fn has(cluster: &Cluster, topic: &str) -> bool {
    cluster.topics().iter().any(|one| one == topic)
}

#[test]
fn topics_that_cannot_keep_what_is_parked_are_refused_all_at_once() {
    on_kafka(|setup| {
        let plan = plan(setup, "bad-topics");
        let [first, second] = plan.retry_topics().try_into().unwrap();
        let cluster = &setup.cluster;
        cluster.create_topic(&plan.name, 1);
        cluster.create_topic_with(&first, &[("cleanup.policy", "compact")]);
        cluster.create_topic_with(&second, &[("retention.ms", "60000")]);
        let letters = [
            ("cleanup.policy", "compact,delete"),
            ("retention.ms", "3600000"),
        ];
        cluster.create_topic_with(plan.dead_letter_topic(), &letters);
        insta::assert_snapshot!("unfit_topics", refused(&plan));

        // What each of its help says, done.
        for topic in [&first, &second, plan.dead_letter_topic()] {
            let month = (30 * DAY).to_string();
            cluster.set_topic(
                topic,
                &[("cleanup.policy", "delete"), ("retention.ms", &month)],
            );
        }
        let daemon = start_again(&plan);
        assert!(daemon.is_ready());
    });
}

#[test]
fn a_retry_topic_keeps_its_records_for_its_delay_and_a_day() {
    on_kafka(|setup| {
        let topic = unique("week");
        let tiers = json!([{"topic": topic, "delay": "168h"}]);
        let plan = plan(setup, "kept").set("retry.tiers", tiers);
        let cluster = &setup.cluster;
        cluster.create_topic(&plan.name, 1);
        cluster.create_topic(plan.dead_letter_topic(), 1);
        // Kafka's own default is a week: no longer than the delay.
        cluster.create_topic(&topic, 1);
        let said = refused(&plan);
        assert!(said.contains("retention.ms is 604800000 (168h)"), "{said}");
        assert!(said.contains("192h"), "{said}");
        cluster.set_topic(&topic, &[("retention.ms", &(8 * DAY).to_string())]);
        start_again(&plan);
    });
}

#[test]
fn topics_of_ours_are_created_with_settings_that_keep_what_is_written_to_them() {
    on_kafka(|setup| {
        let plan = plan(setup, "created").set("kafka.create_topics", true);
        setup.cluster.create_topic(&plan.name, 1);
        start_again(&plan);
        let setting = |topic: &str, name| setup.cluster.setting(topic, name).unwrap();
        let topics = plan.retry_topics().into_iter();
        for topic in topics.chain([plan.dead_letter_topic().to_owned()]) {
            assert_eq!(setting(&topic, "cleanup.policy"), "delete", "{topic}");
            assert_eq!(setting(&topic, "retention.bytes"), "-1", "{topic}");
            assert_eq!(setting(&topic, "max.message.bytes"), "8388608", "{topic}");
            let kept: u64 = setting(&topic, "retention.ms").parse().unwrap();
            assert!(kept >= 7 * DAY, "{topic} keeps for {kept} ms");
        }
    });
}

#[test]
fn a_bound_on_bytes_is_warned_of() {
    on_kafka(|setup| {
        let plan = plan(setup, "bytes");
        let [first, second] = plan.retry_topics().try_into().unwrap();
        let cluster = &setup.cluster;
        cluster.create_topic(&plan.name, 1);
        cluster.create_topic_with(&first, &[("retention.bytes", "1000000")]);
        cluster.create_topic(&second, 1);
        cluster.create_topic(plan.dead_letter_topic(), 1);
        let daemon = start_again(&plan);
        let warned = format!("topic {first}, a retry topic: retention.bytes is 1000000");
        assert!(daemon.output().contains(&warned), "{}", daemon.output());
        let checked = Cli::new(&plan).run(&["check", "--kafka"]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(checked.out.contains(&warned), "{checked:?}");
        let checked = Cli::new(&plan).run(&["check", "--kafka", "--deny", "warnings"]);
        assert_eq!(checked.code, Some(1), "{checked:?}");
    });
}

#[test]
fn settings_that_change_make_it_not_ready_until_they_are_mended() {
    on_kafka(|setup| {
        let plan = plan(setup, "changed").set("kafka.topics_interval", "1s");
        let daemon = start(setup, &plan, 1);
        let topic = &plan.retry_topics()[0];
        let why = || daemon.get("/readyz").unwrap().1;
        let wrong = || daemon.metric("firebell_topic_misconfigured", &[("topic", topic)]);
        assert!(!wrong().is_some_and(|value| value > 0.0));
        for (setting, value) in [("cleanup.policy", "compact"), ("retention.ms", "5000")] {
            setup.cluster.set_topic(topic, &[(setting, value)]);
            until("it is not ready", || (!daemon.is_ready()).then_some(()));
            let says = format!("{topic}: {setting} is");
            until("it says why", || why().contains(&says).then_some(()));
            assert_eq!(wrong(), Some(1.0));
            setup.cluster.set_topic(topic, &[]);
            until("it is ready again", || daemon.is_ready().then_some(()));
            assert_eq!(wrong(), Some(0.0));
        }
        let errors = daemon.output();
        let errors = errors.lines().filter(|line| {
            line.contains("\"ERROR\"") && line.contains("cannot keep what is written to it")
        });
        assert_eq!(errors.count(), 2, "one line for each change");
    });
}

#[test]
fn a_cluster_that_tells_no_settings_is_said_once() {
    let mut setups = setups();
    setups.retain(|setup| setup.cluster.kind() == Kind::InProcess);
    for setup in setups {
        let plan = plan(&setup, "untold").set("kafka.topics_interval", "1s");
        let daemon = start(&setup, &plan, 1);
        throughout(Duration::from_secs(3), || assert!(daemon.is_ready()));
        let output = daemon.output();
        let told = output
            .matches("does not tell the settings of topics")
            .count();
        assert_eq!(told, 1, "{output}");
        let checked = Cli::new(&plan).run(&["check", "--kafka"]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(
            checked.out.contains("does not tell the settings of topics"),
            "{checked:?}"
        );
    }
}

#[test]
fn a_source_whose_name_is_misspelt_is_refused_and_not_created() {
    everywhere(|setup| {
        let plan = plan(setup, "sources");
        setup.cluster.create_topic(&plan.name, 1);
        let misspelt = format!("{}x", plan.name);
        let plan = plan
            .set("sources", json!([{"topic": misspelt, "kind": "auto"}]))
            .set("kafka.create_topics", true);
        let said = refused(&plan);
        assert!(
            said.contains(
                "the cluster has no topic eventsx, a source\n    help: did you mean events?"
            ),
            "{said}"
        );
        assert!(!has(&setup.cluster, &misspelt));
        // Nor anything else, where something is to be mended first.
        assert!(!has(&setup.cluster, plan.dead_letter_topic()));
    });
}

#[test]
fn sources_are_created_where_that_is_asked_for() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(200));
        let plan = Plan::new(setup, &unique("create-sources"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"])
            .set("kafka.create_topics", true)
            .set("kafka.create_sources", true);
        let checked = Cli::new(&plan).run(&["check", "--kafka"]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(!has(&setup.cluster, &plan.name), "a check creates nothing");
        let _daemon = start_again(&plan);
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of(events::alert(1, "High"))],
        );
        receiver.wait_for("/w", 1);
    });
}
