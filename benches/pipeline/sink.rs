//! A workflow that takes everything and only counts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Router, serve};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

pub(crate) struct Sink {
    address: SocketAddr,
    count: Arc<AtomicU64>,
    _runtime: Runtime,
}

impl Sink {
    /// Answers after `wait`.
    pub(crate) fn start(wait: Duration) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let count = Arc::new(AtomicU64::new(0));
        let routes = Router::new()
            .fallback(take)
            .with_state((Arc::clone(&count), wait));
        runtime.spawn(async move { serve(listener, routes).await.unwrap() });
        Self {
            address,
            count,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/sink", self.address)
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn reset(&self) {
        self.count.store(0, Ordering::Relaxed);
    }
}

async fn take(State((count, wait)): State<(Arc<AtomicU64>, Duration)>, body: Bytes) -> StatusCode {
    drop(body);
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    count.fetch_add(1, Ordering::Relaxed);
    StatusCode::OK
}
