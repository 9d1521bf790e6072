//! Everything the demo needs around the daemon.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusHandle};
use rdkafka::error::KafkaError;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::cluster::Cluster;
use super::receiver::{Request, Taken, receiver};
use crate::config::{LoadError, Sources, load};
use crate::daemon::{Daemon, Ended, StartError};
use crate::telemetry::{catalogue, start_logging};

const CONFIG: &str = include_str!("../../../config/demo.yaml");
const AUTOMATIONS: &str = include_str!("../../../config/demo-automations.yaml");
/// Set, the demo logs as the daemon does; else it only tells its story.
const LEVEL: &str = "FIREBELL__LOG__LEVEL";

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum StageError {
    #[error("failed to write its files: {0}")]
    Files(#[from] std::io::Error),
    #[error("{0}")]
    Config(#[from] LoadError),
    #[error("the in-process cluster: {0}")]
    Cluster(#[from] KafkaError),
    #[error("metrics: {0}")]
    Metrics(#[from] BuildError),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("the daemon was not ready in time: {0}")]
    NotReady(String),
}

/// The cluster, the receiver, the daemon.
pub(super) struct Stage {
    /// The cluster's address.
    pub servers: String,
    /// The workflows' address.
    pub receiver: SocketAddr,
    /// The listener for metrics and health.
    pub admin: String,
    /// The daemon's metrics.
    pub metrics: PrometheusHandle,
    taken: Arc<Mutex<Taken>>,
    stop: CancellationToken,
    daemon: JoinHandle<Ended>,
    _desk: JoinHandle<()>,
    _cluster: Cluster,
    folder: PathBuf,
}

impl Stage {
    /// Starts everything, and waits until the daemon is ready.
    pub(super) async fn build(requests: mpsc::Sender<Request>) -> Result<Self, StageError> {
        let cluster = Cluster::start()?;
        let servers = cluster.bootstrap_servers();
        let desk = receiver(requests).await?;
        let (receiver, taken, server) = (desk.address, desk.taken, desk.server);
        // Ends with the process.
        let desk_task = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(error = %error, "the demo's receiver ended");
            }
        });

        let folder = write_files()?;
        let config = load(&sources(&folder, &servers, receiver))?;
        if std::env::var_os(LEVEL).is_some()
            && let Err(error) = start_logging(&config.log)
        {
            tracing::warn!(error = %error, "logging was started already");
        }
        let metrics = catalogue::install()?;
        let daemon = Daemon::start(config, metrics.clone()).await?;
        ready(&daemon).await?;
        let admin = daemon
            .address()
            .map(|address| address.to_string())
            .unwrap_or_default();
        let stop = CancellationToken::new();
        let asked = stop.clone();
        let daemon = tokio::spawn(async move { daemon.run_until(asked.cancelled_owned()).await });
        Ok(Self {
            servers,
            receiver,
            admin,
            metrics,
            taken,
            stop,
            daemon,
            _desk: desk_task,
            _cluster: cluster,
            folder,
        })
    }

    /// How many deliveries the workflows themselves took.
    #[must_use]
    pub(super) fn taken(&self) -> u64 {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }

    /// Drains the daemon.
    pub(super) async fn end(self) -> Ended {
        self.stop.cancel();
        let ended = self.daemon.await;
        // What is left in the system's temporary folder is the system's to tidy.
        let _left = std::fs::remove_dir_all(&self.folder);
        ended.unwrap_or_else(|error| Ended::PartDied(error.to_string()))
    }
}

fn write_files() -> std::io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("firebell-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("demo.yaml"), CONFIG)?;
    std::fs::write(folder.join("demo-automations.yaml"), AUTOMATIONS)?;
    Ok(folder)
}

/// The demo's file, under what only this run knows; the person's own variables stand above both.
fn sources(folder: &std::path::Path, servers: &str, receiver: SocketAddr) -> Sources {
    let mut sources = Sources::of_process(Some(folder.join("demo.yaml")));
    let ours = [
        ("FIREBELL__KAFKA__BOOTSTRAP_SERVERS", servers.to_owned()),
        ("FIREBELL__ADMIN__LISTEN", "127.0.0.1:0".to_owned()),
        ("FIREBELL_DEMO_RECEIVER", format!("http://{receiver}")),
    ];
    for (name, value) in ours {
        if !sources.environment.iter().any(|(theirs, _)| theirs == name) {
            sources.environment.push((name.to_owned(), value));
        }
    }
    sources
}

async fn ready(daemon: &Daemon) -> Result<(), StageError> {
    for _ in 0..300 {
        if daemon.health().problems().is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(StageError::NotReady(daemon.health().problems().join("; ")))
}
