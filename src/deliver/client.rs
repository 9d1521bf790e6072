//! The HTTP client of a workflow.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity};

use super::egress;
use crate::config::{Rotating, Workflow, WorkflowTls};

/// The client of one workflow, made anew when its certificates have changed. Requests under way
/// end with the one that they began with.
#[derive(Debug)]
pub(super) struct Clients {
    name: String,
    workflow: Workflow,
    current: Mutex<(Certificates, Client)>,
}

/// The certificates that a client was made with.
#[derive(Debug, Default)]
struct Certificates {
    authorities: Option<Arc<Vec<Certificate>>>,
    identity: Option<Arc<Identity>>,
}

impl Clients {
    pub(super) fn new(name: &str, workflow: &Workflow) -> Result<Self, reqwest::Error> {
        let certificates = Certificates::of(&workflow.access.tls);
        let client = client(workflow, &certificates)?;
        Ok(Self {
            name: name.to_owned(),
            workflow: workflow.clone(),
            current: Mutex::new((certificates, client)),
        })
    }

    /// The client with the certificates as they are now.
    pub(super) fn current(&self) -> Client {
        let wanted = Certificates::of(&self.workflow.access.tls);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (used, used_client) = &mut *current;
        if !wanted.are(used) {
            match client(&self.workflow, &wanted) {
                Ok(made) => *used_client = made,
                Err(error) => {
                    let workflow = &self.name;
                    tracing::error!(workflow, %error, "the new certificates cannot be used");
                }
            }
            // Tried once, good or not.
            *used = wanted;
        }
        used_client.clone()
    }
}

impl Certificates {
    fn of(tls: &WorkflowTls) -> Self {
        Self {
            authorities: tls.authorities.as_ref().map(Rotating::expose),
            identity: tls.identity.as_ref().map(Rotating::expose),
        }
    }

    fn are(&self, other: &Self) -> bool {
        same(self.authorities.as_ref(), other.authorities.as_ref())
            && same(self.identity.as_ref(), other.identity.as_ref())
    }
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// It follows no redirect, reads no proxy from the environment, and
/// never sends a request twice of its own accord. What it dials, `egress` decides.
fn client(workflow: &Workflow, with: &Certificates) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .user_agent(concat!("firebell/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(workflow.connect_timeout)
        .timeout(workflow.timeout)
        // Below the 240 s after which Azure closes an idle connection without a word.
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(workflow.max_in_flight);
    if let Some(authorities) = &with.authorities {
        builder = builder.tls_certs_only(authorities.to_vec());
    }
    if let Some(identity) = &with.identity {
        builder = builder.identity(Identity::clone(identity));
    }
    egress::guard(builder, &workflow.egress)
        .and_then(reqwest::ClientBuilder::build)
        .map_err(reqwest::Error::without_url)
}

#[cfg(test)]
mod tests;
