//! The id by which a group knows a member, asked of the client library. The one call of it that
//! the binding does not wrap, and so unsafe.

#![expect(unsafe_code, reason = "the binding does not wrap `rd_kafka_memberid`")]

use std::ffi::CStr;

use rdkafka::bindings::{rd_kafka_mem_free, rd_kafka_memberid};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};

/// Whether the group knows this consumer as a member: under the classic protocol the coordinator
/// gives an id to whoever joins, and the library forgets it as it sends the request to leave.
///
/// The library's own thread answers, at once. Under the `consumer` protocol the member makes its id
/// itself and keeps it: this is always true.
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
