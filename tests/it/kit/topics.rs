//! Records into topics and back, and the offsets of topics and groups.
//!
//! A list of partitions that is alive when its consumer is dropped makes the drop wait for ever,
//! so every list here is copied out and gone before the function ends.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use firebell::consume::{copied_headers, with_header};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::message::{BorrowedMessage, OwnedHeaders};
use rdkafka::metadata::MetadataPartition;
use rdkafka::producer::{
    BaseRecord, DeliveryResult, NoCustomPartitioner, Producer, ProducerContext, ThreadedProducer,
};
use rdkafka::{ClientConfig, ClientContext, Message, Offset, TopicPartitionList};

use super::cluster::Cluster;
use super::silence::assert_silent;
use super::wait::{SOON, until};

/// How long one question may take, before it is asked again.
const ONE_QUESTION: Duration = Duration::from_secs(20);

/// A record: what is written, and what was read back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Of a record to write: none leaves the partition to the producer.
    pub(crate) partition: Option<i32>,
    /// Of a record to write: not looked at.
    pub(crate) offset: i64,
    /// Milliseconds since 1970; of a record to write: none means now.
    pub(crate) timestamp: Option<i64>,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    /// Names that are not UTF-8 as `firebell::consume::header_name` writes them.
    pub(crate) headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Record {
    /// A record to write, with nothing but a value.
    pub(crate) fn of(value: impl Into<Vec<u8>>) -> Self {
        Self {
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// The text of a header that stands once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        let (_, value) = found.next()?;
        assert!(found.next().is_none(), "the header {name} stands twice");
        std::str::from_utf8(value.as_deref()?).ok()
    }

    /// All of it as text.
    fn shown(&self) -> String {
        let names = self.headers.iter().map(|(name, _)| name.as_bytes());
        let values = self.headers.iter().map(|(_, value)| value.as_deref());
        let parts = values.chain([self.key.as_deref(), self.value.as_deref()]);
        let all: Vec<&[u8]> = names.chain(parts.flatten()).collect();
        String::from_utf8_lossy(&all.join(&b'\n')).into_owned()
    }
}

/// Where the cluster has acknowledged a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Acknowledged {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
}

/// Notes by number what the cluster said to each record.
#[derive(Default)]
struct Said(Mutex<BTreeMap<usize, Acknowledged>>);

impl ClientContext for Said {}

impl ProducerContext<NoCustomPartitioner> for Said {
    type DeliveryOpaque = Box<usize>;

    fn delivery(&self, result: &DeliveryResult<'_>, number: Box<usize>) {
        if let Ok(record) = result {
            let place = Acknowledged {
                partition: record.partition(),
                offset: record.offset(),
            };
            self.0.lock().unwrap().insert(*number, place);
        }
    }
}

/// Writes records with `acks=all` and gives the place of each, in their order; panics when the
/// cluster does not acknowledge one.
pub(crate) fn produce(cluster: &Cluster, topic: &str, records: &[Record]) -> Vec<Acknowledged> {
    let places = try_produce(cluster, topic, records);
    let all: Vec<_> = places.iter().flatten().copied().collect();
    assert_eq!(all.len(), records.len(), "records acknowledged by {topic}");
    all
}

/// Writes records with `acks=all` and gives the place of each that was acknowledged.
pub(crate) fn try_produce(
    cluster: &Cluster,
    topic: &str,
    records: &[Record],
) -> Vec<Option<Acknowledged>> {
    let producer: ThreadedProducer<Said> = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .set("queue.buffering.max.messages", "1000000")
        .set("message.timeout.ms", "300000")
        .create_with_context(Said::default())
        .unwrap();
    for (number, record) in records.iter().enumerate() {
        let record = to_send(topic, record, number);
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(SOON).unwrap();
    let said = producer.context().0.lock().unwrap();
    (0..records.len())
        .map(|number| said.get(&number).copied())
        .collect()
}

fn to_send<'a>(
    topic: &'a str,
    record: &'a Record,
    number: usize,
) -> BaseRecord<'a, [u8], [u8], Box<usize>> {
    let mut send = BaseRecord::with_opaque_to(topic, Box::new(number));
    send.partition = record.partition;
    send.timestamp = record.timestamp;
    send.key = record.key.as_deref();
    send.payload = record.value.as_deref();
    send.headers = (!record.headers.is_empty()).then(|| {
        let none = OwnedHeaders::new();
        record.headers.iter().fold(none, |headers, (name, value)| {
            with_header(headers, name, value.as_deref())
        })
    });
    send
}

/// The next offset of each partition.
pub(crate) fn end_offsets(cluster: &Cluster, topic: &str) -> BTreeMap<i32, i64> {
    let bounds = bounds(&cluster.client(), topic);
    bounds
        .into_iter()
        .map(|(partition, (_, high))| (partition, high))
        .collect()
}

/// Partition → the first offset kept and the next one to come.
fn bounds(client: &BaseConsumer, topic: &str) -> BTreeMap<i32, (i64, i64)> {
    let partitions = partitions(client, topic);
    let bounds = |one: i32| {
        until(&format!("the bounds of {topic}/{one}"), || {
            client.fetch_watermarks(topic, one, ONE_QUESTION).ok()
        })
    };
    partitions
        .into_iter()
        .map(|one| (one, bounds(one)))
        .collect()
}

fn partitions(client: &BaseConsumer, topic: &str) -> Vec<i32> {
    until(&format!("the partitions of {topic}"), || {
        let metadata = client.fetch_metadata(Some(topic), ONE_QUESTION).ok()?;
        let partitions = metadata.topics().first()?.partitions();
        (!partitions.is_empty()).then(|| partitions.iter().map(MetadataPartition::id).collect())
    })
}

/// What a group has committed for each partition; none where it has committed nothing.
pub(crate) fn committed(cluster: &Cluster, group: &str, topic: &str) -> BTreeMap<i32, Option<i64>> {
    let client: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("group.id", group)
        .create()
        .unwrap();
    let partitions = partitions(&client, topic);
    // A coordinator that moves, or makes the offsets topic, refuses for a while.
    until(&format!("{group}'s offsets of {topic} are told"), || {
        let mut list = TopicPartitionList::new();
        for partition in &partitions {
            list.add_partition(topic, *partition);
        }
        let answered = client.committed_offsets(list, ONE_QUESTION).ok()?;
        let next = |offset| {
            if let Offset::Offset(next) = offset {
                Some(next)
            } else {
                None
            }
        };
        let elements = answered.elements();
        Some(
            elements
                .iter()
                .map(|one| (one.partition(), next(one.offset())))
                .collect(),
        )
    })
}

/// Says that a group, which has no members, has read a partition up to an offset.
pub(crate) fn commit(cluster: &Cluster, group: &str, (topic, partition): (&str, i32), next: i64) {
    let client: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("group.id", group)
        .create()
        .unwrap();
    until(&format!("{group} takes an offset"), || {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(next))
            .unwrap();
        client.commit(&list, CommitMode::Sync).ok()
    });
}

/// Whether a group has committed every partition up to its end.
pub(crate) fn all_committed(cluster: &Cluster, group: &str, topic: &str) -> bool {
    let committed = committed(cluster, group, topic);
    let ends = end_offsets(cluster, topic);
    ends.into_iter().all(|(partition, end)| {
        // Nothing to commit where nothing came.
        end == 0 || committed.get(&partition).copied().flatten() == Some(end)
    })
}

/// Reads a whole topic, from its first record to the end that it has now, by partition and offset.
/// Panics when a record shows a secret.
pub(crate) fn read(cluster: &Cluster, topic: &str) -> Vec<Record> {
    let all = read_kept(cluster, topic);
    let mut first = BTreeMap::new();
    for record in &all {
        first.entry(record.partition).or_insert(record.offset);
    }
    let cut = first.into_iter().find(|(_, first)| *first > 0);
    assert_eq!(cut, None, "{topic} no longer has its first records");
    all
}

/// Reads what is kept of a topic: the in-process cluster keeps the last 5 MB of a partition.
/// Panics when a record shows a secret.
pub(crate) fn read_kept(cluster: &Cluster, topic: &str) -> Vec<Record> {
    let client: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap())
        .set("group.id", "reads-without-a-group")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    let mut open = bounds(&client, topic);
    open.retain(|_, (low, high)| low < high);
    assign(&client, topic, &open);
    let end = Instant::now() + SOON;
    let mut records = Vec::new();
    while !open.is_empty() {
        assert!(
            Instant::now() < end,
            "{topic} was not read within {SOON:?}: left {open:?}"
        );
        // An error may be a broker that is slow to answer, which is asked again.
        let Some(Ok(record)) = client.poll(Duration::from_millis(100)) else {
            continue;
        };
        let (partition, offset) = (record.partition(), record.offset());
        let Some((_, high)) = open.get(&partition).copied() else {
            continue;
        };
        if offset < high {
            let record = received(&record);
            assert_silent(topic, &record.shown());
            records.push(record);
        }
        if offset + 1 >= high {
            open.remove(&partition);
        }
    }
    records.sort_by_key(|record| (record.partition, record.offset));
    records
}

fn assign(client: &BaseConsumer, topic: &str, bounds: &BTreeMap<i32, (i64, i64)>) {
    let mut list = TopicPartitionList::new();
    for (partition, (low, _)) in bounds {
        list.add_partition_offset(topic, *partition, Offset::Offset(*low))
            .unwrap();
    }
    client.assign(&list).unwrap();
}

fn received(record: &BorrowedMessage<'_>) -> Record {
    // The binding panics on a name that is not UTF-8.
    let headers = record.headers().map(|headers| {
        let all = copied_headers(headers).into_iter();
        all.map(|(name, value)| (name, value.map(Vec::from)))
            .collect()
    });
    Record {
        partition: Some(record.partition()),
        offset: record.offset(),
        timestamp: record.timestamp().to_millis(),
        key: record.key().map(<[u8]>::to_vec),
        value: record.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
    }
}
