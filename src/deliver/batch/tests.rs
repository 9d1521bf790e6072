use std::fs;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config::{Sources, load};
use crate::consume::Record;
use crate::deliver::{Lanes, Origin};
use crate::event::{Coordinates, EventKind};

/// Far more than anything here takes, and far less than the waits that must not be waited for.
const SOON: Duration = Duration::from_secs(50);

/// A workflow that writes down the numbers of each request, and refuses those with an event of -1.
struct Workflow {
    lane: Arc<Lane>,
    requests: Arc<Mutex<Vec<Vec<i64>>>>,
}

impl Workflow {
    async fn start(batch: &str, refusal: u16) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = move |body: Bytes| {
            let numbers = numbers(&body);
            let refused = numbers.contains(&-1);
            let hangs = numbers.contains(&-2);
            seen.lock().unwrap().push(numbers);
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                StatusCode::from_u16(if refused { refusal } else { 200 }).unwrap()
            }
        };
        let app = Router::new().fallback(answer);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let lane = lane(&format!(
            "url: 'http://{address}/', attempts: 1, batch: {batch}"
        ));
        Self { lane, requests }
    }

    fn requests(&self) -> Vec<Vec<i64>> {
        self.requests.lock().unwrap().clone()
    }

    /// The outcomes of deliveries with these numbers, in their order; all of them join at once.
    async fn deliver(&self, numbers: &[i64]) -> Vec<(i64, String)> {
        let haste = Haste::unhurried();
        let mut running = JoinSet::new();
        for number in numbers {
            running.spawn(delivered(Arc::clone(&self.lane), *number, haste.clone()));
        }
        let all = tokio::time::timeout(SOON, running.join_all());
        let mut outcomes = all.await.unwrap();
        outcomes.sort();
        outcomes
    }
}

fn lane(workflow: &str) -> Arc<Lane> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = format!("sources: [alerts]\nworkflows: {{ w: {{ {workflow} }} }}\n");
    fs::write(&file, &text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let config = load(&sources).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let lanes = Lanes::new(&config.workflows, 100).unwrap();
    Arc::clone(lanes.get("w").unwrap())
}

fn numbers(body: &[u8]) -> Vec<i64> {
    let events: Vec<Value> = serde_json::from_slice(body).unwrap();
    let mut numbers: Vec<i64> = events
        .iter()
        .map(|one| one["n"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    numbers
}

fn delivery(number: i64) -> Delivery {
    let coordinates = Coordinates {
        topic: "alerts".into(),
        partition: 0,
        offset: number,
    };
    let body = Bytes::from(format!(r#"{{"n":{number}}}"#));
    Delivery {
        id: format!("msg_{number}"),
        event_id: "evt_0".to_owned(),
        carrier: Arc::new(Record {
            coordinates: coordinates.clone(),
            timestamp: None,
            key: None,
            value: Some(body.clone()),
            headers: Vec::new(),
        }),
        origin: Origin {
            coordinates,
            timestamp: None,
            place: 0,
            kind: EventKind::Alerts,
        },
        automation: "a".into(),
        workflow: "w".into(),
        progress: Progress::default(),
        body: body.clone(),
        value: body,
        event_time: None,
    }
}

/// Delivers, and says how it ended and how many attempts that took.
async fn delivered(lane: Arc<Lane>, number: i64, haste: Haste) -> (i64, String) {
    let place = lane.try_place().unwrap();
    let mut delivery = delivery(number);
    let outcome = lane.deliver(&mut delivery, place, &haste).await;
    let word = match outcome {
        Outcome::Delivered => "delivered".to_owned(),
        Outcome::Undelivered(Undelivered { failure, pace }) => {
            format!("{} {pace:?}", failure.reason)
        }
    };
    (
        number,
        format!("{word} after {}", delivery.progress.attempts),
    )
}

#[tokio::test]
async fn a_full_batch_goes_at_once_and_settles_each_of_its_events() {
    let workflow = Workflow::start("{max_events: 3, max_wait: 60s}", 400).await;
    let outcomes = workflow.deliver(&[1, 2, 3, 4, 5, 6]).await;
    assert_eq!(outcomes.len(), 6);
    assert!(
        outcomes.iter().all(|(_, word)| word == "delivered after 1"),
        "{outcomes:?}"
    );
    let requests = workflow.requests();
    assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
    let mut all = requests.concat();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_lone_event_waits_no_longer_than_it_may() {
    let wait = Duration::from_millis(300);
    let workflow = Workflow::start("{max_events: 100, max_wait: 300ms}", 400).await;
    let began = Instant::now();
    assert_eq!(
        workflow.deliver(&[1]).await,
        [(1, "delivered after 1".to_owned())]
    );
    assert!(began.elapsed() >= wait, "{:?}", began.elapsed());
    assert_eq!(workflow.requests(), [vec![1]]);
}

#[tokio::test]
async fn a_batch_is_bounded_by_bytes_and_a_longer_event_goes_alone() {
    // An event of ours has 7 bytes; the least bound is 1 KiB.
    let workflow =
        Workflow::start("{max_events: 120, max_wait: 200ms, max_bytes: 1 KiB}", 400).await;
    let wide: Vec<i64> = (0..100).map(|number| 10_000_000_000 + number).collect();
    workflow.deliver(&wide).await;
    let requests = workflow.requests();
    assert!(requests.len() >= 2, "{}", requests.len());
    let bytes = "{\"n\":10000000000}".len();
    for request in &requests {
        assert!(request.len() * bytes <= 1024, "{}", request.len());
    }
    let mut all = requests.concat();
    all.sort_unstable();
    assert_eq!(all, wide);
}

#[tokio::test]
async fn one_bad_event_takes_no_other_with_it() {
    for refusal in [400, 413, 422] {
        let workflow = Workflow::start("{max_events: 8, max_wait: 60s}", refusal).await;
        let outcomes = workflow.deliver(&[1, 2, 3, -1, 4, 5, 6, 7]).await;
        let (bad, good): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|(number, _)| *number == -1);
        assert_eq!(bad, [(-1, "rejected Never after 4".to_owned())]);
        assert!(
            good.iter().all(|(_, word)| word.starts_with("delivered")),
            "{good:?}"
        );
        // All, then two halves of each half that holds it: 1 + 2 * 3.
        assert_eq!(workflow.requests().len(), 7);
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_workflow_is_one_end_for_all() {
    let workflow = Workflow::start("{max_events: 3, max_wait: 60s}", 503).await;
    let outcomes = workflow.deliver(&[1, -1, 2]).await;
    assert!(
        outcomes
            .iter()
            .all(|(_, word)| word == "server-error Soon after 1"),
        "{outcomes:?}"
    );
    assert_eq!(workflow.requests().len(), 1);
}

#[tokio::test]
async fn a_template_that_fails_for_one_event_fails_for_that_one() {
    let workflow = Workflow::start(
        "{max_events: 4, max_wait: 60s}, template: '[{% for one in events %}{\"n\": {{ one.event.n }}, \"x\": {{ 1 / (one.event.n - 2) }}}{% if not loop.last %},{% endif %}{% endfor %}]'",
        400,
    )
    .await;
    let outcomes = workflow.deliver(&[1, 2, 3, 4]).await;
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|(_, word)| word.starts_with("render-failed Never"))
        .collect();
    assert_eq!(failed.len(), 1, "{outcomes:?}");
    assert_eq!(failed[0].0, 2);
    let mut all = workflow.requests().concat();
    all.sort_unstable();
    assert_eq!(all, [1, 3, 4]);
}

#[tokio::test]
async fn a_drain_sends_the_batch_at_once() {
    let workflow = Workflow::start("{max_events: 100, max_wait: 60s}", 400).await;
    let haste = Haste::unhurried();
    let (lane, theirs) = (Arc::clone(&workflow.lane), haste.clone());
    let calm = tokio::spawn(delivered(Arc::clone(&lane), 1, Haste::unhurried()));
    let hurried = tokio::spawn(delivered(lane, 2, theirs));
    haste.drain();
    let both = async { (calm.await.unwrap().1, hurried.await.unwrap().1) };
    let (calm, hurried) = tokio::time::timeout(SOON, both).await.unwrap();
    assert_eq!(
        (calm.as_str(), hurried.as_str()),
        ("delivered after 1", "delivered after 1")
    );
    assert_eq!(workflow.requests().concat().len(), 2);
}

#[tokio::test]
async fn a_member_that_is_cut_off_leaves_the_others_alone() {
    let workflow = Workflow::start("{max_events: 3, max_wait: 60s}", 400).await;
    let haste = Haste::until(&CancellationToken::new());
    let cut = tokio::spawn(delivered(Arc::clone(&workflow.lane), 9, haste.clone()));
    tokio::task::yield_now().await;
    haste.cut();
    let (_, word) = tokio::time::timeout(SOON, cut).await.unwrap().unwrap();
    assert!(
        word == "draining Unspent after 0" || word.starts_with("delivered"),
        "{word}"
    );

    let haste = Haste::until(&CancellationToken::new());
    let hanging = tokio::spawn(delivered(Arc::clone(&workflow.lane), -2, haste.clone()));
    let others: Vec<_> = [1, 2]
        .map(|number| tokio::spawn(delivered(Arc::clone(&workflow.lane), number, haste.clone())))
        .into_iter()
        .collect();
    let sent = async {
        while !workflow.requests().concat().contains(&-2) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, sent).await.unwrap();
    haste.cut();
    let ended = tokio::time::timeout(SOON, hanging).await.unwrap().unwrap();
    assert_eq!(ended.1, "cut-off Soon after 1");
    for other in others {
        assert_eq!(other.await.unwrap().1, "cut-off Soon after 1");
    }
}
