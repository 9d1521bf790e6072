//! `firebell run`: the daemon.

use tokio_util::sync::CancellationToken;

use crate::commands::Exit;
use crate::config::{Config, LogFormat};
use crate::consume::TopicsError;
use crate::daemon::{self, Ended, StartError};
use crate::shutdown::asked_to_end;
use crate::telemetry::{catalogue, start_logging};

/// Runs the daemon until it is asked to end. Errors of the start go to standard error as text for
/// people, and to the log as well when that is for machines.
pub async fn run(config: Config) -> (Exit, Option<String>) {
    let format = config.log.format;
    if let Err(error) = start_logging(&config.log) {
        return (
            Exit::Failed,
            Some(format!("failed to start logging: {error}")),
        );
    }
    let metrics = match catalogue::install() {
        Ok(metrics) => metrics,
        Err(error) => {
            return (
                Exit::Failed,
                Some(format!("failed to start metrics: {error}")),
            );
        }
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "firebell");
    // A second signal ends at once: whoever sends it does not want to wait.
    let first = CancellationToken::new();
    let stop = first.clone().cancelled_owned();
    let at_once = async {
        asked_to_end().await;
        first.cancel();
        asked_to_end().await;
    };
    tokio::select! {
        ended = Box::pin(daemon::run(config, metrics, stop)) => report(ended, format),
        () = at_once => {
            tracing::error!("asked twice: ending at once");
            (Exit::Failed, None)
        }
    }
}

fn report(ended: Result<Ended, StartError>, format: LogFormat) -> (Exit, Option<String>) {
    match ended {
        Ok(Ended::Drained) => (Exit::Ok, None),
        Ok(Ended::NotDrained(_)) => (Exit::Failed, None),
        Ok(Ended::PartDied(why)) => {
            tracing::error!(error = why, "ended because a part died");
            (Exit::Failed, None)
        }
        Err(error) => {
            if format == LogFormat::Json {
                tracing::error!(error = %error, "failed to start");
            }
            let exit = match &error {
                StartError::Topics(TopicsError::Missing(_) | TopicsError::Client(_)) => Exit::Usage,
                StartError::Topics(_)
                | StartError::Producer(_)
                | StartError::Lanes(_)
                | StartError::Admin(_)
                | StartError::Group(_) => Exit::Failed,
            };
            (exit, Some(error.to_string()))
        }
    }
}
