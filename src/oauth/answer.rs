//! The answer of a token endpoint (RFC 6749 sections 5.1 and 5.2).

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::error::{Failure, words};

/// A token and its life.
pub(super) struct Granted {
    pub(super) token: String,
    pub(super) life: Option<Duration>,
}

#[derive(Deserialize)]
struct Success {
    access_token: String,
    token_type: String,
    #[serde(default)]
    expires_in: Value,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Reads the body of an answer with this status. What a failure says holds none of `secrets`,
/// should the server repeat them.
pub(super) fn read(status: u16, body: &[u8], secrets: &[&str]) -> Result<Granted, Failure> {
    if !(200..300).contains(&status) {
        return Err(refusal(status, body, secrets));
    }
    // Its own words could hold a part of the token.
    let Ok(success) = serde_json::from_slice::<Success>(body) else {
        return Err(Failure::new(format!(
            "answered {status} without `access_token` and `token_type`"
        )));
    };
    if !success.token_type.eq_ignore_ascii_case("bearer") {
        let kind = words(&hidden(&success.token_type, secrets));
        return Err(Failure::new(format!(
            "the token is no bearer token but `{kind}`"
        )));
    }
    let fits = |byte: u8| matches!(byte, 0x21..=0x7e);
    if success.access_token.is_empty() || !success.access_token.bytes().all(fits) {
        return Err(Failure::new("the token has signs that no header may hold"));
    }
    Ok(Granted {
        token: success.access_token,
        life: life(&success.expires_in),
    })
}

/// Seconds; some servers write them as text.
fn life(written: &Value) -> Option<Duration> {
    let seconds = match written {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(Duration::from_secs(seconds))
}

fn refusal(status: u16, body: &[u8], secrets: &[&str]) -> Failure {
    let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
        return Failure::new(format!("answered {status}"));
    };
    let Refusal {
        error,
        error_description,
    } = refusal;
    let error = words(&hidden(&error, secrets));
    let about = words(&hidden(&error_description, secrets));
    let separator = if about.is_empty() { "" } else { ": " };
    Failure::new(format!("answered {status}: {error}{separator}{about}"))
}

fn hidden(text: &str, secrets: &[&str]) -> String {
    secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| {
            text.replace(secret, "<secret>")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> String {
        match read(status, body.as_bytes(), &["SECRET"]) {
            Ok(_) => panic!("{body}"),
            Err(failure) => failure.why,
        }
    }

    #[test]
    fn what_went_wrong_is_told_and_nothing_secret() {
        let long = format!(
            r#"{{"error":"e","error_description":"{}"}}"#,
            "x".repeat(400)
        );
        assert_eq!(
            refused(400, &long).chars().count(),
            "answered 400: e: …".chars().count() + 300
        );
        let said = [
            refused(
                401,
                r#"{"error":"invalid_client","error_description":"bad\nSECRET","x":"SECRET"}"#,
            ),
            refused(400, r#"{"error":"invalid_grant"}"#),
            refused(503, "<html>SECRET</html>"),
            refused(200, r#"{"access_token":"SECRET"}"#),
            refused(200, r#"{"access_token":"SECRET","token_type":"mac"}"#),
            refused(200, r#"{"access_token":"SECRET\n","token_type":"Bearer"}"#),
            refused(200, r#"{"access_token":"","token_type":"Bearer"}"#),
        ];
        insta::assert_snapshot!(said.join("\n"), @r"
        answered 401: invalid_client: bad\n<secret>
        answered 400: invalid_grant
        answered 503
        answered 200 without `access_token` and `token_type`
        the token is no bearer token but `mac`
        the token has signs that no header may hold
        the token has signs that no header may hold
        ");
    }

    #[test]
    fn the_life_may_be_a_number_a_text_or_untold() {
        let life = |written: &str| {
            let body = format!(r#"{{"access_token":"t","token_type":"bearer"{written}}}"#);
            read(200, body.as_bytes(), &[]).map_or(None, |granted| granted.life)
        };
        let hour = Some(Duration::from_hours(1));
        assert_eq!(life(r#","expires_in":3600"#), hour);
        assert_eq!(life(r#","expires_in":"3600""#), hour);
        assert_eq!(life(""), None);
        assert_eq!(life(r#","expires_in":-1"#), None);
    }
}
