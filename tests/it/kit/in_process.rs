//! librdkafka's in-process cluster, called directly: `rdkafka::mocking` does not wrap the waits
//! of its groups, nor the errors of one kind of request.
//!
//! It listens on TCP, so child processes can use it. It keeps the last 5 MB of a partition, and
//! creates a topic that a producer asks for.

#![expect(unsafe_code, reason = "the binding does not wrap these calls")]

use std::ffi::{CStr, CString, c_int};
use std::fmt;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::bindings as ffi;
use rdkafka::producer::{BaseProducer, Producer};
use rdkafka::types::RDKafkaRespErr;

/// When the cluster declares a KIP-848 member dead.
const SESSION: c_int = 6_000;
/// How often a KIP-848 member asks for its assignment.
const HEARTBEAT: c_int = 200;

/// A kind of request, by its key in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i16)]
pub(crate) enum Request {
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    SyncGroup = 14,
    InitProducerId = 22,
    ConsumerGroupHeartbeat = 68,
}

/// The cluster. It ends when this is dropped.
pub(crate) struct InProcess {
    cluster: *mut ffi::rd_kafka_mock_cluster_t,
    bootstrap: String,
    /// The cluster lives on this client's threads, so the client must be dropped after it.
    _client: BaseProducer,
}

// SAFETY: every call used here takes the cluster's lock or is served by the cluster's own thread;
// the pointer is freed once, in `drop`, when nobody else can hold a reference.
unsafe impl Send for InProcess {}
// SAFETY: as above.
unsafe impl Sync for InProcess {}

impl InProcess {
    /// Starts a cluster of so many brokers, numbered from 1.
    pub(crate) fn start(brokers: c_int) -> Self {
        let client: BaseProducer = ClientConfig::new().create().unwrap();
        // SAFETY: the client is alive, and is kept until after the cluster is destroyed.
        let cluster =
            unsafe { ffi::rd_kafka_mock_cluster_new(client.client().native_ptr(), brokers) };
        assert!(
            !cluster.is_null(),
            "no in-process cluster of {brokers} brokers"
        );
        // SAFETY: the cluster is alive; it owns the text, which is copied at once.
        let bootstrap = unsafe {
            ffi::rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
            ffi::rd_kafka_mock_set_group_consumer_session_timeout_ms(cluster, SESSION);
            ffi::rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(cluster, HEARTBEAT);
            CStr::from_ptr(ffi::rd_kafka_mock_cluster_bootstraps(cluster))
        };
        let bootstrap = bootstrap.to_str().unwrap().to_owned();
        Self {
            cluster,
            bootstrap,
            _client: client,
        }
    }

    /// The addresses of the brokers.
    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Creates a topic.
    pub(crate) fn create_topic(&self, name: &str, partitions: i32) {
        let topic = text(name);
        // SAFETY: the cluster is alive; the name is copied.
        let error =
            unsafe { ffi::rd_kafka_mock_topic_create(self.cluster, topic.as_ptr(), partitions, 1) };
        accept(error, "create the topic");
    }

    /// Answers the next requests of a kind with these errors, one each, in their order.
    pub(crate) fn fail_next(&self, request: Request, errors: &[RDKafkaRespErr]) {
        // SAFETY: the cluster is alive; the array is copied.
        unsafe {
            ffi::rd_kafka_mock_push_request_errors_array(
                self.cluster,
                request as i16,
                errors.len(),
                errors.as_ptr(),
            );
        }
    }

    /// Forgets the errors that are still to come for a kind of request.
    pub(crate) fn fail_no_more(&self, request: Request) {
        // SAFETY: the cluster is alive.
        unsafe { ffi::rd_kafka_mock_clear_request_errors(self.cluster, request as i16) }
    }

    /// Lets a topic's metadata say this error, until told `NO_ERROR`.
    pub(crate) fn topic_error(&self, topic: &str, error: RDKafkaRespErr) {
        let topic = text(topic);
        // SAFETY: the cluster is alive; the name is copied.
        unsafe { ffi::rd_kafka_mock_topic_set_error(self.cluster, topic.as_ptr(), error) }
    }

    /// Closes a broker's connections and refuses new ones.
    pub(crate) fn broker_down(&self, broker: i32) {
        // SAFETY: the cluster is alive.
        accept(
            unsafe { ffi::rd_kafka_mock_broker_set_down(self.cluster, broker) },
            "stop it",
        );
    }

    /// Accepts connections again.
    pub(crate) fn broker_up(&self, broker: i32) {
        // SAFETY: the cluster is alive.
        accept(
            unsafe { ffi::rd_kafka_mock_broker_set_up(self.cluster, broker) },
            "start it",
        );
    }

    /// Lets a broker answer so late.
    pub(crate) fn broker_delay(&self, broker: i32, delay: Duration) {
        let delay = c_int::try_from(delay.as_millis()).unwrap();
        // SAFETY: the cluster is alive.
        let error = unsafe { ffi::rd_kafka_mock_broker_set_rtt(self.cluster, broker, delay) };
        accept(error, "delay it");
    }

    /// Moves a group to another coordinator.
    pub(crate) fn move_group(&self, group: &str, broker: i32) {
        let group = text(group);
        // SAFETY: the cluster is alive; both texts are copied.
        let error = unsafe {
            ffi::rd_kafka_mock_coordinator_set(
                self.cluster,
                c"group".as_ptr(),
                group.as_ptr(),
                broker,
            )
        };
        accept(error, "move the group");
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        // SAFETY: nobody else holds the cluster, and its client is dropped after this.
        unsafe { ffi::rd_kafka_mock_cluster_destroy(self.cluster) }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess")
            .field("bootstrap", &self.bootstrap)
            .finish_non_exhaustive()
    }
}

fn text(name: &str) -> CString {
    CString::new(name).unwrap()
}

fn accept(error: RDKafkaRespErr, what: &str) {
    assert!(
        error == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR,
        "the in-process cluster did not {what}: {error:?}"
    );
}
