//! Signals: the first one asks to drain, the second one ends at once.

use tokio::signal::unix::{SignalKind, signal};

/// Until the process is asked to end: by SIGTERM (the orchestrator) or SIGINT (a person).
pub async fn asked_to_end() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("failed to listen for signals: only a kill will end this process");
        return std::future::pending().await;
    };
    let name = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    };
    tracing::info!(signal = name, "asked to end");
}
