//! One attempt: a request, its answer, and what the answer means.

use std::error::Error as _;
use std::time::Duration;

use reqwest::Response;

use super::sender::{SendError, Sender};
use super::{Delivery, Outcome, Pace, Undelivered, classify, egress, request, retry_after};
use crate::clock;
use crate::config::Workflow;
use crate::reason::{Failure, Reason};

/// Bytes of an answer that are read so that its connection can be used again.
const MAX_ANSWER: usize = 64 * 1024;
/// How long an answer's body is read for after its status is known.
const MAX_DRAIN: Duration = Duration::from_secs(5);

/// While there is no token its fetch is tried again at least once in this time.
const TOKEN_WAIT: Duration = Duration::from_mins(1);

/// Sends one request for all of these deliveries. Ends within the time of [`Sender::send`]: the
/// answer's body is left in `unread`, since its status has decided already, and what it says must
/// not wait.
pub(super) async fn attempt(
    sender: &Sender,
    workflow: &Workflow,
    deliveries: &[Delivery],
    unread: &mut Option<Response>,
) -> Outcome {
    let now = clock::now();
    let request = match request::build(workflow, deliveries, now.as_second()) {
        Ok(request) => request,
        Err(failure) => return unmade(failure),
    };
    if let Some(refused) = egress::check(workflow, request.url()) {
        return refused;
    }
    match sender.send(request).await {
        Ok(answer) => {
            let after = retry_after::read(answer.headers(), now);
            let outcome = classify(&workflow.status, answer.status().as_u16(), after);
            *unread = Some(answer);
            outcome
        }
        Err(SendError::NoToken(error)) => Outcome::Undelivered(Undelivered {
            failure: Failure::new(Reason::NoToken, error.to_string()),
            pace: Pace::UnspentFor(TOKEN_WAIT),
        }),
        Err(SendError::Http(error)) => {
            let failure = describe(error);
            let pace = if failure.reason == Reason::EgressRefused {
                Pace::Never
            } else {
                Pace::Soon
            };
            Outcome::Undelivered(Undelivered { failure, pace })
        }
    }
}

/// A request that cannot be made, and could not be made again.
const fn unmade(failure: Failure) -> Outcome {
    Outcome::Undelivered(Undelivered {
        failure,
        pace: Pace::Never,
    })
}

/// Reads the body to its end or its bound, for [`MAX_DRAIN`] at most, since an unread answer costs
/// its connection. What goes wrong here changes nothing.
pub(super) async fn drain(mut answer: Response) {
    let read = async {
        let mut bytes = 0;
        while let Ok(Some(chunk)) = answer.chunk().await {
            bytes += chunk.len();
            if bytes > MAX_ANSWER {
                break;
            }
        }
    };
    let _ended = tokio::time::timeout(MAX_DRAIN, read).await;
}

/// The one place where an HTTP error becomes text: its URL, which is a credential, goes first, and
/// its host wherever a certificate for another one has it told.
pub(super) fn describe(error: reqwest::Error) -> Failure {
    let host = error.url().and_then(reqwest::Url::host_str);
    let host = format!("{:?}", host.unwrap_or_default().trim_matches(['[', ']']));
    let error = error.without_url();
    let reason = if egress::is_refusal(&error) {
        Reason::EgressRefused
    } else if error.is_timeout() {
        Reason::TimedOut
    } else if error.is_connect() {
        Reason::NoConnection
    } else {
        Reason::ConnectionLost
    };
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    Failure::new(reason, text.replace(&host, "<host>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_never_shows_the_url() {
        let url = "http://127.0.0.1:1/workflows/x/triggers?sig=SECRET";
        let error = reqwest::Client::new().post(url).send().await.unwrap_err();
        assert!(
            format!("{error:?}").contains("SECRET"),
            "the library has learnt to redact"
        );
        let failure = describe(error);
        assert_eq!(failure.reason, Reason::NoConnection);
        assert!(!failure.text.contains("SECRET") && !failure.text.contains("workflows"));
    }
}
