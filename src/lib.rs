//! Firebell runs the right workflow for each security event on Kafka, and loses none.

pub mod config;
pub mod decode;
pub mod document;
pub mod event;
pub mod fold;
pub mod path;
pub mod rules;
