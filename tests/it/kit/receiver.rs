//! A webhook's other end: an HTTP server that writes down every request and answers by script.

use std::collections::HashMap;
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use bytes::Bytes;
use tokio::runtime::{self, Runtime};

use super::answer::Answer;
use super::silence::SECRET;
use super::wait::SOON;

/// A request that came in whole.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
    /// The status that the script gives it, delays included; none when it is left to hang.
    pub(crate) status: Option<u16>,
}

impl Received {
    /// A header's value, when it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the script lets the sender believe that it was delivered.
    pub(crate) fn accepted(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

type Script = Arc<dyn Fn(&Received, usize) -> Answer + Send + Sync>;

#[derive(Default)]
struct Book {
    received: Vec<Received>,
    /// By path: the script and how many requests it has answered.
    scripts: HashMap<String, (Option<Script>, usize)>,
}

#[derive(Default)]
struct Shared {
    book: Mutex<Book>,
    came: Condvar,
}

/// The server. It ends, with every open connection, when this is dropped.
pub(crate) struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl Receiver {
    /// Starts a server that answers 200 to every path without a script.
    pub(crate) fn start() -> Self {
        Self::start_on(0)
    }

    /// Starts it on this port: the one of a receiver that has gone, which so comes back.
    pub(crate) fn start_on(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared::default());
        let app = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
        Self {
            address,
            shared,
            runtime: Some(runtime),
        }
    }

    /// The port, for another receiver to come back on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address of a path, which begins with `/`; as a workflow's it ends in a secret.
    pub(crate) fn url(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("http://{}{path}{mark}sig={SECRET}", self.address)
    }

    /// From now on answers every request to a path so.
    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.script(path, move |_, _| answer.clone());
    }

    /// From now on asks `script`, which is told the request and its number since now, from 0.
    pub(crate) fn script(
        &self,
        path: &str,
        script: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    ) {
        let script: Script = Arc::new(script);
        self.shared
            .book
            .lock()
            .unwrap()
            .scripts
            .insert(path.to_owned(), (Some(script), 0));
    }

    /// Every request to a path so far, in the order they came.
    pub(crate) fn requests(&self, path: &str) -> Vec<Received> {
        of_path(&self.shared.book.lock().unwrap(), path)
    }

    /// The `webhook-id` of every request to a path so far.
    pub(crate) fn ids(&self, path: &str) -> Vec<String> {
        let requests = self.requests(path);
        requests
            .iter()
            .filter_map(|one| one.header("webhook-id"))
            .map(str::to_owned)
            .collect()
    }

    /// Waits until a path has had so many requests, and gives all it has; panics when it is late.
    pub(crate) fn wait_for(&self, path: &str, count: usize) -> Vec<Received> {
        let book = self.shared.book.lock().unwrap();
        let few = |book: &mut Book| of_path(book, path).len() < count;
        let (book, _) = self
            .shared
            .came
            .wait_timeout_while(book, SOON, few)
            .unwrap();
        let received = of_path(&book, path);
        drop(book);
        let came = received.len();
        assert!(
            came >= count,
            "{came} of {count} requests to {path} within {SOON:?}"
        );
        received
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn of_path(book: &Book, path: &str) -> Vec<Received> {
    book.received
        .iter()
        .filter(|one| one.path == path)
        .cloned()
        .collect()
}

async fn receive(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let received = Received {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body,
        at: Instant::now(),
        status: None,
    };
    let (answer, nth) = note(&shared, received);
    shared.came.notify_all();
    answer.respond(nth).await
}

fn note(shared: &Shared, mut received: Received) -> (Answer, usize) {
    let mut book = shared.book.lock().unwrap();
    let (script, answered) = book.scripts.entry(received.path.clone()).or_default();
    let nth = *answered;
    *answered += 1;
    let answer = script
        .as_ref()
        .map_or(Answer::Status(200), |script| script(&received, nth));
    received.status = answer.status(nth);
    book.received.push(received);
    (answer, nth)
}
