//! How a batch comes together: by count, by bytes, by time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::Member;
use crate::config::Batch;

/// The batches of a lane: one at most is open.
#[derive(Debug)]
pub(in crate::deliver) struct Batches {
    limits: Batch,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    opened: u64,
    open: Option<Open>,
}

/// The batch that takes members.
#[derive(Debug)]
struct Open {
    number: u64,
    members: Vec<Member>,
    bytes: usize,
    full: oneshot::Sender<Vec<Member>>,
}

/// A batch whose task is to be started.
#[derive(Debug)]
pub(super) struct Opened {
    number: u64,
    full: oneshot::Receiver<Vec<Member>>,
}

impl Batches {
    /// No batch yet.
    pub(in crate::deliver) fn new(limits: Batch) -> Self {
        Self {
            limits,
            state: Mutex::default(),
        }
    }

    /// Takes a member in, and gives its batch's number; and the batch itself, if it was opened for
    /// this member.
    pub(super) fn join(&self, member: Member) -> (u64, Option<Opened>) {
        let size = member.delivery.body.len();
        let mut state = self.lock();
        if state
            .open
            .as_ref()
            .is_some_and(|open| open.bytes + size > self.limits.max_bytes)
        {
            state.close();
        }
        let (number, opened) = state.admit(member);
        let is_full = state.open.as_ref().is_some_and(|open| {
            open.members.len() >= self.limits.max_events || open.bytes >= self.limits.max_bytes
        });
        if is_full {
            state.close();
        }
        (number, opened)
    }

    /// Sends a batch off as it is, if it is still open.
    pub(super) fn flush(&self, number: u64) {
        let mut state = self.lock();
        if state
            .open
            .as_ref()
            .is_some_and(|open| open.number == number)
        {
            state.close();
        }
    }

    /// The members of a batch, once it is full or was waited for long enough.
    pub(super) async fn gathered(&self, opened: Opened) -> Vec<Member> {
        let Opened { number, mut full } = opened;
        tokio::select! {
            biased;
            members = &mut full => return members.unwrap_or_default(),
            () = tokio::time::sleep(self.limits.max_wait) => {}
        }
        self.flush(number);
        full.await.unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a member into the batch that is open, or into a new one.
    fn admit(&mut self, member: Member) -> (u64, Option<Opened>) {
        let size = member.delivery.body.len();
        if let Some(open) = &mut self.open {
            open.bytes += size;
            open.members.push(member);
            return (open.number, None);
        }
        self.opened += 1;
        let number = self.opened;
        let (full, receiver) = oneshot::channel();
        self.open = Some(Open {
            number,
            members: vec![member],
            bytes: size,
            full,
        });
        let full = receiver;
        (number, Some(Opened { number, full }))
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            // Its task waits for them; without it the members hear that nobody does.
            let _sent = open.full.send(open.members);
        }
    }
}
