//! What people read when the configuration is wrong, and that what is right is read.

mod automations;
mod kit;
mod layers;
mod problems;
mod rule_tests;
mod whole;
