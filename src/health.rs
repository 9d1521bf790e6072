//! What each part last said of itself. Ready means working: assigned, polling, producing.

mod died;
mod writes;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock;

pub use died::{Died, Watch};
pub use writes::Waiting;
use writes::Writes;

/// A poll thread unheard of for so long is not ready.
const QUIET: Duration = Duration::from_secs(30);

/// The health of the whole daemon.
#[derive(Debug)]
pub struct Health {
    groups: Vec<Arc<GroupHealth>>,
    /// The topics that take no records.
    writes: Arc<Writes>,
    draining: AtomicBool,
    reporters: Mutex<Vec<Arc<dyn Reporter>>>,
    /// How long a poll thread may be busy draining revoked partitions.
    patience: Duration,
}

/// A part that knows by itself how it does, and is asked whenever somebody wants to know.
pub trait Reporter: fmt::Debug + Send + Sync {
    /// Why it makes the daemon not ready; empty when it does not.
    fn problems(&self) -> Vec<String>;
}

/// The health of one consumer group's member.
#[derive(Debug)]
pub struct GroupHealth {
    name: Arc<str>,
    assigned: AtomicBool,
    beat: AtomicI64,
    unreachable: Mutex<Option<String>>,
    /// Whether the group took it for dead.
    lost: AtomicBool,
    /// Why it reads nothing, or not all.
    idle: Mutex<Option<String>>,
    /// The topics that it is to read and that the cluster does not have.
    missing: Mutex<Vec<String>>,
}

impl GroupHealth {
    /// A member that was never heard of.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            assigned: AtomicBool::new(false),
            beat: AtomicI64::new(clock::now_millis()),
            unreachable: Mutex::new(None),
            lost: AtomicBool::new(false),
            idle: Mutex::new(None),
            missing: Mutex::default(),
        }
    }

    /// What the member is called, in metrics and in lines.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The poll thread lives.
    pub fn beat(&self) {
        self.beat.store(clock::now_millis(), Ordering::Relaxed);
    }

    /// The group gave this member its partitions; there may be none for it.
    pub fn assigned(&self) {
        self.assigned.store(true, Ordering::Relaxed);
        self.reachable();
        self.lost.store(false, Ordering::Relaxed);
    }

    /// The group took this member for dead, and it joins again.
    pub fn lost(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Why it reads nothing, or not all, if anything keeps it from that. One line for each change.
    pub fn works(&self, problem: Option<String>) {
        let mut idle = lock(&self.idle);
        let group = &*self.name;
        match (idle.as_deref(), problem.as_deref()) {
            (None, Some(why)) => tracing::warn!(group, why, "the member does not read"),
            (Some(_), None) => tracing::info!(group, "the member reads again"),
            (Some(_), Some(_)) | (None, None) => {}
        }
        *idle = problem;
    }

    /// Topics that it is to read and that the cluster does not have, and others that it has. Of
    /// the rest nothing is known. One line for each change.
    pub fn missing(&self, gone: &[String], there: &[String]) {
        let mut missing = lock(&self.missing);
        let group = &*self.name;
        for topic in gone {
            if !missing.contains(topic) {
                tracing::error!(group, topic, "the cluster has no such topic any more");
                missing.push(topic.clone());
            }
        }
        missing.retain(|topic| {
            let is_there = there.contains(topic);
            if is_there {
                tracing::info!(group, topic, "the topic is there again");
            }
            !is_there
        });
    }

    /// Whether the group ever gave this member its partitions.
    #[must_use]
    pub fn is_assigned(&self) -> bool {
        self.assigned.load(Ordering::Relaxed)
    }

    /// Whether the group has this member, and has told it so.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.is_assigned() && !self.lost.load(Ordering::Relaxed)
    }

    /// No broker can be reached, unless more is known of why.
    pub fn unreachable(&self, why: &str) {
        lock(&self.unreachable).get_or_insert_with(|| why.to_owned());
    }

    /// The cluster does not let us in.
    pub fn refused(&self, why: &str) {
        *lock(&self.unreachable) = Some(why.to_owned());
    }

    /// A broker answered.
    pub fn reachable(&self) {
        lock(&self.unreachable).take();
    }

    fn problems(&self, patience: Duration) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.is_assigned() {
            problems.push("no partitions assigned yet".to_owned());
        }
        if self.lost.load(Ordering::Relaxed) {
            problems.push("no longer a member of its group: joining it again".to_owned());
        }
        let quiet = self.quiet_for();
        if quiet > patience {
            problems.push(format!("not polled for {quiet:?}"));
        }
        problems.extend(lock(&self.unreachable).clone());
        problems.extend(lock(&self.idle).clone());
        let gone = |topic: &String| format!("the cluster has no topic {topic}");
        problems.extend(lock(&self.missing).iter().map(gone));
        problems
    }

    fn quiet_for(&self) -> Duration {
        clock::between_millis(self.beat.load(Ordering::Relaxed), clock::now_millis())
    }
}

impl Health {
    /// The health of a daemon with these members, whose poll threads may be busy for as long as
    /// a drain takes.
    #[must_use]
    pub fn new(groups: Vec<Arc<GroupHealth>>, drain_timeout: Duration) -> Self {
        Self {
            groups,
            writes: Arc::default(),
            draining: AtomicBool::new(false),
            reporters: Mutex::default(),
            patience: QUIET + drain_timeout,
        }
    }

    /// The broker took no record of this topic, and it will be tried again. Told until the guard
    /// is dropped; logged once for each outage.
    #[must_use]
    pub fn waits_to_write(&self, topic: &Arc<str>, why: &str) -> Waiting {
        self.writes.wait(topic, why)
    }

    /// From now on this part is asked, too.
    pub fn hear(&self, reporter: Arc<dyn Reporter>) {
        lock(&self.reporters).push(reporter);
    }

    /// The daemon is about to end.
    pub fn draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Why the daemon is not ready; empty when it is.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.draining.load(Ordering::Relaxed) {
            problems.push("draining: about to end".to_owned());
        }
        for group in &self.groups {
            let of_group = |why| format!("{}: {why}", group.name);
            problems.extend(group.problems(self.patience).into_iter().map(of_group));
        }
        problems.extend(self.writes.problems());
        let reporters = lock(&self.reporters);
        problems.extend(reporters.iter().flat_map(|one| one.problems()));
        problems
    }

    /// Whether every poll thread was heard of lately: if not, only a restart helps.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.groups
            .iter()
            .all(|group| group.quiet_for() <= self.patience * 2)
    }

    /// The members that the groups gave nothing yet.
    #[must_use]
    pub fn unassigned(&self) -> Vec<&str> {
        self.groups
            .iter()
            .filter(|group| !group.is_assigned())
            .map(|group| &*group.name)
            .collect()
    }
}

/// A value behind a lock is whole even if its holder panicked: each is replaced at once.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "health/tests.rs"]
mod tests;
