//! What the client library knows of our membership. A room with unsafe code: the binding does not
//! wrap these calls. The library's own thread answers them, at once.

#![expect(
    unsafe_code,
    reason = "the binding tells neither a member's id nor its epoch"
)]

use std::ffi::CStr;

use rdkafka::bindings::{
    rd_kafka_consumer_group_metadata, rd_kafka_consumer_group_metadata_destroy,
    rd_kafka_consumer_group_metadata_generation_id, rd_kafka_mem_free, rd_kafka_memberid,
};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};

/// Whether the group knows this consumer as a member: under the classic protocol the coordinator
/// gives an id to whoever joins, and the library forgets it as it sends the request to leave.
///
/// Under the `consumer` protocol the member makes its id itself and keeps it: this is always true.
pub(super) fn is_known<C: ConsumerContext>(consumer: &BaseConsumer<C>) -> bool {
    let client = consumer.client().native_ptr();
    // SAFETY: the client lives as long as `consumer`. The text is the caller's: it is looked at
    // once, and given back to the library's allocator, which takes null for the client.
    unsafe {
        let id = rd_kafka_memberid(client);
        if id.is_null() {
            return false;
        }
        let known = !CStr::from_ptr(id).is_empty();
        rd_kafka_mem_free(client, id.cast());
        known
    }
}

/// Whether the coordinator has given this member an epoch, or a generation: it is in its group. Under
/// the `consumer` protocol nothing else tells that to one that gets no partitions.
pub(super) fn is_joined<C: ConsumerContext>(consumer: &BaseConsumer<C>) -> bool {
    let client = consumer.client().native_ptr();
    // SAFETY: the client lives as long as `consumer`. What is told is ours: it is looked at once,
    // and destroyed once.
    unsafe {
        let told = rd_kafka_consumer_group_metadata(client);
        if told.is_null() {
            return false;
        }
        let epoch = rd_kafka_consumer_group_metadata_generation_id(told);
        rd_kafka_consumer_group_metadata_destroy(told);
        epoch > 0
    }
}
