use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config::{Sources, load};
use crate::consume::Record;
use crate::deliver::{Origin, Progress};
use crate::event::{Coordinates, EventKind};

/// Asks each for a wait, in the head of an answer whose body never comes.
async fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _read = stream.read(&mut [0; 4096]).await;
            let head = b"HTTP/1.1 429 Slow\r\nretry-after: 60\r\ncontent-length: 9\r\n\r\n";
            stream.write_all(head).await.unwrap();
            open.push(stream);
        }
    });
    port
}

fn lane(port: u16) -> Arc<Lane> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = format!("sources: [a]\nworkflows: {{ w: {{ url: 'http://127.0.0.1:{port}/' }} }}\n");
    std::fs::write(&file, text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut config = load(&sources).unwrap();
    let workflow = config.workflows.remove("w").unwrap();
    Arc::new(Lane::new("w", workflow, 100).unwrap())
}

fn delivery() -> Delivery {
    let coordinates = Coordinates {
        topic: "a".into(),
        partition: 0,
        offset: 0,
    };
    Delivery {
        origin: Origin {
            coordinates: coordinates.clone(),
            timestamp: None,
            place: 0,
            kind: EventKind::Alerts,
        },
        automation: "a".into(),
        workflow: "w".into(),
        id: "msg_0".to_owned(),
        event_id: "evt_0".to_owned(),
        progress: Progress::default(),
        body: "{}".into(),
        value: "{}".into(),
        event_time: None,
        carrier: Arc::new(Record {
            coordinates,
            timestamp: None,
            key: None,
            value: None,
            headers: Vec::new(),
        }),
    }
}

#[tokio::test]
async fn an_answer_counts_before_its_body_has_come() {
    let (lane, haste) = (
        lane(server().await),
        Haste::until(&CancellationToken::new()),
    );
    let mut delivery = delivery();
    let place = lane.try_place().unwrap();
    let cut = async {
        while lane.opens_at().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // From here on only a wait makes the time pass.
        tokio::time::pause();
        haste.cut();
        Instant::now()
    };
    let (outcome, cut_at) = tokio::join!(lane.deliver(&mut delivery, place, &haste), cut);
    let Outcome::Undelivered(Undelivered { failure, pace }) = outcome else {
        panic!("{outcome:?}");
    };
    // Not cut off: its status is known, and holds for the lane while its body is waited for.
    assert_eq!(failure.reason, Reason::TooManyRequests);
    assert_eq!(pace, Pace::After(Duration::from_mins(1)));
    assert_eq!(cut_at.elapsed(), Duration::ZERO, "it was read on");
}
