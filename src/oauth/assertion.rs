//! An assertion that says who we are (JWT, RFC 7523 section 2.2; `x5t#S256`, RFC 7515).

use aws_lc_rs::rand::{SystemRandom, fill};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::json;

use super::error::Failure;
use crate::config::AssertionKey;

/// Seconds that an assertion holds: one request, and clocks that differ.
const LIFE: i64 = 300;

/// Signs that `client` asks `audience` for a token at `now` (seconds since the epoch).
pub(super) fn sign(
    key: &AssertionKey,
    (client, audience): (&str, &str),
    now: i64,
) -> Result<String, Failure> {
    let mut header = json!({ "alg": key.algorithm.name(), "typ": "JWT" });
    if let (Some(thumbprint), Some(header)) = (&key.thumbprint, header.as_object_mut()) {
        header.insert("x5t#S256".to_owned(), json!(thumbprint));
    }
    let claims = json!({
        "iss": client,
        "sub": client,
        "aud": audience,
        "jti": id()?,
        "nbf": now,
        "iat": now,
        "exp": now + LIFE,
    });
    let part = |value: &serde_json::Value| BASE64.encode(value.to_string());
    let mut assertion = format!("{}.{}", part(&header), part(&claims));
    let mut signature = vec![0; key.pair.public_modulus_len()];
    key.pair
        .sign(
            key.algorithm.encoding(),
            &SystemRandom::new(),
            assertion.as_bytes(),
            &mut signature,
        )
        .map_err(|_unspecified| Failure::new("the key cannot sign the assertion"))?;
    assertion.push('.');
    assertion.push_str(&BASE64.encode(signature));
    Ok(assertion)
}

/// An id that no other assertion has.
fn id() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    fill(&mut bytes).map_err(|_unspecified| Failure::new("there is no randomness"))?;
    Ok(BASE64.encode(bytes))
}
