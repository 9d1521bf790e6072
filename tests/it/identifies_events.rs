//! Ids are the event's own: its place on a cluster is not in them.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::Consumer;

use crate::kit::scene::{everywhere, start, start_again, wait_settled};
use crate::kit::topics::{Record, produce};
use crate::kit::{Cluster, Kind, Plan, Received, Receiver, Setup, events, unique, until};

/// An alert as its producer wrote it: mirroring keeps bytes and time.
fn alert(number: u64) -> Record {
    let number_as_time = i64::try_from(number).unwrap();
    Record {
        timestamp: Some(1_760_000_000_000 + number_as_time),
        ..Record::of(events::alert(number, "High"))
    }
}

fn plan_on(setup: &Setup, name: &str, url: &str) -> Plan {
    Plan::new(setup, name)
        .workflow("w", url)
        .on_high_alerts("a", &["w"])
}

/// What a receiver that drops repeats goes by: the delivery's id, and the event's with its source.
fn ids(request: &Received) -> [String; 3] {
    ["webhook-id", "ce-id", "ce-source"].map(|name| request.header(name).unwrap().to_owned())
}

/// The request for an alert, of those that came to a path.
fn of(receiver: &Receiver, path: &str, number: u64) -> Received {
    let mut found = receiver.requests(path).into_iter();
    let found = found.find(|one| events::number(&one.body) == Some(number));
    found.unwrap_or_else(|| panic!("no alert {number} came to {path}"))
}

#[test]
fn a_mirrored_event_has_the_same_ids_and_another_at_its_place_has_not() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let name = unique("mirrored");
        let elsewhere = Setup {
            cluster: Cluster::in_process().into(),
            group_protocol: setup.group_protocol,
        };
        let here = plan_on(setup, &name, &receiver.url("/here"));
        let there =
            plan_on(&elsewhere, &name, &receiver.url("/there")).set("delivery.deployment", "west");
        let _here = start(setup, &here, 1);
        let _there = start(&elsewhere, &there, 1);
        // The second cluster has an event of its own where the first one has the mirrored one.
        produce(&setup.cluster, &name, &[alert(1)]);
        produce(&elsewhere.cluster, &name, &[alert(2), alert(1)]);
        receiver.wait_for("/here", 1);
        receiver.wait_for("/there", 2);

        let first = of(&receiver, "/here", 1);
        let (mirrored, other) = (of(&receiver, "/there", 1), of(&receiver, "/there", 2));
        assert_eq!(first.header("ce-record"), other.header("ce-record"));
        assert_ne!(first.header("webhook-id"), other.header("webhook-id"));
        assert_ne!(first.header("ce-id"), other.header("ce-id"));
        assert_ne!(first.header("ce-record"), mirrored.header("ce-record"));
        let [delivery, event, source] = ids(&first);
        let [same_delivery, same_event, other_source] = ids(&mirrored);
        assert_eq!((delivery, event), (same_delivery, same_event));
        assert_eq!(source, format!("/firebell/{name}"));
        assert_eq!(other_source, format!("/west/{name}"));
    });
}

#[test]
fn equal_bytes_at_another_time_or_place_are_another_event() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let name = unique("again");
        let plan = plan_on(setup, &name, &receiver.url("/w"));
        let _daemon = start(setup, &plan, 1);
        let once = alert(1);
        let again = Record {
            timestamp: Some(1_760_000_000_002),
            ..once.clone()
        };
        let text = events::alert(1, "High");
        let twice = Record {
            value: Some(format!("[{text},{text}]").into_bytes()),
            ..once.clone()
        };
        produce(&setup.cluster, &name, &[once, again, twice]);
        receiver.wait_for("/w", 4);
        wait_settled(setup, &plan);
        let mut all: Vec<_> = receiver.requests("/w").iter().map(ids).collect();
        all.sort();
        all.dedup();
        // The first event of the list is the first record's, written once more: it is the same.
        assert_eq!(all.len(), 3);
    });
}

#[test]
fn an_event_in_a_topic_that_was_made_again_has_ids_of_its_own() {
    everywhere(|setup| {
        // The in-process cluster deletes no topics.
        if setup.cluster.kind() != Kind::Kafka {
            return;
        }
        let receiver = Receiver::start();
        let name = unique("made-again");
        let before = plan_on(setup, &name, &receiver.url("/w"));
        let mut daemon = start(setup, &before, 1);
        produce(&setup.cluster, &name, &[alert(1)]);
        receiver.wait_for("/w", 1);
        wait_settled(setup, &before);
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(0));

        delete_topic(&setup.cluster, &name);
        setup.cluster.create_topic(&name, 1);
        // A group that has committed nothing reads the topic from its beginning.
        let after =
            plan_on(setup, &name, &receiver.url("/w")).set("kafka.group_id", format!("{name}-2"));
        let _daemon = start_again(&after);
        produce(&setup.cluster, &name, &[alert(2)]);
        receiver.wait_for("/w", 2);
        let (old, new) = (of(&receiver, "/w", 1), of(&receiver, "/w", 2));
        assert_eq!(old.header("ce-record"), new.header("ce-record"));
        assert_ne!(old.header("webhook-id"), new.header("webhook-id"));
        assert_ne!(old.header("ce-id"), new.header("ce-id"));
    });
}

fn delete_topic(cluster: &Cluster, name: &str) {
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .create()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let options = AdminOptions::new();
    let deleted = runtime.block_on(admin.delete_topics(&[name], &options));
    deleted.unwrap().remove(0).unwrap();
    let client = cluster.client();
    until(&format!("{name} is gone"), || {
        let metadata = client.fetch_metadata(None, Duration::from_secs(20)).ok()?;
        let mut topics = metadata.topics().iter();
        topics.all(|one| one.name() != name).then_some(())
    });
}
