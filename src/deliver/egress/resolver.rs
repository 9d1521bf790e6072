//! The look-up of a name, whose answer is judged before it is dialled.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::egress::{Refusal, Rules};

/// A resolver that gives only the addresses that may be dialled; when that leaves none, the
/// refusal.
pub(crate) struct Guarded<R> {
    rules: Arc<Rules>,
    inner: R,
}

impl<R: Resolve> Guarded<R> {
    pub(crate) fn new(rules: Rules, inner: R) -> Self {
        let rules = Arc::new(rules);
        Self { rules, inner }
    }
}

impl<R: Resolve> Resolve for Guarded<R> {
    fn resolve(&self, name: Name) -> Resolving {
        let (rules, host) = (Arc::clone(&self.rules), name.as_str().to_owned());
        let asked = self.inner.resolve(name);
        Box::pin(async move {
            let allowed = allowed(&rules, &host, asked.await?)?;
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}

fn allowed(rules: &Rules, host: &str, found: Addrs) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refused = None;
    let allowed: Vec<SocketAddr> = found
        .filter(|address| {
            let verdict = rules.address(address.ip(), host);
            refused = refused.or(verdict.err());
            verdict.is_ok()
        })
        .collect();
    match refused {
        Some(refusal) if allowed.is_empty() => Err(refusal),
        Some(_) | None => Ok(allowed),
    }
}

/// The system's own resolver, which is asked on a thread that may block.
pub(crate) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
