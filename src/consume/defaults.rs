//! Properties of the client library that have a default of ours, and that an operator may set.

use rdkafka::config::ClientConfig;

/// Sets a property unless the operator did, under this name or the library's other one for it.
pub fn default_to(client: &mut ClientConfig, name: &str, value: &str) {
    let other = ALIASES
        .iter()
        .find_map(|(one, other)| (*one == name).then_some(*other));
    if client.get(name).is_none() && other.is_none_or(|other| client.get(other).is_none()) {
        client.set(name, value);
    }
}

/// Names of ours that the library knows by another name as well.
const ALIASES: [(&str, &str); 3] = [
    ("fetch.message.max.bytes", "max.partition.fetch.bytes"),
    ("message.timeout.ms", "delivery.timeout.ms"),
    ("linger.ms", "queue.buffering.max.ms"),
];
