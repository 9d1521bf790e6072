//! The program, top to bottom: builds the parts, wires them, waits, drains.

mod members;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::admin::{Admin, AdminError};
use crate::config::Config;
use crate::consume::{
    Deadlines, GroupError, HandoverError, Left, TopicsError, ensure_topics, hand_over, watch_topics,
};
use crate::decode::Extractor;
use crate::deliver::{Lanes, LanesError};
use crate::health::{Died, Health};
use crate::pipeline::Pipeline;
use crate::rotation;
use crate::rules::RuleIndex;
use crate::settle::{Producer, ProducerError, Settler};

use members::{Members, Readings};

/// For what the producer still holds: nothing, since every send was awaited.
const FLUSH: Duration = Duration::from_secs(1);

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant is the part's own error")]
pub enum StartError {
    #[error(transparent)]
    Topics(#[from] TopicsError),
    #[error(transparent)]
    Handover(#[from] HandoverError),
    #[error(transparent)]
    Producer(#[from] ProducerError),
    #[error(transparent)]
    Lanes(#[from] LanesError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error(transparent)]
    Group(#[from] GroupError),
}

/// How the daemon ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Told to, and everything was settled.
    Drained,
    /// Told to, and this is left.
    NotDrained(String),
    /// A part ended that should not have, and what it said.
    PartDied(String),
}

/// A daemon that was built and runs.
pub struct Daemon {
    members: Members,
    pipeline: Arc<Pipeline>,
    health: Arc<Health>,
    died: Died,
    admin_end: CancellationToken,
    admin: tokio::task::JoinHandle<()>,
    rotation: tokio::task::JoinHandle<()>,
    lookout: tokio::task::JoinHandle<()>,
    address: Option<SocketAddr>,
    grace: Duration,
    assignment_timeout: Duration,
}

/// Runs until `stop` is done or a part dies, then drains.
pub async fn run(
    config: Config,
    metrics: PrometheusHandle,
    stop: impl Future<Output = ()>,
) -> Result<Ended, StartError> {
    tokio::pin!(stop);
    let daemon = tokio::select! {
        biased;
        started = Daemon::start(config, metrics) => started?,
        // Nothing was read yet: there is nothing to drain.
        () = &mut stop => return Ok(Ended::Drained),
    };
    Ok(daemon.run_until(stop).await)
}

impl Daemon {
    /// Checks the topics, builds every part, joins the groups.
    pub async fn start(config: Config, metrics: PrometheusHandle) -> Result<Self, StartError> {
        let admin = Admin::bind(config.admin.listen).await?;
        ensure_topics(&config).await?;
        hand_over(&config).await?;
        let died = Died::default();
        let readings = Readings::new(&config);
        let health = Arc::new(Health::new(readings.health(), config.kafka.drain_timeout));
        let pipeline = pipeline(&config, &health, &died)?;

        let address = admin.address();
        let admin_end = CancellationToken::new();
        let shown = (metrics, Arc::clone(&health));
        // Ended by its token, last of all, and reported by its own watch if it ends before.
        let admin = tokio::spawn(admin.run(shown, died.clone(), admin_end.clone()));

        let (died_too, end) = (died.clone(), admin_end.clone());
        // As the listener: ended by the token, and reported by its own watch.
        let rotation = tokio::spawn(rotation::run(config.watched(), died_too, end));

        let lookout = tokio::spawn(lookout(&config, &health, &died, &admin_end));
        let members = readings.join(&config, &pipeline, &died)?;
        tracing::info!(
            group = config.kafka.group_id,
            sources = config.sources.len(),
            automations = config.automations.len(),
            workflows = config.workflows.len(),
            admin = address.map(|address| address.to_string()),
            "started"
        );
        Ok(Self {
            members,
            pipeline,
            health,
            died,
            admin_end,
            admin,
            rotation,
            lookout,
            address,
            grace: config.shutdown.grace,
            assignment_timeout: config.kafka.assignment_timeout,
        })
    }

    /// Where metrics and health are served.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What each part says of itself.
    #[must_use]
    pub const fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Waits for the first of: told to stop, a part died, no assignment in time. Then drains.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Ended {
        let died = tokio::select! {
            () = stop => None,
            why = self.died.wait() => Some(why),
            why = never_assigned(&self.health, self.assignment_timeout) => Some(why),
        };
        let drained = self.drain().await;
        match died {
            Some(why) => Ended::PartDied(why),
            None => drained,
        }
    }

    /// In this order: not ready; read no more; finish; store and commit; leave the groups; flush;
    /// the listener last, so that it can say what is going on.
    async fn drain(self) -> Ended {
        self.health.draining();
        tracing::info!(grace = ?self.grace, "draining");
        let by = Deadlines::within(self.grace.saturating_sub(FLUSH));
        let left = self.members.leave(by).await;
        let pipeline = Arc::clone(&self.pipeline);
        // Flushing blocks its thread.
        let flush = move || pipeline.settler().flush(FLUSH);
        let flushed = tokio::task::spawn_blocking(flush).await.is_ok();
        self.admin_end.cancel();
        let (listener, rotation) = (self.admin.await.is_ok(), self.rotation.await.is_ok());
        let lookout = self.lookout.await.is_ok();
        tracing::debug!(flushed, listener, rotation, lookout, "ended");
        ended(left)
    }
}

/// As the listener: ended by the token, and reported by its own watch.
fn lookout(
    config: &Config,
    health: &Arc<Health>,
    died: &Died,
    end: &CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let (config, health, end) = (config.clone(), Arc::clone(health), end.clone());
    let watch = died.watch("topics".to_owned());
    async move { watch_topics(&config, &health, watch, end).await }
}

fn ended(left: Left) -> Ended {
    let unsettled = left.unsettled;
    if unsettled > 0 {
        let left = format!("{unsettled} records are left unsettled; they will be read again");
        tracing::error!(
            unsettled,
            "not drained in time: these records will be read again"
        );
        return Ended::NotDrained(left);
    }
    if !left.committed {
        tracing::error!("settled, but not committed in time: some of it will be read again");
        return Ended::NotDrained("the last offsets were not committed".to_owned());
    }
    if !left.closed {
        tracing::warn!("drained; a group was not left in time, and waits for the session to end");
        return Ended::Drained;
    }
    tracing::info!("drained");
    Ended::Drained
}

fn pipeline(
    config: &Config,
    health: &Arc<Health>,
    died: &Died,
) -> Result<Arc<Pipeline>, StartError> {
    let producer = Producer::new(config, died.clone())?;
    let settler = Settler::new(config, producer, Arc::clone(health));
    let rules = RuleIndex::new(config.automations.clone());
    let extractor = Extractor::new(Arc::clone(rules.slots()), config.decode);
    let lanes = Lanes::new(&config.workflows, config.retry.max_attempts)?;
    let pipeline = Pipeline::new(
        (extractor, rules),
        lanes,
        settler,
        config.delivery.lane_wait,
    );
    Ok(Arc::new(pipeline))
}

/// A broker that does not know the group's protocol gives neither an assignment nor an error.
async fn never_assigned(health: &Health, timeout: Duration) -> String {
    sleep(timeout).await;
    let unassigned = health.unassigned();
    if unassigned.is_empty() {
        return std::future::pending().await;
    }
    format!(
        "{}: no assignment within {timeout:?}; does the cluster know kafka.group_protocol?",
        unassigned.join(" and ")
    )
}
