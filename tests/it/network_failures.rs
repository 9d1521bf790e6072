//! Whatever goes wrong on the network is an outcome, with its reason and its pace, in bounded time.

use std::fs;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use firebell::config::{self, Sources};
use firebell::consume::Record;
use firebell::deliver::{
    Delivery, Haste, Identity, Lane, Lanes, Origin, Outcome, Progress, Undelivered,
};
use firebell::event::{Coordinates, EventKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::kit::free_port;

/// Far more than anything here takes, and less than a timeout that must not be waited for.
const SOON: Duration = Duration::from_mins(4);

/// How long a workflow may take, from a request's first byte to the answer's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timeout {
    /// Longer than is waited for here: what ends, ends for another reason.
    Never,
    /// It ends what would go on for ever.
    Soon,
}

/// The lane of a workflow with one attempt in process.
fn lane(url: &str, timeout: Timeout) -> Arc<Lane> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let timeout = match timeout {
        Timeout::Never => "5m",
        Timeout::Soon => "600ms",
    };
    let text = format!(
        "sources: [alerts]
workflows:
  w: {{ url: '{url}', timeout: {timeout}, connect_timeout: {timeout}, attempts: 1 }}
"
    );
    fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let config = config::load(&sources).unwrap_or_else(|error| panic!("{error}"));
    let lanes = Lanes::new(&config.workflows, 100).unwrap();
    Arc::clone(lanes.get("w").unwrap())
}

fn delivery() -> Delivery {
    let coordinates = Coordinates {
        topic: "alerts".into(),
        partition: 0,
        offset: 7,
    };
    let value = Bytes::from_static(br#"{"Severity":"High"}"#);
    let identity = Identity::new(&value, None, 0);
    Delivery {
        id: identity.delivery_id("a", "w"),
        event_id: identity.event_id(),
        carrier: Arc::new(Record {
            coordinates: coordinates.clone(),
            timestamp: None,
            key: None,
            value: Some(value.clone()),
            headers: Vec::new(),
        }),
        origin: Origin {
            coordinates,
            timestamp: None,
            place: 0,
            kind: EventKind::parse("Alerts").unwrap(),
        },
        automation: "a".into(),
        workflow: "w".into(),
        progress: Progress::default(),
        body: value.clone(),
        value,
        event_time: None,
    }
}

/// What a delivery to this URL ends in.
async fn told(url: &str, timeout: Timeout) -> String {
    let lane = lane(url, timeout);
    let haste = Haste::until(&CancellationToken::new());
    let place = lane.try_place().unwrap();
    let mut delivery = delivery();
    let delivered = lane.deliver(&mut delivery, place, &haste);
    let outcome = tokio::time::timeout(SOON, delivered).await;
    let outcome = outcome.unwrap_or_else(|_| panic!("{url}: no outcome within {SOON:?}"));
    assert_eq!(delivery.progress.attempts, 1);
    match outcome {
        Outcome::Delivered => "delivered".to_owned(),
        Outcome::Undelivered(Undelivered { failure, pace }) => {
            assert!(!failure.text.contains("hush"), "{}", failure.text);
            let status = failure
                .status
                .map_or(String::new(), |one| format!(" {one}"));
            format!("{}{status} {pace:?}", failure.reason)
        }
    }
}

/// The address of a server that serves every connection so.
async fn server<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection));
        }
    });
    format!("{address}/x?sig=hush")
}

/// A server that reads the beginning of a request, then writes this and closes.
async fn saying(answer: &'static str) -> String {
    server(move |mut connection| async move {
        let mut request = [0; 1024];
        if connection.read(&mut request).await.is_ok() {
            // The other side may have gone.
            drop(connection.write_all(answer.as_bytes()).await);
            drop(connection.shutdown().await);
        }
    })
    .await
}

/// A server that writes this, and then that again and again, at this distance.
async fn on_and_on(first: &'static str, then: &'static str, every: Duration) -> String {
    server(move |mut connection| async move {
        let mut request = [0; 1024];
        let mut sent = connection.read(&mut request).await.map(|_| ());
        let mut next = first;
        while sent.is_ok() {
            sent = connection.write_all(next.as_bytes()).await;
            next = then;
            tokio::time::sleep(every).await;
        }
    })
    .await
}

fn refusing() -> String {
    format!("127.0.0.1:{}/x?sig=hush", free_port())
}

async fn resetting() -> String {
    server(|mut connection| async move {
        let mut request = [0; 16];
        drop(connection.read(&mut request).await);
        // Closed with this, it sends a reset.
        connection.set_zero_linger().unwrap();
    })
    .await
}

async fn silent() -> String {
    server(|connection| async move {
        let held = connection;
        std::future::pending::<()>().await;
        drop(held);
    })
    .await
}

/// A label longer than DNS has them: no server need be asked for it.
fn no_such_host() -> String {
    format!("http://{}.test/?sig=hush", "x".repeat(64))
}

const OK: &str = "HTTP/1.1 200 OK\r\n";
const BODY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nabc";
const CHUNKS: &str = "HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n";
const CHUNK: &str = "10\r\n0123456789abcdef\r\n";
const BROKEN_503: &str = "HTTP/1.1 503 No\r\nretry-after: 7\r\ncontent-length: 9\r\n\r\nabc";

/// What goes wrong, and a URL where it does.
async fn cases() -> [(&'static str, String); 11] {
    // So slow that it would be read for longer than is waited for here.
    let (now, seldom) = (Duration::ZERO, Duration::from_millis(200));
    [
        ("refused", format!("http://{}", refusing())),
        ("no such host", no_such_host()),
        ("reset", format!("http://{}", resetting().await)),
        (
            "no TLS",
            format!("https://{}", saying("HTTP/1.1 400 No\r\n\r\n").await),
        ),
        ("closed unanswered", format!("http://{}", saying("").await)),
        (
            "closed within the head",
            format!("http://{}", saying(OK).await),
        ),
        (
            "not HTTP",
            format!("http://{}", saying("220 mail.test ESMTP\r\n").await),
        ),
        (
            "closed within the body",
            format!("http://{}", saying(BODY).await),
        ),
        (
            "endless body",
            format!("http://{}", on_and_on(CHUNKS, CHUNK, now).await),
        ),
        (
            "slow body",
            format!("http://{}", on_and_on(CHUNKS, CHUNK, seldom).await),
        ),
        (
            "503 and a broken body",
            format!("http://{}", saying(BROKEN_503).await),
        ),
    ]
}

/// What has no end but the workflow's timeout, and a URL where it is.
async fn endless() -> [(&'static str, String); 4] {
    let (now, soon) = (Duration::ZERO, Duration::from_millis(20));
    [
        ("no answer", format!("http://{}", silent().await)),
        ("no answer over TLS", format!("https://{}", silent().await)),
        (
            "endless head",
            format!("http://{}", on_and_on(OK, "a: b\r\n", now).await),
        ),
        (
            "slow head",
            format!("http://{}", on_and_on(OK, "a: b\r\n", soon).await),
        ),
    ]
}

#[tokio::test]
async fn every_failure_of_the_network_has_its_outcome_in_bounded_time() {
    let mut lines = Vec::new();
    for (name, url) in &cases().await {
        lines.push(format!("{name}: {}", told(url, Timeout::Never).await));
    }
    for (name, url) in &endless().await {
        lines.push(format!("{name}: {}", told(url, Timeout::Soon).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    refused: no-connection Soon
    no such host: no-connection Soon
    reset: connection-lost Soon
    no TLS: no-connection Soon
    closed unanswered: connection-lost Soon
    closed within the head: connection-lost Soon
    not HTTP: connection-lost Soon
    closed within the body: delivered
    endless body: delivered
    slow body: delivered
    503 and a broken body: server-error 503 After(7s)
    no answer: timed-out Soon
    no answer over TLS: timed-out Soon
    endless head: timed-out Soon
    slow head: timed-out Soon
    ");
}
