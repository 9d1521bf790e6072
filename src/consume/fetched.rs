//! How far ahead records are fetched.
//!
//! A fetch asks for all partitions of a broker that have room, one fetch at a time
//! (`rd_kafka_broker_fetch_toppars`). A busy one whose queue is full is left out of it, and then waits
//! until the broker answers for the idle ones. So the room is what is read in that time, counted in
//! bytes alone, and the wait is short.

/// What a consumer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fetched {
    /// Events, as fast as they can be matched.
    Events,
    /// Parked deliveries, which wait until they are due.
    Parked,
}

impl Fetched {
    /// The settings, each unless the operator has another. With split queues the room is a
    /// partition's: it bounds the memory.
    pub(super) const fn settings(self) -> [(&'static str, &'static str); 5] {
        [
            // More than the room holds of records of 210 bytes: the bytes decide. Of smaller ones
            // the library's own memory for each counts.
            ("queued.min.messages", "20000"),
            ("queued.max.messages.kbytes", self.room()),
            ("fetch.message.max.bytes", "1048576"),
            // A broker that has nothing answers after so long: an idle one is asked less than five
            // times a second.
            ("fetch.wait.max.ms", "220"),
            // A full queue is looked at again so soon: a longer wait is what limits how fast a
            // backlog is read.
            ("fetch.queue.backoff.ms", "10"),
        ]
    }

    const fn room(self) -> &'static str {
        match self {
            Self::Events => "4096",
            Self::Parked => "2048",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(of: Fetched, name: &str) -> u64 {
        let all = of.settings();
        let (_, value) = all.iter().find(|(one, _)| *one == name).unwrap();
        value.parse().unwrap()
    }

    #[test]
    fn an_idle_cluster_is_asked_no_more_than_five_times_a_second() {
        for of in [Fetched::Events, Fetched::Parked] {
            let wait = number(of, "fetch.wait.max.ms");
            assert!((200..=250).contains(&wait), "{wait} ms");
        }
    }

    #[test]
    fn the_room_is_bounded_in_bytes_before_it_is_in_records() {
        for of in [Fetched::Events, Fetched::Parked] {
            let room = number(of, "queued.max.messages.kbytes") * 1024;
            assert!(number(of, "queued.min.messages") * 250 > room);
            // A full fetch leaves room for the next.
            assert!(number(of, "fetch.message.max.bytes") * 2 <= room);
        }
    }
}
