//! The kit's receiver answers, misbehaves and writes down as it is told.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::kit::{Answer, Receiver, free_port, get, throughout, until};

#[tokio::test]
async fn a_receiver_answers_by_its_script_and_writes_down_what_came() {
    let receiver = Receiver::start();
    let client = reqwest::Client::new();
    let post = |path: &str| {
        client
            .post(receiver.url(path))
            .header("webhook-id", "msg_1")
            .body(vec![0xff, b'!'])
            .send()
    };

    assert_eq!(post("/plain?sig=s").await.unwrap().status(), 200);
    let noted = &receiver.wait_for("/plain", 1)[0];
    assert_eq!(noted.body.as_ref(), [0xff, b'!']);
    assert_eq!(noted.query.as_deref(), Some("sig=s&sig=hush-hush"));
    assert_eq!(noted.header("webhook-id"), Some("msg_1"));
    assert!(noted.accepted());
    assert_eq!(receiver.ids("/plain"), ["msg_1"]);

    receiver.answer(
        "/busy",
        Answer::WithHeader(429, "retry-after", "7".to_owned()),
    );
    let busy = post("/busy").await.unwrap();
    assert_eq!(
        (
            busy.status().as_u16(),
            busy.headers()["retry-after"].as_bytes()
        ),
        (429, &b"7"[..])
    );

    receiver.answer("/half", Answer::HalfFailing);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(post("/half").await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [503, 200, 503, 200]);

    receiver.script("/half", |request, nth| {
        Answer::Status(if request.body.len() == 2 && nth == 0 {
            418
        } else {
            204
        })
    });
    assert_eq!(post("/half").await.unwrap().status(), 418);
    assert_eq!(post("/half").await.unwrap().status(), 204);
    let given: Vec<_> = receiver
        .requests("/half")
        .iter()
        .filter_map(|one| one.status)
        .collect();
    assert_eq!(given, [503, 200, 503, 200, 418, 204]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_receiver_misbehaves_as_told() {
    let receiver = Receiver::start();
    let client = reqwest::Client::new();
    let post = |path: &str| client.post(receiver.url(path)).send();

    receiver.answer("/hang", Answer::Hang);
    let unanswered = tokio::spawn(post("/hang"));
    until("it has come", || receiver.requests("/hang").pop());
    throughout(Duration::from_millis(300), || {
        assert!(!unanswered.is_finished());
    });
    unanswered.abort();
    assert_eq!(receiver.requests("/hang")[0].status, None);

    receiver.answer("/late", Answer::Delay(Duration::from_millis(100), 202));
    let asked = Instant::now();
    assert_eq!(post("/late").await.unwrap().status(), 202);
    assert!(asked.elapsed() >= Duration::from_millis(100));

    let over = CancellationToken::new();
    receiver.answer("/held", Answer::Held(over.clone(), 202));
    let held = tokio::spawn(post("/held"));
    until("it has come", || receiver.requests("/held").pop());
    assert!(!held.is_finished());
    over.cancel();
    assert_eq!(held.await.unwrap().unwrap().status(), 202);

    receiver.answer("/cut", Answer::CloseMidResponse);
    let cut = post("/cut").await.unwrap();
    assert_eq!(cut.status(), 200);
    let error = cut.bytes().await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");

    receiver.answer("/endless", Answer::EndlessBody);
    let mut endless = post("/endless").await.unwrap();
    let mut length = 0;
    while length < 10_000_000 {
        let chunk = endless.chunk().await.unwrap();
        length += chunk.expect("it has no end").len();
    }
}

#[test]
fn a_receiver_that_has_gone_refuses_and_can_come_back() {
    let port = free_port();
    let receiver = Receiver::start_on(port);
    let url = receiver.url("/");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    drop(receiver);
    until("it refuses", || get(address, "/").is_none().then_some(()));
    let again = Receiver::start_on(port);
    assert_eq!(get(address, "/").unwrap().0, 200);
    assert_eq!(again.url("/"), url);
}
