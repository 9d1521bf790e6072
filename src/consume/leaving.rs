//! How a member leaves its group: so that the others have its partitions at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};

use super::context::GroupContext;
use super::membership;
use crate::config::GroupProtocol;

/// How long the thread waits for the group to give the first assignment, before it leaves anyway.
/// Who leaves while the first request to join is under way is a member afterwards.
const JOINED: Duration = Duration::from_secs(2);
/// How long the thread waits until the request to leave is sent, before it closes anyway.
const LEFT: Duration = Duration::from_secs(3);

/// Leaves the group and closes the consumer, serving its callbacks meanwhile.
///
/// Closing overtakes a revocation that is still under way: then the request to leave is never
/// sent, and the group waits for the end of the session. So a classic member is closed once that
/// request was sent, for whose answer closing waits. A consumer that still has an assignment may
/// never be closed.
pub(super) fn close_down(
    consumer: Arc<BaseConsumer<GroupContext>>,
    serve: impl Fn(&BaseConsumer<GroupContext>),
) {
    let context = consumer.context();
    let serve_while = |still: &dyn Fn() -> bool, patience: Duration| {
        let until = Instant::now() + patience;
        while still() && Instant::now() < until {
            serve(&consumer);
        }
    };
    // Who has a name of its own stays a member, so that it finds its partitions again. With every
    // broker down the grace ends its closing.
    if context.leaves() {
        serve_while(&|| context.rebalances() == 0, JOINED);
        consumer.unsubscribe();
        let is_classic = context.protocol() == GroupProtocol::Classic;
        let is_in_it =
            || has_assignment(&consumer) || is_classic && membership::is_known(&consumer);
        serve_while(&is_in_it, LEFT);
    }
    drop(consumer);
}

/// The list lives in this function alone: one alive when the consumer is dropped makes the drop
/// wait for ever.
fn has_assignment(consumer: &BaseConsumer<GroupContext>) -> bool {
    consumer.assignment().is_ok_and(|list| list.count() > 0)
}
