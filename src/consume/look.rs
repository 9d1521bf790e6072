//! A look at topics' ids. A room with unsafe code: the ids are told by a call of the
//! client library that its binding does not wrap.

#![expect(
    unsafe_code,
    reason = "the binding does not wrap DescribeTopics, which alone tells topics' ids"
)]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::bindings as ffi;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::metadata::MetadataBroker;
use rdkafka::types::{RDKafkaErrorCode, RDKafkaRespErr};

use super::topic_id::TopicId;

/// How long an answer may take, in milliseconds.
const ANSWER: i32 = 5_000;

const DESCRIBE_TOPICS: ffi::rd_kafka_admin_op_t =
    ffi::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;

/// A broker that answers: the one that told this topic's metadata within this time. Blocks until
/// then.
pub(super) fn answering<C: ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    within: Duration,
) -> Option<i32> {
    let metadata = consumer.fetch_metadata(Some(topic), within).ok()?;
    let first = || metadata.brokers().first().map(MetadataBroker::id);
    // An address of the configuration has no number yet.
    Some(metadata.orig_broker_id())
        .filter(|id| *id >= 0)
        .or_else(first)
}

/// What the cluster says of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Its id.
    Id(TopicId),
    /// That it is there, and no id: the service tells none.
    NoId,
    /// That there is none by this name.
    Missing,
    /// Something else, such as that it is not known yet.
    Nothing,
}

/// What the cluster says of some topics.
pub(super) type Answer = BTreeMap<String, Told>;

/// A question for the ids of topics that is on its way. It is answered, or has failed, within the
/// library's `socket.timeout.ms`.
pub(super) struct Look<'a, C: ConsumerContext> {
    /// Where the answer arrives. Belongs to the consumer's client, which outlives it.
    queue: *mut ffi::rd_kafka_queue_t,
    client: *mut ffi::rd_kafka_t,
    consumer: PhantomData<&'a BaseConsumer<C>>,
}

impl<'a, C: ConsumerContext> Look<'a, C> {
    /// Asks this broker for the ids of these topics, and does not wait; the cluster's controller
    /// where none is named.
    pub(super) fn ask(
        consumer: &'a BaseConsumer<C>,
        topics: &[Arc<str>],
        broker: Option<i32>,
    ) -> Self {
        let names = topics.iter().map(|topic| CString::new(topic.as_bytes()));
        let names: Vec<CString> = names.filter_map(Result::ok).collect();
        let mut pointers: Vec<_> = names.iter().map(|name| name.as_ptr()).collect();
        let client = consumer.client().native_ptr();
        // SAFETY: the client is alive as long as `consumer`; the names live to the end of this
        // function, and are copied by the first call. The collection is made, read and destroyed
        // here, and so are the options, which the call copies; the queue is destroyed once, in
        // `drop`. What the options refuse leaves the default, and its text is not wanted.
        let queue = unsafe {
            let queue = ffi::rd_kafka_queue_new(client);
            let topics =
                ffi::rd_kafka_TopicCollection_of_topic_names(pointers.as_mut_ptr(), pointers.len());
            let options = ffi::rd_kafka_AdminOptions_new(client, DESCRIBE_TOPICS);
            ffi::rd_kafka_AdminOptions_set_request_timeout(options, ANSWER, ptr::null_mut(), 0);
            if let Some(broker) = broker {
                ffi::rd_kafka_AdminOptions_set_broker(options, broker, ptr::null_mut(), 0);
            }
            ffi::rd_kafka_DescribeTopics(client, topics, options, queue);
            ffi::rd_kafka_AdminOptions_destroy(options);
            ffi::rd_kafka_TopicCollection_destroy(topics);
            queue
        };
        Self {
            queue,
            client,
            consumer: PhantomData,
        }
    }

    /// The answer, waited for no longer than this; `None` when there is none yet. Asked once more
    /// after an answer, it has none.
    pub(super) fn answer(&self, wait: Duration) -> Option<Result<Answer, RDKafkaErrorCode>> {
        let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the queue lives until `drop`. An event is ours from here on, and destroyed once,
        // after the last look at what it holds: `read` copies.
        unsafe {
            let event = ffi::rd_kafka_queue_poll(self.queue, millis);
            if event.is_null() {
                return None;
            }
            let answer = read(event, &self.cluster());
            ffi::rd_kafka_event_destroy(event);
            Some(answer)
        }
    }

    /// The cluster's id, which the client knows with its first metadata; empty where there is none.
    fn cluster(&self) -> String {
        // SAFETY: the client is alive as long as the consumer. The text is ours, and freed once, by
        // the library that has allocated it, after it was copied. The binding's own call leaks it.
        unsafe {
            let text = ffi::rd_kafka_clusterid(self.client, 0);
            if text.is_null() {
                return String::new();
            }
            let cluster = CStr::from_ptr(text).to_string_lossy().into_owned();
            ffi::rd_kafka_mem_free(self.client, text.cast());
            cluster
        }
    }
}

impl<C: ConsumerContext> Drop for Look<'_, C> {
    fn drop(&mut self) {
        // SAFETY: made in `ask`, destroyed here alone. An answer that comes later is dropped by the
        // library.
        unsafe { ffi::rd_kafka_queue_destroy(self.queue) }
    }
}

/// Copies an answer out of its event.
///
/// # Safety
///
/// The event must be alive.
unsafe fn read(
    event: *mut ffi::rd_kafka_event_t,
    cluster: &str,
) -> Result<Answer, RDKafkaErrorCode> {
    // SAFETY: the event is alive, by this function's contract. It owns the result, the array of
    // descriptions, and each of these with its name and id.
    unsafe {
        let error = ffi::rd_kafka_event_error(event);
        if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Err(error.into());
        }
        let result = ffi::rd_kafka_event_DescribeTopics_result(event);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let all = ffi::rd_kafka_DescribeTopics_result_topics(result, &raw mut count);
        let one = |index| {
            let topic = *all.add(index);
            let name = CStr::from_ptr(ffi::rd_kafka_TopicDescription_name(topic));
            (name.to_string_lossy().into_owned(), told(topic, cluster))
        };
        Ok((0..count).map(one).collect())
    }
}

/// What is said of one topic.
///
/// # Safety
///
/// The description must be alive.
unsafe fn told(topic: *const ffi::rd_kafka_TopicDescription_t, cluster: &str) -> Told {
    // SAFETY: the description is alive, by this function's contract, and owns its error and its id.
    // Without an error there is a null, which the library takes for none.
    unsafe {
        let error = ffi::rd_kafka_TopicDescription_error(topic);
        let error = RDKafkaErrorCode::from(ffi::rd_kafka_error_code(error));
        if error == RDKafkaErrorCode::UnknownTopicOrPartition {
            return Told::Missing;
        }
        if error != RDKafkaErrorCode::NoError {
            return Told::Nothing;
        }
        let id = ffi::rd_kafka_TopicDescription_topic_id(topic);
        let most = ffi::rd_kafka_Uuid_most_significant_bits(id);
        let least = ffi::rd_kafka_Uuid_least_significant_bits(id);
        TopicId::of_halves(most, least, cluster).map_or(Told::NoId, Told::Id)
    }
}
