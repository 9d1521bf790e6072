//! A server of tokens: OAuth 2.0 client credentials in, signed JSON Web Tokens out.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use firebell::clock;
use serde_json::{Value, json};
use tokio::runtime::{self, Runtime};

use super::silence::SECRET;

/// The server. It ends when this is dropped.
pub(crate) struct TokenServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    signer: Arc<Signer>,
    /// Seconds that a token holds; nought, and no token is given.
    life: AtomicU64,
    given: AtomicUsize,
}

/// The key that signs tokens.
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    /// What a verifier needs: a JSON Web Key Set.
    pub(crate) fn key_set(&self) -> Value {
        // An uncompressed point: one byte, then both coordinates.
        let point = self.0.public_key().as_ref();
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "test",
            "x": BASE64.encode(&point[1..33]),
            "y": BASE64.encode(&point[33..65]),
        }]})
    }

    fn token(&self, life: u64) -> String {
        let now = u64::try_from(clock::now_millis()).unwrap() / 1000;
        let part = |value: Value| BASE64.encode(value.to_string());
        let header = part(json!({"alg": "ES256", "typ": "JWT", "kid": "test"}));
        let claims = part(json!({
            "iss": "test", "sub": "firebell", "aud": "kafka", "iat": now, "exp": now + life,
            "mark": SECRET,
        }));
        let signed = format!("{header}.{claims}");
        let signature = self
            .0
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", BASE64.encode(signature))
    }
}

impl TokenServer {
    /// Starts a server whose tokens hold for this long.
    pub(crate) fn start(signer: &Arc<Signer>, life: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared {
            signer: Arc::clone(signer),
            life: AtomicU64::new(life.as_secs()),
            given: AtomicUsize::new(0),
        });
        let app = Router::new()
            .fallback(answer)
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
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// From now on it gives no tokens.
    pub(crate) fn revoke(&self) {
        self.shared.life.store(0, Ordering::SeqCst);
    }

    /// From now on it gives tokens that hold for this long.
    pub(crate) fn restore(&self, life: Duration) {
        self.shared.life.store(life.as_secs(), Ordering::SeqCst);
    }

    /// Tokens given so far.
    pub(crate) fn given(&self) -> usize {
        self.shared.given.load(Ordering::SeqCst)
    }
}

async fn answer(State(shared): State<Arc<Shared>>, body: String) -> Response {
    let life = shared.life.load(Ordering::SeqCst);
    let known = body.contains(&format!("client_secret={SECRET}"));
    if life == 0 || !known {
        let refusal = json!({"error": "invalid_client", "error_description": "unknown client"});
        return (StatusCode::UNAUTHORIZED, refusal.to_string()).into_response();
    }
    shared.given.fetch_add(1, Ordering::SeqCst);
    let token = shared.signer.token(life);
    json!({"access_token": token, "token_type": "Bearer", "expires_in": life})
        .to_string()
        .into_response()
}
