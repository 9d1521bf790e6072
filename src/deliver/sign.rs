//! Signatures of Standard Webhooks 1.0.0: `v1` (HMAC-SHA256) and `v1a` (ed25519).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Body, Request};

use crate::config::Signing;

const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Signs a request as it is: its id, its time, and the bytes of its body. Whoever verifies takes
/// any one of the signatures, so that both of two secrets are good while one replaces the other.
pub(super) fn sign(signing: &Signing, request: &mut Request) {
    if signing.is_off() {
        return;
    }
    let signed = signed(request);
    let mut signatures = Vec::new();
    for secrets in &signing.secrets {
        for key in secrets.expose().iter() {
            let tag = hmac::sign(key, &signed);
            signatures.push(format!("v1,{}", STANDARD.encode(tag)));
        }
    }
    if let Some(key) = &signing.private_key {
        let signature = key.expose().sign(&signed);
        signatures.push(format!("v1a,{}", STANDARD.encode(signature)));
    }
    // Base64, commas and blanks: a header may hold them.
    if let Ok(value) = HeaderValue::from_str(&signatures.join(" ")) {
        request.headers_mut().insert(SIGNATURE, value);
    }
}

/// `id.timestamp.body`.
fn signed(request: &Request) -> Vec<u8> {
    let header = |name| {
        request
            .headers()
            .get(name)
            .map_or(&b""[..], HeaderValue::as_bytes)
    };
    let body = request.body().and_then(Body::as_bytes).unwrap_or_default();
    [header("webhook-id"), header("webhook-timestamp"), body].join(&b'.')
}

#[cfg(test)]
mod tests;
