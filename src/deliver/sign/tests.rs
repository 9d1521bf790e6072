use ed25519_dalek::{Signature, SigningKey};
use reqwest::{Method, Url};
use standardwebhooks::Webhook;

use super::*;
use crate::clock;
use crate::config::{Sources, load};

const BODY: &str = "{\"Severity\": \"High\", \"ü\": [1,  2]}";

/// Of so many bytes.
fn secret(byte: u8, length: usize) -> String {
    format!("whsec_{}", STANDARD.encode(vec![byte; length]))
}

/// The seed of a key, and the seed with the public half after it.
fn private() -> (SigningKey, [String; 2]) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let written = |bytes: &[u8]| format!("whsk_{}", STANDARD.encode(bytes));
    let forms = [written(&key.to_bytes()), written(&key.to_keypair_bytes())];
    (key, forms)
}

fn signing(keys: &str) -> Signing {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let workflow = format!("{{ url: 'https://x.test/', signing: {{ {keys} }} }}");
    std::fs::write(
        &file,
        format!("sources: [a]\nworkflows: {{ w: {workflow} }}\n"),
    )
    .unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    let mut config = load(&sources).unwrap_or_else(|error| panic!("{error}"));
    config.workflows.remove("w").unwrap().access.signing
}

/// A request as it is sent.
fn signed_with(keys: &str) -> Request {
    let mut request = Request::new(Method::POST, Url::parse("https://x.test/").unwrap());
    let now = clock::now().as_second().to_string();
    let headers = request.headers_mut();
    headers.insert(
        "webhook-id",
        HeaderValue::from_static("msg_0123456789abcdef"),
    );
    headers.insert("webhook-timestamp", HeaderValue::from_str(&now).unwrap());
    *request.body_mut() = Some(BODY.into());
    sign(&signing(keys), &mut request);
    request
}

fn is_verified(request: &Request, secret: &str, body: &str) -> bool {
    let receiver = Webhook::new(secret).unwrap();
    receiver.verify(body.as_bytes(), request.headers()).is_ok()
}

#[test]
fn an_independent_library_verifies_v1() {
    for length in [24, 32, 64] {
        let secret_key = secret(1, length);
        let request = signed_with(&format!("secrets: ['{secret_key}']"));
        assert!(is_verified(&request, &secret_key, BODY));
        assert!(!is_verified(&request, &secret(2, length), BODY));
        assert!(!is_verified(
            &request,
            &secret_key,
            &BODY.replace("  ", " ")
        ));
    }
}

#[test]
fn while_a_secret_is_replaced_the_old_and_the_new_one_verify() {
    let (old, new) = (secret(1, 24), secret(2, 48));
    let lists = [
        format!("['{new}', '{old}']"),
        format!("[\"{new}\\n{old}\"]"),
    ];
    for list in lists {
        let request = signed_with(&format!("secrets: {list}"));
        for secret in [&old, &new] {
            assert!(is_verified(&request, secret, BODY), "{list}");
        }
        let signatures = request.headers()[SIGNATURE].to_str().unwrap();
        assert_eq!(signatures.split(' ').count(), 2);
    }
}

#[test]
fn an_independent_library_verifies_v1a() {
    let secret = secret(1, 24);
    let (key, forms) = private();
    for written in forms {
        let request = signed_with(&format!("secrets: ['{secret}'], private_key: '{written}'"));
        assert!(is_verified(&request, &secret, BODY));
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        let (_, signature) = header("webhook-signature").split_once(" v1a,").unwrap();
        let signature = Signature::from_slice(&STANDARD.decode(signature).unwrap()).unwrap();
        let content = format!(
            "{}.{}.{BODY}",
            header("webhook-id"),
            header("webhook-timestamp")
        );
        let public = key.verifying_key();
        public
            .verify_strict(content.as_bytes(), &signature)
            .unwrap();
        assert!(public.verify_strict(BODY.as_bytes(), &signature).is_err());
    }
}

#[test]
fn without_a_key_nothing_is_signed() {
    assert!(!signed_with("secrets: []").headers().contains_key(SIGNATURE));
}
