//! Where requests may go.

use reqwest::Url;

use crate::config::Secret;
use crate::egress::Rules;

/// The `egress` section.
#[derive(Debug, Clone)]
pub struct Egress {
    /// Which hosts may be called.
    pub rules: Rules,
    /// The proxy that every request goes through; its URL may hold a password.
    pub proxy: Option<Secret<Url>>,
}
