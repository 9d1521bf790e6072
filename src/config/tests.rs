//! What people read when the configuration is wrong, and that what is right is read.

mod access;
mod automations;
mod azure;
mod built_in;
mod egress;
mod event_hubs;
mod flow;
mod groups;
mod kit;
mod layers;
mod problems;
mod requests;
mod rule_tests;
mod templates;
mod whole;
