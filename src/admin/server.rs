//! Binds first, serves until told to end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, serve};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::health::{Died, Health};

/// How often the recorder tidies its histograms.
const UPKEEP: Duration = Duration::from_secs(5);

/// A listener that is bound, and not yet served.
#[derive(Debug)]
pub struct Admin {
    listener: TcpListener,
}

/// The listener could not be bound.
#[derive(Debug, thiserror::Error)]
#[error(
    "failed to listen at {address}: {source}\n    help: another process may listen there; change admin.listen"
)]
pub struct AdminError {
    address: SocketAddr,
    source: std::io::Error,
}

#[derive(Clone)]
struct Shown {
    metrics: PrometheusHandle,
    health: Arc<Health>,
}

impl Admin {
    /// Takes the address, so that a clash ends the start and not the run.
    pub async fn bind(address: SocketAddr) -> Result<Self, AdminError> {
        match TcpListener::bind(address).await {
            Ok(listener) => Ok(Self { listener }),
            Err(source) => Err(AdminError { address, source }),
        }
    }

    /// Where it listens: the port that the system chose, if it was to choose.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Serves until told to end.
    pub async fn run(
        self,
        (metrics, health): (PrometheusHandle, Arc<Health>),
        died: Died,
        end: CancellationToken,
    ) {
        let watch = died.watch("admin".to_owned());
        let upkeep = metrics.clone();
        let routes = Router::new()
            .route("/metrics", get(show_metrics))
            .route("/livez", get(show_liveness))
            .route("/readyz", get(show_readiness))
            .with_state(Shown { metrics, health });
        let tidy = async {
            let mut tick = tokio::time::interval(UPKEEP);
            loop {
                tick.tick().await;
                upkeep.run_upkeep();
            }
        };
        tokio::select! {
            ended = serve(self.listener, routes).into_future() => {
                if let Err(error) = ended {
                    died.report("admin", &error.to_string());
                }
            }
            () = tidy => {}
            () = end.cancelled() => {}
        }
        watch.end();
    }
}

async fn show_metrics(State(shown): State<Shown>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        without_unknown(&shown.metrics.render()),
    )
}

/// Leaves out gauges that have no value at present: a sum with one of them would have none, either.
fn without_unknown(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !line.ends_with(" NaN\n")).collect()
}

async fn show_liveness(State(shown): State<Shown>) -> impl IntoResponse {
    if shown.health.is_alive() {
        (StatusCode::OK, "alive\n")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "a poll thread is not heard of\n",
        )
    }
}

async fn show_readiness(State(shown): State<Shown>) -> impl IntoResponse {
    let problems = shown.health.problems();
    if problems.is_empty() {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready\n{}\n", problems.join("\n")),
        )
    }
}
