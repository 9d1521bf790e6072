//! The `signing` section: keys of Standard Webhooks 1.0.0.

use aws_lc_rs::hmac::{HMAC_SHA256, Key};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::{Rotating, Signing};
use crate::document::{Field, Section};

/// Secrets of one workflow, and in one file: a request has a signature for each.
const MOST: usize = 8;

pub(super) fn signing(mut section: Section<'_>) -> Option<Signing> {
    let secrets = secrets(&section.field("secrets"));
    let key = section.field("private_key").secret().optional();
    section.finish();
    let private_key = match key {
        Some(field) => Some(Rotating::of(&field, Box::new(private_key))?),
        None => None,
    };
    Some(Signing {
        secrets: secrets?,
        private_key,
    })
}

fn secrets(field: &Field<'_>) -> Option<Vec<Rotating<Vec<Key>>>> {
    let items = field.items()?;
    if items.len() > MOST {
        field.wrong(&format!("must not be more than {MOST}"));
    }
    let secret = |field: Field<'_>| Rotating::of(&field.secret(), Box::new(keys));
    let secrets: Vec<Option<_>> = items.into_iter().map(secret).collect();
    secrets.into_iter().collect()
}

/// One or several: a file holds two while a secret is being replaced.
fn keys(text: &str) -> Result<Vec<Key>, String> {
    let keys: Vec<Key> = text.split_whitespace().map(key).collect::<Result<_, _>>()?;
    if keys.is_empty() || keys.len() > MOST {
        return Err(format!("expected 1 to {MOST} secrets"));
    }
    Ok(keys)
}

fn key(text: &str) -> Result<Key, String> {
    let bytes = decoded(text, "whsec_")?;
    if !(24..=64).contains(&bytes.len()) {
        return Err(format!(
            "a secret has 24 to 64 bytes, and this one {}",
            bytes.len()
        ));
    }
    Ok(Key::new(HMAC_SHA256, &bytes))
}

/// A seed of 32 bytes, or with its public key after it 64.
fn private_key(text: &str) -> Result<Ed25519KeyPair, String> {
    let bytes = decoded(text.trim(), "whsk_")?;
    let pair = match bytes.split_first_chunk::<32>() {
        Some((seed, [])) => Ed25519KeyPair::from_seed_unchecked(seed),
        Some((seed, public)) if public.len() == 32 => {
            Ed25519KeyPair::from_seed_and_public_key(seed, public)
        }
        Some(_) | None => {
            return Err(format!(
                "a key has 32 or 64 bytes, and this one {}",
                bytes.len()
            ));
        }
    };
    pair.map_err(|_rejected| "the second half is not the public key of the first".to_owned())
}

fn decoded(text: &str, prefix: &str) -> Result<Vec<u8>, String> {
    let expected = || format!("expected `{prefix}` and base64; it is a secret and not shown");
    let encoded = text.strip_prefix(prefix).ok_or_else(expected)?;
    STANDARD.decode(encoded).map_err(|_invalid| expected())
}
