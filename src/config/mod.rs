//! Configuration: defaults ← file ← `FIREBELL__…` variables, checked before anything starts.
//!
//! [`load()`] goes one way: the layers are trees with places ([`crate::document`]); `layers` merges
//! them, `references` puts in what `${env:…}` and `${file:…}` stand for, `check` turns the tree
//! into a [`Config`], and `automations` reads the files it names. Every problem of every layer is
//! reported at once, with its place; no message holds a secret. The defaults stand in
//! `config/firebell.yaml`, which is also the manual, and nowhere else.

mod automations;
mod azure;
mod check;
mod environment;
mod files;
mod groups;
mod layers;
mod load;
mod model;
mod origin;
mod pem;
mod references;
mod rotating;
mod rule_tests;
mod rulebook;
pub mod schema;
mod secret;
mod templates;
#[cfg(test)]
mod tests;

pub use check::{PropertyKind, known_properties};
pub use load::{DEFAULTS, LoadError, Sources, load, read_bytes};
pub use model::*;
pub use origin::{Expanded, Origin, RuleOrigin, RuleSetOrigin};
pub use rotating::{Rotating, Watched};
pub use rule_tests::{Expected, RuleTest, TestFile};
pub use rulebook::{RuleBook, load_with_tests};
pub use secret::Secret;

/// The defaults, for tests of other modules.
#[cfg(test)]
pub(crate) fn defaults_for_tests() -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    std::fs::write(&file, "sources: [events]").unwrap();
    load(&Sources {
        file: Some(file),
        environment: Vec::new(),
    })
    .unwrap()
}
