//! What people read when the configuration is wrong, and that what is right is read.

mod automations;
mod azure;
mod kit;
mod layers;
mod problems;
mod whole;
