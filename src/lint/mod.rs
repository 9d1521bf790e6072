//! What is probably wrong with automations that load: `firebell check` says it, and the daemon
//! logs it at its start.
//!
//! [`lint()`] is a pure function of a [`Config`](crate::config::Config) and the time. Each lint
//! has a name ([`Lint`]) and a file here; `docs/lints.md` is the table of them. A warning is a
//! claim about events, and is made only where it is certain for Defender's own (`properties` says
//! what is known of them): a lint that cries wolf is turned off.
//!
//! - `test` compares what two rules ask of one value: does the one imply the other, do they
//!   exclude each other?
//! - `keys` gives rules and rule sets a key, so that equal ones are found without comparing all
//!   with all. Time is bounded for any number of rule sets.

mod candidate;
mod duplicates;
mod every;
mod fit;
mod hubs;
mod idioms;
mod informational;
mod keys;
mod never;
mod properties;
mod reach;
mod shadowed;
mod subject;
mod test;
#[cfg(test)]
mod tests;
mod time;
mod unknown;
mod warning;

pub use every::lint;
pub use warning::{Lint, Warning};
