//! What the machine does without us: a consumer that only drains, a loop that only posts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use firebell::config::{Sources, load};
use firebell::consume::consumer_config;
use rdkafka::consumer::{BaseConsumer, Consumer};
use reqwest::Client;

use crate::kit::{Setup, unique};

/// As many requests at the same time as a workflow has by default.
const AT_ONCE: u64 = 16;

/// How much the bare consumer may fetch ahead. Ours are bounds for each partition, since its queues
/// are split; its one queue shares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefetch {
    Ours,
    Library,
}

/// The client library's own defaults.
const LIBRARY: [(&str, &str); 3] = [
    ("queued.min.messages", "100000"),
    ("queued.max.messages.kbytes", "65536"),
    ("fetch.queue.backoff.ms", "1000"),
];

/// Records a second of a consumer with the daemon's own settings that does nothing with them.
pub(crate) fn consumer_rate(
    setup: &Setup,
    topic: &str,
    (records, prefetch): (u64, Prefetch),
) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = format!(
        "kafka: {{bootstrap_servers: ['{}']}}\nsources: [{topic}]\n",
        setup.cluster.bootstrap()
    );
    std::fs::write(&file, text).unwrap();
    let config = load(&Sources {
        file: Some(file),
        environment: Vec::new(),
    })
    .unwrap();
    let mut client = consumer_config(&config.kafka, &unique("bare"));
    if prefetch == Prefetch::Library {
        for (name, value) in LIBRARY {
            client.set(name, value);
        }
    }
    let consumer: BaseConsumer = client.create().unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let next = || {
        let until = Instant::now() + Duration::from_mins(1);
        // A poll that served a callback gives nothing.
        while Instant::now() < until {
            if let Some(record) = consumer.poll(Duration::from_secs(1)) {
                return drop(record.unwrap());
            }
        }
        panic!("no record for a minute");
    };
    next();
    let began = Instant::now();
    for _ in 1..records {
        next();
    }
    (records - 1) as f64 / began.elapsed().as_secs_f64()
}

/// Requests a second of a loop with the client's default settings.
pub(crate) fn request_rate(url: &str, requests: u64) -> f64 {
    let body = super::alert(0, 1);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = Client::builder().no_proxy().build().unwrap();
        let left = Arc::new(AtomicU64::new(requests));
        let began = Instant::now();
        let loops = (0..AT_ONCE).map(|_| {
            let (client, left) = (client.clone(), Arc::clone(&left));
            let (url, body) = (url.to_owned(), body.clone());
            tokio::spawn(async move {
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        left.checked_sub(1)
                    })
                    .is_ok()
                {
                    let answer = client.post(&url).body(body.clone()).send().await.unwrap();
                    answer.bytes().await.unwrap();
                }
            })
        });
        for one in loops.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        requests as f64 / began.elapsed().as_secs_f64()
    })
}
