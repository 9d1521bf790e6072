//! The HTTP client of a workflow.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::config::Workflow;

/// The client of one workflow. It follows no redirect, reads no proxy from the environment, and
/// never sends a request twice of its own accord.
pub(super) fn client(workflow: &Workflow) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("firebell/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(workflow.connect_timeout)
        .timeout(workflow.timeout)
        // Below the 240 s after which Azure closes an idle connection without a word.
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(workflow.max_in_flight)
        .build()
        .map_err(reqwest::Error::without_url)
}
