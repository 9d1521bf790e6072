//! `firebell run`: the daemon.

use tokio_util::sync::CancellationToken;

use crate::clock::now_millis;
use crate::commands::Exit;
use crate::config::{Config, LogFormat};
use crate::consume::{HandoverError, TopicsError};
use crate::daemon::{self, Ended, StartError};
use crate::lint::{Warning, lint};
use crate::shutdown::asked_to_end;
use crate::telemetry::{catalogue, start_logging};

/// Warnings of automations that are logged at the start.
const MOST_WARNINGS: usize = 50;

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
    log_warnings(&lint(&config, now_millis()));
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

/// A line each, up to a bound.
fn log_warnings(warnings: &[Warning]) {
    for warning in warnings.iter().take(MOST_WARNINGS) {
        let Warning {
            lint,
            place,
            message,
            ..
        } = warning;
        tracing::warn!(%lint, %place, "{message}");
    }
    let more = warnings.len().saturating_sub(MOST_WARNINGS);
    if more > 0 {
        tracing::warn!(
            more,
            "there are more warnings: `firebell check` shows them all"
        );
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
            (exit_of(&error), Some(error.to_string()))
        }
    }
}

/// Whether a start that is tried again may succeed, or something must be mended first.
pub(super) const fn exit_of(error: &StartError) -> Exit {
    match error {
        StartError::Topics(TopicsError::Wrong(_) | TopicsError::Client(_))
        | StartError::Handover(
            HandoverError::Unread { .. } | HandoverError::InUse { .. } | HandoverError::Retries(_),
        ) => Exit::Usage,
        StartError::Topics(_)
        | StartError::Handover(_)
        | StartError::Producer(_)
        | StartError::Lanes(_)
        | StartError::Admin(_)
        | StartError::Group(_) => Exit::Failed,
    }
}
