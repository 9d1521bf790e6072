//! The listener for metrics and health.
//!
//! - `GET /metrics`: Prometheus text.
//! - `GET /livez`: 200 while every poll thread is heard of; else 503, and only a restart helps.
//! - `GET /readyz`: 200 when partitions are assigned, polled, and records can be written; else
//!   503 with the reasons, a line each. Not ready from the first moment of a stop on.

mod server;

pub use server::{Admin, AdminError};
