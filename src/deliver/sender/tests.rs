use std::fs;
use std::sync::Mutex;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use reqwest::{Method, Url};
use tempfile::TempDir;

use super::*;
use crate::config::{Config, Sources, load};

/// What each request bore in a header.
type Seen = Arc<Mutex<Vec<String>>>;

/// Takes one value of a header, and answers 401 to every other.
async fn server(header: &'static str, good: &'static str) -> (Url, Seen) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let seen = Seen::default();
    let answer = move |State(seen): State<Seen>, headers: HeaderMap| async move {
        let value = headers
            .get(header)
            .map_or("", |value| value.to_str().unwrap());
        seen.lock().unwrap().push(value.to_owned());
        if value == good {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        }
    };
    let app = Router::new().fallback(answer).with_state(Arc::clone(&seen));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url.parse().unwrap(), seen)
}

fn configuration(folder: &TempDir, auth: &str) -> Config {
    let file = folder.path().join("firebell.yaml");
    let workflow = format!("{{ url: 'http://x.test/', auth: {{ {auth} }} }}");
    fs::write(
        &file,
        format!("sources: [a]\nworkflows: {{ w: {workflow} }}\n"),
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{error}"))
}

fn sender(folder: &TempDir, auth: &str) -> Sender {
    Sender::new("w", &configuration(folder, auth).workflows["w"]).unwrap()
}

async fn send(sender: &Sender, url: &Url) -> u16 {
    let mut request = Request::new(Method::POST, url.clone());
    *request.body_mut() = Some("{}".into());
    sender.send(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn each_kind_of_auth_is_sent_as_it_should_be() {
    let folder = TempDir::new().unwrap();
    for (auth, header, value) in [
        (
            "type: bearer, token: ' abc '",
            "authorization",
            "Bearer abc",
        ),
        (
            "type: basic, username: Aladdin, password: 'open sesame'",
            "authorization",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ),
        (
            "type: header, name: X-Api-Key, value: 'a b'",
            "x-api-key",
            "a b",
        ),
        ("type: none", "authorization", ""),
    ] {
        let (url, seen) = server(header, value).await;
        assert_eq!(send(&sender(&folder, auth), &url).await, 200, "{auth}");
        assert_eq!(*seen.lock().unwrap(), [value]);
    }
}

#[tokio::test]
async fn a_refused_secret_is_sent_once_more_if_its_file_holds_another() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "old").unwrap();
    let (url, seen) = server("authorization", "Bearer new").await;
    let sender = sender(&folder, "type: bearer, token: '${file:token}'");
    // The same secret again would be refused again.
    assert_eq!(send(&sender, &url).await, 401);
    assert_eq!(seen.lock().unwrap().len(), 1);
    fs::write(&file, "new").unwrap();
    assert_eq!(send(&sender, &url).await, 200);
    let bearers = ["Bearer old", "Bearer old", "Bearer new"];
    assert_eq!(*seen.lock().unwrap(), bearers);
}
