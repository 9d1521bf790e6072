//! The demo's workflows: a real HTTP server on this host.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::serve::Serve;
use axum::{Router, serve};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// One request, as a line for people.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The workflow that was called.
    pub workflow: String,
    /// The event's kind, as the request says.
    pub kind: String,
    /// Which attempt it says it is.
    pub attempt: String,
    /// What it was answered.
    pub answer: u16,
}

/// What the workflows took, by workflow.
pub(super) type Taken = BTreeMap<String, u64>;

#[derive(Clone)]
struct Desk {
    /// Requests so far, by workflow and delivery.
    seen: Arc<Mutex<BTreeMap<(String, String), u64>>>,
    taken: Arc<Mutex<Taken>>,
    lines: mpsc::Sender<Request>,
}

/// The receiver, served until its task is dropped.
pub(super) struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it took.
    pub taken: Arc<Mutex<Taken>>,
    /// The server's future, to be spawned.
    pub server: Serve<TcpListener, Router, Router>,
}

/// Listens on a free port of this host.
pub(super) async fn receiver(lines: mpsc::Sender<Request>) -> std::io::Result<Receiver> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let taken: Arc<Mutex<Taken>> = Arc::default();
    let desk = Desk {
        seen: Arc::default(),
        taken: Arc::clone(&taken),
        lines,
    };
    let routes = Router::new()
        .route("/{workflow}", post(answer))
        .with_state(desk);
    Ok(Receiver {
        address,
        taken,
        server: serve(listener, routes),
    })
}

async fn answer(
    State(desk): State<Desk>,
    Path(workflow): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let key = (workflow.clone(), text("webhook-id"));
    let requests = {
        let mut seen = desk.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = seen.entry(key).or_default();
        *requests += 1;
        *requests
    };
    let status = match workflow.as_str() {
        "open-ticket" if requests <= 2 => StatusCode::SERVICE_UNAVAILABLE,
        "legacy-audit" => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    if status.is_success() {
        let mut taken = desk.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken.entry(workflow.clone()).or_default() += 1;
    }
    let request = Request {
        workflow,
        kind: text("ce-type"),
        attempt: text("ce-attempt"),
        answer: status.as_u16(),
    };
    // A line that nobody reads any more is no loss.
    let _unread = desk.lines.try_send(request);
    status
}
