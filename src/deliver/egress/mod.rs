//! What keeps a request from where it must not go.
//!
//! A host that the URL spells out is judged before the request is sent ([`check()`]), since a client
//! asks no resolver about it. A name is judged by the addresses that it leads to, within the very
//! look-up whose answer is dialled ([`Guarded`]): there is no second one that could answer
//! otherwise. Through a proxy only the host itself is judged, since the proxy looks names up.

mod check;
mod resolver;

use std::sync::Arc;

use reqwest::{ClientBuilder, Proxy};

pub(super) use check::{check, is_refusal};
pub(super) use resolver::{Guarded, System};

use crate::config::Egress;
use crate::egress::Rules;

/// A client that dials only what may be called, through the proxy if there is one.
pub(super) fn guard(
    builder: ClientBuilder,
    egress: &Egress,
) -> Result<ClientBuilder, reqwest::Error> {
    // No proxy of the environment's: it would see every webhook's host, and the http ones whole.
    let builder = builder.no_proxy();
    let Some(proxy) = &egress.proxy else {
        let resolver = Guarded::new(egress.rules.clone(), System);
        return Ok(builder.dns_resolver(Arc::new(resolver)));
    };
    // What is dialled is the proxy, and that one may be private.
    let resolver = Guarded::new(Rules::OPEN, System);
    let proxy = Proxy::all(proxy.expose().clone())?;
    Ok(builder.dns_resolver(Arc::new(resolver)).proxy(proxy))
}

#[cfg(test)]
mod tests;
