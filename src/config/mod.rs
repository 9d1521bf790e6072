//! Configuration: defaults ← file ← `FIREBELL__…` variables, checked before anything starts.

mod model;
mod secret;

pub use model::*;
pub use secret::Secret;
