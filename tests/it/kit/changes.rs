//! What operators and others do to topics and groups while a daemon runs, or while it does not.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::cluster::{Cluster, block_on};
use super::wait::{SOON, until};

/// Deletes a topic, and creates it again at once: another topic by the same name.
pub(crate) fn recreate_topic(cluster: &Cluster, topic: &str, partitions: i32) {
    delete_topic(cluster, topic);
    // The broker may still know the old one when it is asked for the new one.
    until(&format!("{topic} is created again"), || {
        cluster.try_create_topic(topic, partitions).then_some(())
    });
    cluster.wait_for_topic(topic, partitions);
}

/// Deletes a topic.
pub(crate) fn delete_topic(cluster: &Cluster, topic: &str) {
    let deleted = block_on(async { admin(cluster).delete_topics(&[topic], &options()).await });
    for result in deleted.unwrap() {
        result.unwrap_or_else(|(topic, error)| panic!("{topic} was not deleted: {error}"));
    }
}

/// Gives a topic so many partitions in all.
pub(crate) fn grow_topic(cluster: &Cluster, topic: &str, partitions: usize) {
    let more = NewPartitions::new(topic, partitions);
    let grown = block_on(async { admin(cluster).create_partitions([&more], &options()).await });
    for result in grown.unwrap() {
        result.unwrap_or_else(|(topic, error)| panic!("{topic} has not grown: {error}"));
    }
    cluster.wait_for_topic(topic, i32::try_from(partitions).unwrap());
}

fn admin(cluster: &Cluster) -> AdminClient<DefaultClientContext> {
    ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .create()
        .unwrap()
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(SOON))
}

/// Commits an offset of partition 0 for a group without members, with this metadata beside it.
pub(crate) fn commit(
    cluster: &Cluster,
    (group, topic): (&str, &str),
    (next, metadata): (i64, &str),
) {
    let client = member(cluster, group);
    // A coordinator that is new refuses for a while.
    until(&format!("{group} stands at {next}"), || {
        let mut list = TopicPartitionList::new();
        let mut added = list.add_partition(topic, 0);
        added.set_metadata(metadata);
        added.set_offset(Offset::Offset(next)).unwrap();
        client.commit(&list, CommitMode::Sync).ok()
    });
}

/// What stands beside the committed offset of partition 0.
pub(crate) fn metadata(cluster: &Cluster, group: &str, topic: &str) -> String {
    let client = member(cluster, group);
    until(&format!("{group}'s metadata is told"), || {
        let mut list = TopicPartitionList::new();
        list.add_partition(topic, 0);
        let answered = client
            .committed_offsets(list, Duration::from_secs(20))
            .ok()?;
        Some(answered.elements().first()?.metadata().to_owned())
    })
}

fn member(cluster: &Cluster, group: &str) -> BaseConsumer {
    ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("group.id", group)
        .create()
        .unwrap()
}

/// Writes values in a transaction, and aborts it.
pub(crate) fn produce_aborted(cluster: &Cluster, topic: &str, values: &[String]) {
    let patience = Duration::from_mins(1);
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("transactional.id", topic)
        .create()
        .unwrap();
    producer.init_transactions(patience).unwrap();
    producer.begin_transaction().unwrap();
    for value in values {
        let record = BaseRecord::<(), str>::to(topic).payload(value);
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(patience).unwrap();
    producer.abort_transaction(patience).unwrap();
}
