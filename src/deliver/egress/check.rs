//! The verdict on a request's own host, and on an error that was one.

use std::error::Error;

use reqwest::Url;

use crate::config::Workflow;
use crate::deliver::{Outcome, Pace, Undelivered};
use crate::egress::Refusal;
use crate::reason::{Failure, Reason};

/// The outcome of a request that must not be sent; none when it may.
pub(crate) fn check(workflow: &Workflow, url: &Url) -> Option<Outcome> {
    // A URL of http or https always has a host.
    let host = url.host_str().unwrap_or_default();
    let refusal = workflow.egress.rules.host(host).err()?;
    Some(Outcome::Undelivered(Undelivered {
        failure: Failure::new(Reason::EgressRefused, refusal.to_string()),
        pace: Pace::Never,
    }))
}

/// Whether an error comes from a refusal.
pub(crate) fn is_refusal(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Refusal>() {
            return true;
        }
        cause = error.source();
    }
    false
}
