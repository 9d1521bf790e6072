//! JSON Schemas (draft 2020-12) of the files that people write, for their editors.
//!
//! The schema of the configuration is made of the defaults, which name every key and describe it;
//! that of a rules file is written here. The names of kinds, operators, types and choices are the
//! readers' own. What the readers take a schema takes; they refuse more.

mod configuration;
mod part;
mod rules;
mod templates;

pub use configuration::configuration;
pub use rules::rules;
