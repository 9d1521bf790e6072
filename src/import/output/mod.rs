//! The automations of ours, written: as YAML for people, and as a tree for the configuration.

mod tree;
mod yaml;

pub(super) use tree::tree;
pub(super) use yaml::yaml;
