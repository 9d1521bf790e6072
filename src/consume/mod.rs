//! Stage one: records leave Kafka.
//!
//! Enters: an assignment. Leaves: records, each with a [`crate::settle::Ticket`] in its
//! partition's ledger. One consumer reads the sources, another the retry topics, so that a flood
//! of retries neither rebalances nor starves the sources.
//!
//! Every partition has a queue and a task of its own. A partition is held back by not reading its
//! queue; nothing is ever paused or sought. A thread polls the consumer's main queue, which
//! carries rebalances and never records, and never waits for work: it waits for a drain,
//! within a deadline below the session's, for the answer to a commit, and for some seconds, when
//! partitions are given, for what topics they are of and where the group stands.

mod client;
mod context;
mod defaults;
mod fetched;
mod group;
mod handover;
mod header;
pub mod header_name;
mod identities;
mod intake;
mod leaving;
mod look;
mod lookout;
mod membership;
mod offsets;
mod partition;
mod record;
mod rewinds;
mod running;
mod tokens;
mod topic_id;
mod topics;
mod trouble;
mod unusable;
mod working;

pub use client::{ClientLog, client_config, consumer_config, describe};
pub use defaults::default_to;
pub use group::{Deadlines, Group, GroupError, Left};
pub use handover::{HandoverError, Held, HeldBy, Unread, hand_over, look_at_retries};
pub use header::{copied as copied_headers, with as with_header};
pub use intake::{Intake, Source, Taken};
pub use record::Record;
pub use topics::{
    CreateError, StartContext, Topics, TopicsError, ensure_topics, hear, look_at_topics,
    watch_topics,
};
pub use trouble::Trouble;
pub use unusable::{Unusable, unusable};
