//! Firebell runs the right workflow for each security event on Kafka, and loses none.
//!
//! ```text
//! consume ──Record──▶ decode ──Event──▶ rules ──Match──▶ deliver ──Outcome──▶ settle
//!    ▲                               (pure, sync)                               │
//!    └──────────── retry topics ◀──────────── park ─────────────────────────────┤
//!                                             dead letter ◀─────────────────────┘
//! ```
//!
//! Five stages, five folders, in this order. [`pipeline`] is one record's life through them, and
//! [`daemon`] the program from start to drain. `ARCHITECTURE.md` says what always holds, and which
//! test shows it.

pub mod consume;
pub mod decode;
pub mod deliver;
pub mod rules;
pub mod settle;

pub mod daemon;
pub mod pipeline;

pub mod admin;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod document;
pub mod egress;
pub mod event;
pub mod fold;
pub mod health;
pub mod import;
pub mod letters;
pub mod lint;
pub mod oauth;
pub mod path;
pub mod reason;
pub mod render;
pub mod rotation;
pub mod shutdown;
pub mod telemetry;

#[cfg(test)]
mod tests;
