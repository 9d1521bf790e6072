//! The members of a consumer group, as the cluster tells them: the binding does not wrap the one
//! question that both group protocols answer.

#![expect(unsafe_code, reason = "the binding does not wrap these calls")]

use std::ffi::{CString, c_char};
use std::ptr;

use rdkafka::bindings as ffi;
use rdkafka::consumer::Consumer;
use rdkafka::types::RDKafkaRespErr;

use super::cluster::Cluster;

/// How long one question may take, in milliseconds; it is asked once.
const ANSWER: i32 = 30_000;

/// How many members a group has; none where nobody ever joined it.
pub(crate) fn members(cluster: &Cluster, group: &str) -> usize {
    let client = cluster.client();
    let name = CString::new(group).unwrap();
    let mut names: [*const c_char; 1] = [name.as_ptr()];
    let no_options = ptr::null();
    // SAFETY: the client outlives its queue and the event, which are freed below, once each; the
    // name outlives the call, which copies it.
    unsafe {
        let client = client.client().native_ptr();
        let queue = ffi::rd_kafka_queue_new(client);
        ffi::rd_kafka_DescribeConsumerGroups(client, names.as_mut_ptr(), 1, no_options, queue);
        let event = ffi::rd_kafka_queue_poll(queue, ANSWER);
        assert!(!event.is_null(), "no answer about group {group}");
        let count = described(event, group);
        ffi::rd_kafka_event_destroy(event);
        ffi::rd_kafka_queue_destroy(queue);
        count
    }
}

/// SAFETY: the event is the answer to a question about one group, and is freed after this.
unsafe fn described(event: *mut ffi::rd_kafka_event_t, group: &str) -> usize {
    // SAFETY: all that is read here belongs to the event.
    unsafe {
        let error = ffi::rd_kafka_event_error(event);
        assert_eq!(error, NO_ERROR, "about group {group}");
        let result = ffi::rd_kafka_event_DescribeConsumerGroups_result(event);
        let mut count = 0;
        let groups = ffi::rd_kafka_DescribeConsumerGroups_result_groups(result, &raw mut count);
        assert_eq!(count, 1, "about group {group}");
        let description = *groups;
        let error = ffi::rd_kafka_ConsumerGroupDescription_error(description);
        if !error.is_null() {
            let code = ffi::rd_kafka_error_code(error);
            assert_eq!(code, UNKNOWN_GROUP, "about group {group}");
            return 0;
        }
        ffi::rd_kafka_ConsumerGroupDescription_member_count(description)
    }
}

const NO_ERROR: RDKafkaRespErr = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;
const UNKNOWN_GROUP: RDKafkaRespErr = RDKafkaRespErr::RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND;
