use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256};
use aws_lc_rs::signature::{RsaParameters, UnparsedPublicKey};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use rcgen::{KeyPair, PublicKeyData as _};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;
use crate::config::{Auth, Sources, load};

/// A request for a token: its path, its `Authorization` header, its body.
type Asked = (String, Option<String>, String);
type Script = Box<dyn Fn(usize) -> (u16, String) + Send + Sync>;

/// A token server that writes down what it is asked, and answers by script.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Vec<Asked>>>, Arc<Script>);

impl Server {
    /// Grants `token-1`, `token-2` and so on, each for an hour.
    async fn granting() -> Self {
        Self::start(|nth| (200, granted(nth + 1, 3600))).await
    }

    async fn start(script: impl Fn(usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::default();
        let shared = Shared(Arc::clone(&asked), Arc::new(Box::new(script)));
        let app = Router::new().fallback(answer).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The client that a configuration with these keys beside the endpoint has.
    fn client(&self, folder: &TempDir, keys: &str) -> TokenClient {
        let endpoint = format!("token_endpoint: 'http://127.0.0.1:{}/token'", self.port);
        client(
            folder,
            &format!("type: oauth2, client_id: us, {endpoint}, {keys}"),
        )
    }
}

async fn answer(
    State(Shared(asked, script)): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, HeaderMap, String) {
    let authorization = headers.get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    let nth = {
        let mut asked = asked.lock().unwrap();
        asked.push((uri.path().to_owned(), authorization, body));
        asked.len() - 1
    };
    let (status, body) = script(nth);
    let mut headers = HeaderMap::new();
    if status == 302 {
        headers.insert("location", "/elsewhere".parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers, body)
}

fn granted(number: usize, life: u64) -> String {
    format!(r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":{life}}}"#)
}

fn client(folder: &TempDir, auth: &str) -> TokenClient {
    let file = folder.path().join("firebell.yaml");
    let workflow = format!("{{ url: 'https://x.test/', auth: {{ {auth} }} }}");
    fs::write(
        &file,
        format!("sources: [a]\nworkflows: {{ w: {workflow} }}\n"),
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut config = load(&sources).unwrap_or_else(|error| panic!("{error}"));
    match config.workflows.remove("w").unwrap().access.auth {
        Auth::Token(token) => TokenClient::new("w", token.grant),
        Auth::None | Auth::Header(_) => panic!("no grant"),
    }
}

/// What so many get who all ask at the same time.
async fn many<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    ask: impl Fn() -> F,
) -> Vec<T> {
    let asking: JoinSet<T> = (0..100).map(|_| ask()).collect();
    asking.join_all().await
}

async fn all_ask(client: &Arc<TokenClient>) -> Vec<Result<Arc<Token>, TokenError>> {
    many(|| {
        let client = Arc::clone(client);
        async move { client.token().await }
    })
    .await
}

/// Lets time pass for the clocks, and not for the network.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

const SECRET: &str = "client_secret: HUSH";

#[tokio::test]
async fn a_token_is_fetched_once_for_all_who_want_it() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    for token in all_ask(&client).await {
        assert_eq!(token.unwrap().value().expose(), "token-1");
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_failed_fetch_is_shared_and_tried_again_after_a_wait() {
    let script = |nth| match nth {
        0..=2 => (400, r#"{"error":"invalid_client"}"#.to_owned()),
        _ => (200, granted(nth, 3600)),
    };
    let (server, folder) = (Server::start(script).await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    for token in all_ask(&client).await {
        let said = token.unwrap_err().to_string();
        assert_eq!(
            said,
            "no token from 127.0.0.1: answered 400: invalid_client"
        );
    }
    assert_eq!(server.asked().len(), 1);
    // Each wait is its bound and up to a fifth more.
    pass(Duration::from_millis(1300)).await;
    assert!(all_ask(&client).await.iter().all(Result::is_err));
    assert_eq!(server.asked().len(), 2);
    pass(Duration::from_millis(2500)).await;
    assert!(all_ask(&client).await.iter().all(Result::is_err));
    assert_eq!(server.asked().len(), 3);
    pass(Duration::from_millis(2500)).await;
    assert!(client.token().await.is_err());
    assert_eq!(server.asked().len(), 3, "the third wait is longer");
    pass(Duration::from_millis(2500)).await;
    assert_eq!(client.token().await.unwrap().value().expose(), "token-3");
}

#[tokio::test]
async fn a_token_that_is_refused_many_times_is_replaced_once() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    let refused = client.token().await.unwrap();
    let replaced = |token: Arc<Token>| {
        let client = Arc::clone(&client);
        async move { client.replaced(&token).await }
    };
    for token in many(|| replaced(Arc::clone(&refused))).await {
        assert_eq!(token.unwrap().value().expose(), "token-2");
    }
    assert_eq!(server.asked().len(), 2);
    // The new one is refused as well: a third would be no better, and is not asked for at once.
    let second = client.token().await.unwrap();
    assert!(replaced(Arc::clone(&second)).await.is_none());
    assert_eq!(server.asked().len(), 2);
    pass(Duration::from_secs(31)).await;
    assert_eq!(replaced(second).await.unwrap().value().expose(), "token-3");
}

#[tokio::test]
async fn a_replacement_that_nobody_waited_for_is_fetched_by_the_next() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    let refused = client.token().await.unwrap();
    let first = {
        let (client, refused) = (Arc::clone(&client), Arc::clone(&refused));
        tokio::spawn(async move { client.replaced(&refused).await })
    };
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.is_err());
    assert!(client.replaced(&refused).await.is_some());
}

#[tokio::test]
async fn a_replacement_that_failed_is_tried_again_after_its_wait() {
    let script = |nth| match nth {
        1 => (500, String::new()),
        _ => (200, granted(nth + 1, 3600)),
    };
    let (server, folder) = (Server::start(script).await, TempDir::new().unwrap());
    let client = server.client(&folder, SECRET);
    let refused = client.token().await.unwrap();
    assert!(client.replaced(&refused).await.is_none());
    pass(Duration::from_secs(2)).await;
    let other = client.replaced(&refused).await.unwrap();
    assert_eq!(other.value().expose(), "token-3");
}

#[tokio::test]
async fn a_token_is_used_until_it_is_to_be_renewed_and_never_past_its_end() {
    let script = |nth| match nth {
        0 | 1 => (200, granted(nth + 1, 100)),
        _ => (500, String::new()),
    };
    let (server, folder) = (Server::start(script).await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    let held = async |client: &TokenClient| client.token().await.unwrap().value().expose().clone();
    assert_eq!(held(&client).await, "token-1");
    pass(Duration::from_mins(1)).await;
    assert_eq!(held(&client).await, "token-1");
    assert_eq!(server.asked().len(), 1);
    // A fifth of its life before the end it is renewed for certain.
    pass(Duration::from_secs(21)).await;
    assert!(all_ask(&client).await.iter().all(Result::is_ok));
    assert_eq!(held(&client).await, "token-2");
    assert_eq!(server.asked().len(), 2);
    // The renewal fails: the last one is used as long as it holds.
    pass(Duration::from_secs(85)).await;
    assert_eq!(held(&client).await, "token-2");
    assert_eq!(server.asked().len(), 3);
    pass(Duration::from_secs(16)).await;
    assert!(client.token().await.is_err());
}

#[tokio::test]
async fn a_waiter_that_gives_up_stops_nobody() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let client = Arc::new(server.client(&folder, SECRET));
    let first = Arc::clone(&client);
    let first = tokio::spawn(async move { first.token().await });
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.is_err());
    assert!(client.token().await.is_ok());
}

#[tokio::test]
async fn what_a_server_repeats_of_the_request_is_not_told() {
    let script = |_| {
        let about = "S:% S%3A%25 KEY client";
        (
            400,
            format!(r#"{{"error":"e","error_description":"{about}"}}"#),
        )
    };
    let (server, folder) = (Server::start(script).await, TempDir::new().unwrap());
    let keys = "client_secret: 'S:%', parameters: { api_key: KEY }";
    let error = server.client(&folder, keys).token().await.unwrap_err();
    insta::assert_snapshot!(error, @"no token from 127.0.0.1: answered 400: e: <secret> <secret> <secret> client");
}

#[tokio::test]
async fn a_secret_goes_into_the_body_or_the_header() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let more = "scope: a b, parameters: { audience: 'x&y' }";
    server
        .client(&folder, &format!("client_secret: 'S:%', {more}"))
        .token()
        .await
        .unwrap();
    let header = "client_secret: 'S:%', client_secret_in: header";
    server.client(&folder, header).token().await.unwrap();
    let asked: Vec<String> = server
        .asked()
        .iter()
        .map(|one| format!("{one:?}"))
        .collect();
    insta::assert_snapshot!(asked.join("\n"), @r#"
    ("/token", None, "grant_type=client_credentials&scope=a%20b&client_id=us&client_secret=S%3A%25&audience=x%26y")
    ("/token", Some("Basic dXM6UyUzQSUyNQ=="), "grant_type=client_credentials")
    "#);
}

/// The header and the claims of a signed assertion.
fn verified(assertion: &str, key: &KeyPair, with: &'static RsaParameters) -> (Value, Value) {
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(with, key.der_bytes());
    let signature = BASE64.decode(signature).unwrap();
    public.verify(signed.as_bytes(), &signature).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part| serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap();
    (read(header), read(claims))
}

fn assertion_of(asked: &Asked) -> &str {
    let assertion = asked
        .2
        .split('&')
        .find_map(|pair| pair.strip_prefix("client_assertion="));
    assert!(asked.2.contains(
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    ));
    assertion.unwrap()
}

#[tokio::test]
async fn a_key_signs_an_assertion_that_is_used_once() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let params = rcgen::CertificateParams::default();
    let cert = params.self_signed(&key).unwrap();
    fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    fs::write(folder.path().join("cert.pem"), cert.pem()).unwrap();
    let keys = "key_file: key.pem, certificate_file: cert.pem";
    server.client(&folder, keys).token().await.unwrap();
    server.client(&folder, keys).token().await.unwrap();
    server
        .client(&folder, "key_file: key.pem, key_algorithm: RS256")
        .token()
        .await
        .unwrap();
    let asked = server.asked();
    let [first, second, third] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    let (header, claims) = verified(assertion_of(first), &key, &RSA_PSS_2048_8192_SHA256);
    assert_eq!(header["alg"], "PS256");
    assert_eq!(
        header["x5t#S256"],
        BASE64.encode(digest(&SHA256, cert.der()))
    );
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&"us".into(), &"us".into())
    );
    assert_eq!(
        claims["aud"],
        format!("http://127.0.0.1:{}/token", server.port)
    );
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("nbf"), 300);
    assert!((seconds("iat") - crate::clock::now().as_second()).abs() < 60);
    let (_, again) = verified(assertion_of(second), &key, &RSA_PSS_2048_8192_SHA256);
    assert_ne!(claims["jti"], again["jti"]);
    let (header, _) = verified(assertion_of(third), &key, &RSA_PKCS1_2048_8192_SHA256);
    assert_eq!(
        (&header["alg"], &header["x5t#S256"]),
        (&"RS256".into(), &Value::Null)
    );
}

#[tokio::test]
async fn files_are_read_again_for_each_token() {
    let (server, folder) = (Server::granting().await, TempDir::new().unwrap());
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("jwt", "one\n");
    write("secret", "first\n");
    write("key", "a\n");
    let federated = server.client(&folder, "federated_token_file: jwt");
    let secret = "client_secret: '${file:secret}', parameters: { key: '${file:key}' }";
    let secret = server.client(&folder, secret);
    federated.token().await.unwrap();
    secret.token().await.unwrap();
    write("jwt", "two\n");
    write("secret", "second\n");
    write("key", "b\n");
    pass(Duration::from_hours(1)).await;
    federated.token().await.unwrap();
    secret.token().await.unwrap();
    let bodies: Vec<String> = server.asked().into_iter().map(|asked| asked.2).collect();
    let ends = [
        "client_assertion=one",
        "client_secret=first&key=a",
        "client_assertion=two",
        "client_secret=second&key=b",
    ];
    for (body, end) in bodies.iter().zip(ends) {
        assert!(body.ends_with(end), "{body}");
    }
}

#[tokio::test]
async fn an_endless_answer_a_redirect_and_a_dead_endpoint_are_told_without_a_secret() {
    let script = |nth| match nth {
        0 => (200, " ".repeat(300 * 1024)),
        _ => (302, String::new()),
    };
    let (server, folder) = (Server::start(script).await, TempDir::new().unwrap());
    let mut said = Vec::new();
    for _ in 0..2 {
        let client = server.client(&folder, SECRET);
        said.push(client.token().await.unwrap_err().to_string());
    }
    assert_eq!(server.asked().len(), 2, "it followed the redirect");
    let dead = "type: oauth2, client_id: us, client_secret: HUSH, token_endpoint: 'http://127.0.0.1:1/HUSH'";
    let error = client(&folder, dead).token().await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains("HUSH"), "{error}");
    said.push(error.to_string());
    insta::assert_snapshot!(said.join("\n"), @"
    no token from 127.0.0.1: answered with more than 262144 bytes
    no token from 127.0.0.1: answered 302
    no token from 127.0.0.1: error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)
    ");
}
