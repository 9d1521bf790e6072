//! The verdict on a host and on an address.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::embedded::transparent;
use super::names::{Name, is_local, is_metadata};
use super::networks::{is_forbidden, is_private};

/// What may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What is not of the internet.
    pub private: Private,
}

/// Whether hosts that are not of the internet may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Private {
    /// They may: workflows within the own network are usual.
    Allowed,
    /// They may not, but for these.
    Denied(Exceptions),
}

/// What is called in spite of `egress.deny_private`. Metadata and link-local never are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Addresses.
    pub networks: Vec<IpNet>,
    /// Names, wherever they lead.
    pub names: Vec<Name>,
}

/// Why a host is not called. It names no host: a URL is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Link-local, or a metadata service.
    #[error("its host is link-local or a cloud's metadata service, which is never called")]
    Forbidden,
    /// Private, and those are denied.
    #[error("its host is private, and egress.deny_private is set")]
    Private,
}

impl Rules {
    /// Nothing but what is always refused.
    pub const OPEN: Self = Self {
        private: Private::Allowed,
    };

    /// The verdict on a URL's host, as a URL writes it: an address, an IPv6 one in brackets, or a
    /// name. A name that passes is judged by the addresses that it leads to.
    pub fn host(&self, host: &str) -> Result<(), Refusal> {
        if let Some(address) = literal(host) {
            return self.address(address, "");
        }
        if is_metadata(host) {
            return Err(Refusal::Forbidden);
        }
        match &self.private {
            Private::Denied(exceptions) if is_local(host) && !exceptions.name(host) => {
                Err(Refusal::Private)
            }
            Private::Denied(_) | Private::Allowed => Ok(()),
        }
    }

    /// The verdict on an address that is to be dialled, found under `name`, or under none.
    pub fn address(&self, address: IpAddr, name: &str) -> Result<(), Refusal> {
        if is_forbidden(address) {
            return Err(Refusal::Forbidden);
        }
        match &self.private {
            Private::Denied(exceptions)
                if is_private(address)
                    && !exceptions.address(address)
                    && !exceptions.name(name) =>
            {
                Err(Refusal::Private)
            }
            Private::Denied(_) | Private::Allowed => Ok(()),
        }
    }
}

impl Exceptions {
    fn address(&self, address: IpAddr) -> bool {
        let called = transparent(address);
        self.networks
            .iter()
            .any(|network| network.contains(&address) || network.contains(&called))
    }

    fn name(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.covers(host))
    }
}

/// The address that a URL's host is.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    match bare {
        Some(bare) => bare.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}
