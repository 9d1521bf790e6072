//! What the poll thread looks at between two polls: whether topics' names stand for other topics,
//! and whether offsets have gone back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};

use super::context::GroupContext;
use super::look::{Answer, Look, Told};
use super::membership;
use crate::config::GroupProtocol;

/// Between two looks at the topics' ids: one small request for each member.
const EVERY: Duration = Duration::from_secs(5);
/// The same, where there is a sign that something is wrong.
const SOON: Duration = Duration::from_secs(1);

/// A member that has got no partition within this time is one to spare.
const SPARE: Duration = Duration::from_secs(5);

/// The state of the looks of one member. It never waits.
pub(super) struct Lookout<'a> {
    consumer: &'a BaseConsumer<GroupContext>,
    topics: &'a [Arc<str>],
    /// On its way, with the number of rebalances when it was sent.
    look: Option<(Look<'a, GroupContext>, u64)>,
    looked: Instant,
    compared: Instant,
    /// Since when it is seen to be a member that has got nothing.
    joined: Option<Instant>,
    /// Whether the group was left, to join it again once it has taken its partitions back.
    is_leaving: bool,
    /// Partitions that had gone back without a word at the last turn.
    untold: BTreeSet<(Arc<str>, i32)>,
}

impl<'a> Lookout<'a> {
    /// Of a member that subscribes to these topics.
    pub(super) fn new(consumer: &'a BaseConsumer<GroupContext>, topics: &'a [Arc<str>]) -> Self {
        Self {
            consumer,
            topics,
            look: None,
            looked: Instant::now(),
            compared: Instant::now(),
            joined: None,
            is_leaving: false,
            untold: BTreeSet::new(),
        }
    }

    /// One turn, after each poll.
    pub(super) fn turn(&mut self) {
        let context = self.consumer.context();
        // A poll lies between: whatever the library has told is heard by now.
        context.tell_resets(&self.untold);
        self.untold = context.rewinds().untold();
        if context.running().is_stopping() {
            return;
        }
        self.tell_membership();
        if self.compared.elapsed() >= SOON {
            self.compared = Instant::now();
            context.compare_reset(self.consumer);
        }
        if self.is_leaving {
            self.join_again();
        } else {
            self.look();
        }
    }

    /// Under the `consumer` protocol no callback tells a member that there is no partition for it.
    fn tell_membership(&mut self) {
        let context = self.consumer.context();
        let is_told = context.health().is_member();
        if is_told || context.protocol() == GroupProtocol::Classic {
            return;
        }
        if !membership::is_joined(self.consumer) {
            self.joined = None;
            return;
        }
        let joined = *self.joined.get_or_insert_with(Instant::now);
        if joined.elapsed() >= SPARE {
            context.health().assigned();
        }
    }

    fn look(&mut self) {
        let context = self.consumer.context();
        let rebalances = context.rebalances();
        let Some((look, asked)) = &self.look else {
            return self.ask(rebalances);
        };
        let Some(answer) = look.answer(Duration::ZERO) else {
            return;
        };
        // What was asked before a rebalance may be older than what the partitions were given.
        let counts = *asked == rebalances;
        self.look = None;
        let answer = context.answered(answer);
        let (missing, there) = (named(&answer, is_missing), named(&answer, is_there));
        context.health().missing(&missing, &there);
        if counts && context.must_rejoin(&answer) {
            self.leave();
        }
    }

    fn ask(&mut self, rebalances: u64) {
        let context = self.consumer.context();
        let wait = if context.is_suspicious() { SOON } else { EVERY };
        if self.looked.elapsed() < wait {
            return;
        }
        self.looked = Instant::now();
        context.suspect_nothing();
        let look = Look::ask(self.consumer, self.topics, context.broker());
        self.look = Some((look, rebalances));
    }

    /// Leaves the group, so that every partition is drained and taken on again: by the one way
    /// that there is, under both protocols, and with nothing of the old topic in flight.
    fn leave(&mut self) {
        self.consumer.unsubscribe();
        self.is_leaving = true;
    }

    fn join_again(&mut self) {
        // The list must not outlive this: one alive when the consumer is dropped makes the drop
        // wait for ever.
        let is_free = self
            .consumer
            .assignment()
            .is_ok_and(|list| list.count() == 0);
        if !is_free {
            return;
        }
        let names: Vec<&str> = self.topics.iter().map(AsRef::as_ref).collect();
        match self.consumer.subscribe(&names) {
            Ok(()) => self.is_leaving = false,
            Err(error) => self.consumer.context().poll_failed(&error),
        }
    }
}

/// The topics of which this is told.
fn named(answer: &Answer, is_so: fn(Told) -> bool) -> Vec<String> {
    let told = answer.iter().filter(|(_, told)| is_so(**told));
    told.map(|(topic, _)| topic.clone()).collect()
}

fn is_missing(told: Told) -> bool {
    told == Told::Missing
}

fn is_there(told: Told) -> bool {
    matches!(told, Told::Id(_) | Told::NoId)
}
