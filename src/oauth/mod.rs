//! Tokens by client credentials (OAuth 2.0, RFC 6749 section 4.4), for workflows and for Kafka.
//!
//! Enters: a [`Grant`](crate::config::Grant). Leaves: a [`Token`], fetched once for all who want
//! it and kept until shortly before its end. What can block: a fetch, 10 s at most; whoever has a
//! token that still holds does not wait for the next one.
//!
//! The client is not a workflow's: the token endpoint is the operator's own choice, and the rules
//! about where webhooks may go do not bind it. It follows no redirect and reads no proxy from the
//! environment. No secret, token or assertion stands in an error: of an answer only `error` and
//! `error_description` are told.

mod answer;
mod assertion;
mod client;
mod error;
mod fetch;
mod form;
#[cfg(test)]
mod tests;
mod token;

pub use client::TokenClient;
pub use error::TokenError;
pub use token::Token;
