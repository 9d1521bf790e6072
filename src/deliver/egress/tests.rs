use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Guarded, guard, is_refusal};
use crate::config::{Egress, Rotating, Secret, Workflow};
use crate::consume::Record;
use crate::deliver::attempt::attempt;
use crate::deliver::sender::Sender;
use crate::deliver::{Delivery, Origin, Outcome, Pace, Progress, Undelivered};
use crate::egress::{Exceptions, Private, Rules};
use crate::event::{Coordinates, EventKind};
use crate::reason::Reason;

/// Answers each look-up with the next of its answers.
struct Rebinding(Mutex<VecDeque<Vec<SocketAddr>>>);

impl Rebinding {
    fn answering(answers: &[&[&str]]) -> Self {
        let address = |text: &&str| SocketAddr::new(text.parse().unwrap(), 0);
        let answer = |answer: &&[&str]| answer.iter().map(address).collect();
        Self(Mutex::new(answers.iter().map(answer).collect()))
    }
}

impl Resolve for Rebinding {
    fn resolve(&self, _name: Name) -> Resolving {
        let answer = self.0.lock().unwrap().pop_front();
        Box::pin(async move {
            let found: Addrs = Box::new(answer.ok_or("asked too often")?.into_iter());
            Ok(found)
        })
    }
}

/// Counts who connects, and answers each with 200.
async fn server(address: &str) -> (SocketAddr, Arc<AtomicUsize>) {
    serve(TcpListener::bind(address).await.unwrap())
}

/// Two servers on the same port of two addresses: one that both have free.
async fn on_one_port(hosts: [&str; 2]) -> [(SocketAddr, Arc<AtomicUsize>); 2] {
    let [first, second] = hosts;
    loop {
        let first = TcpListener::bind((first, 0)).await.unwrap();
        let port = first.local_addr().unwrap().port();
        if let Ok(second) = TcpListener::bind((second, port)).await {
            return [serve(first), serve(second)];
        }
    }
}

fn serve(listener: TcpListener) -> (SocketAddr, Arc<AtomicUsize>) {
    let address = listener.local_addr().unwrap();
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let _read = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _sent = stream.write_all(answer).await;
        }
    });
    (address, came)
}

/// All of loopback denied but 127.0.0.2.
fn one_allowed() -> Rules {
    Rules {
        private: Private::Denied(Exceptions {
            networks: vec!["127.0.0.2/32".parse().unwrap()],
            names: Vec::new(),
        }),
    }
}

async fn ask(client: &Client, port: u16) -> &'static str {
    let url = format!("http://hooks.example.test:{port}/hook?sig=SECRET");
    match client.post(url).send().await {
        Ok(_) => "delivered",
        Err(error) if is_refusal(&error) => "refused",
        Err(_) => "no connection",
    }
}

#[tokio::test]
async fn a_name_that_is_bound_anew_never_leads_inside() {
    let [(allowed, outside), (_, inside)] = on_one_port(["127.0.0.2", "127.0.0.1"]).await;
    let metadata = "169.254.169.254";
    #[rustfmt::skip]
    let answers: &[(&[&str], &str)] = &[
        (&["127.0.0.2"],                        "delivered"),
        (&["127.0.0.1"],                        "refused"),
        (&[metadata],                           "refused"),
        (&["::ffff:169.254.169.254"],           "refused"),
        (&["64:ff9b::a9fe:a9fe", "fe80::1"],    "refused"),
        (&["127.0.0.1", metadata, "127.0.0.2"], "delivered"),
        (&["fd00:ec2::254", "::1"],             "refused"),
        (&[],                                   "no connection"),
        (&["127.0.0.2"],                        "delivered"),
    ];
    let scripted: Vec<&[&str]> = answers.iter().map(|(answer, _)| *answer).collect();
    let resolver = Guarded::new(one_allowed(), Rebinding::answering(&scripted));
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(resolver))
        .build()
        .unwrap();
    for (answer, expected) in answers {
        assert_eq!(&ask(&client, allowed.port()).await, expected, "{answer:?}");
    }
    let came = (
        outside.load(Ordering::SeqCst),
        inside.load(Ordering::SeqCst),
    );
    assert_eq!(came, (3, 0), "outside, inside");
}

fn client_of(rules: Rules, proxy: Option<&str>) -> Client {
    let proxy = proxy.map(|url| Secret::new(Url::parse(url).unwrap()));
    let egress = Egress { rules, proxy };
    guard(Client::builder(), &egress).unwrap().build().unwrap()
}

#[tokio::test]
async fn a_name_of_this_host_is_private_as_the_system_resolves_it() {
    let (address, came) = server("127.0.0.1:0").await;
    let url = format!("http://localhost:{}/", address.port());
    let denied = one_allowed();
    let error = client_of(denied, None).post(&url).send().await.unwrap_err();
    assert!(is_refusal(&error), "{error:?}");
    assert_eq!(came.load(Ordering::SeqCst), 0);
    let open = client_of(Rules::OPEN, None).post(&url).send().await;
    assert_eq!(open.unwrap().status(), 200);
}

#[tokio::test]
async fn a_proxy_is_asked_for_names_that_nobody_here_looks_up() {
    let (proxy, came) = server("127.0.0.1:0").await;
    let proxy = format!("http://user:SECRET@localhost:{}", proxy.port());
    let client = client_of(one_allowed(), Some(&proxy));
    let answer = client.post("http://hooks.example.test/hook").send().await;
    assert_eq!(answer.unwrap().status(), 200);
    // Its answer to CONNECT ends in no TLS.
    let answer = client.post("https://hooks.example.test/hook").send().await;
    let error = answer.unwrap_err().without_url();
    assert!(error.is_connect() && !is_refusal(&error), "{error:?}");
    assert!(!format!("{error:?}").contains("SECRET"));
    assert_eq!(came.load(Ordering::SeqCst), 2);
}

fn delivery() -> Delivery {
    let coordinates = Coordinates {
        topic: "events".into(),
        partition: 0,
        offset: 0,
    };
    let carrier = Record {
        coordinates: coordinates.clone(),
        timestamp: None,
        key: None,
        value: None,
        headers: Vec::new(),
    };
    Delivery {
        origin: Origin {
            coordinates,
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
        carrier: Arc::new(carrier),
    }
}

/// The workflow of a configuration, whose URL was right when it was read.
fn workflow(url: &str) -> Workflow {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = "sources: [events]\nworkflows: { w: { url: 'https://a.test/' } }\n";
    std::fs::write(&file, text).unwrap();
    let sources = crate::config::Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut config = crate::config::load(&sources).unwrap();
    let mut workflow = config.workflows.remove("w").unwrap();
    workflow.url = Rotating::fixed(Url::parse(url).unwrap());
    workflow
}

#[tokio::test]
async fn a_refusal_is_final_and_names_no_host() {
    let (address, came) = server("127.0.0.1:0").await;
    let egress = Egress {
        rules: one_allowed(),
        proxy: None,
    };
    for host in ["localhost", "127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let mut workflow = workflow(&format!("http://{host}:{}/SECRET", address.port()));
        workflow.egress = Arc::new(egress.clone());
        let sender = Sender::new("w", &workflow).unwrap();
        let Outcome::Undelivered(Undelivered { failure, pace }) =
            attempt(&sender, &workflow, &[delivery()], &mut None).await
        else {
            panic!("{host} was called");
        };
        assert_eq!((failure.reason, pace), (Reason::EgressRefused, Pace::Never));
        assert!(!failure.text.contains("SECRET") && !failure.text.contains(host));
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}
