//! One file for each subcommand. What they print is for people; the exit codes are for machines.

pub mod check;
mod clients;
pub mod dead_letters;
pub mod demo;
mod execute;
pub mod explain;
mod failure;
pub mod healthcheck;
pub mod import;
mod letters;
pub mod retries;
pub mod run;
pub mod schema;
pub mod test;
pub mod trigger;
mod verdicts;

pub use execute::{execute, say};
pub use failure::Failure;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// As it should.
    Ok = 0,
    /// Not drained in time, a part died, the check was not passed, or something was not imported.
    Failed = 1,
    /// The configuration or the command line is wrong (`EX_USAGE` of sysexits).
    Usage = 64,
}
