//! Names: those of metadata services, those of this host, and those that are allowed.

use std::fmt;
use std::net::IpAddr;

/// Names of metadata services, with every name below them. A name that leads to a forbidden
/// address is refused by that address; these are for a proxy, which looks names up itself.
const METADATA: [&str; 11] = [
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.tencentyun.com",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "api.metadata.cloud.ibm.com",
    "instance-data",
    "instance-data.ec2.internal",
    "rancher-metadata",
];

/// This host (RFC 6761), whatever a proxy makes of it.
const LOCAL: [&str; 2] = ["localhost", "localhost.localdomain"];

/// Bytes of a name, RFC 1035.
const MAX_NAME: usize = 253;

/// A name that may be called, or with `*.` before it every name below it.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    name: String,
    below: bool,
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// An address.
    #[error("is an address, and goes into `networks`")]
    Address,
    /// Something else.
    #[error(
        "is no name: expected letters, digits, `-` and dots, such as `hooks.example.test`, or `*.example.test` for all names below one; international names as `xn--…`"
    )]
    NoName,
}

impl Name {
    /// Reads a name.
    ///
    /// # Errors
    /// What is no name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let (below, name) = match text.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, text),
        };
        let name = plain(name);
        if name.parse::<IpAddr>().is_ok() {
            return Err(NameError::Address);
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.chars().all(fits);
        if name.len() > MAX_NAME || !name.split('.').all(label) {
            return Err(NameError::NoName);
        }
        Ok(Self { name, below })
    }

    /// Whether it stands for this host.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let host = plain(host);
        if self.below {
            is_below(&host, &self.name)
        } else {
            host == self.name
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.below { "*." } else { "" })?;
        f.write_str(&self.name)
    }
}

/// Whether it is a metadata service's.
pub(super) fn is_metadata(host: &str) -> bool {
    is_or_is_below(host, &METADATA)
}

/// Whether it is this host's own.
pub(super) fn is_local(host: &str) -> bool {
    is_or_is_below(host, &LOCAL)
}

fn is_or_is_below(host: &str, names: &[&str]) -> bool {
    let host = plain(host);
    names
        .iter()
        .any(|name| host == *name || is_below(&host, name))
}

fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name)
        .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// In small letters, without the dot that ends a full name.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}
