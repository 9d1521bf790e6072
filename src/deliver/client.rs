//! The HTTP client of a workflow.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

use super::egress;
use crate::config::Workflow;

/// The client of one workflow. It follows no redirect, reads no proxy from the environment, and
/// never sends a request twice of its own accord. What it dials, `egress` decides.
pub(super) fn client(workflow: &Workflow) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!("firebell/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(workflow.connect_timeout)
        .timeout(workflow.timeout)
        // Below the 240 s after which Azure closes an idle connection without a word.
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(workflow.max_in_flight);
    egress::guard(builder, &workflow.egress)
        .and_then(reqwest::ClientBuilder::build)
        .map_err(reqwest::Error::without_url)
}
