//! Azure's workflow automation taken in: what people have there, as automations of ours.
//!
//! ```text
//! bytes ─encoding─▶ JSON ─input─▶ resource ────────────────────────▶ azure ─convert─▶ ours ─output─▶ YAML
//!                                 template ─template, expression, function─▲                      or a tree
//!                                 policy ───▲
//! ```
//!
//! A file is told by its content: a `Microsoft.Security/automations` resource or a list of them,
//! the body of a request or a response, a deployment template, a policy that deploys one, or the
//! parameters of a template. Templates are evaluated, policies too; there is no case for any one
//! of them. What is changed on the way, what is missing, and what is probably not meant becomes a
//! [`Note`]. A callback URL or a connection string is a secret: it is never read.
//!
//! Hostile files cost bounded time and memory: see `template/budget.rs`, `value.rs` and
//! `function/mod.rs` for the limits.

mod at;
mod azure;
mod convert;
mod encoding;
mod expression;
mod function;
mod harvest;
mod input;
mod json;
mod note;
mod options;
mod output;
mod policy;
mod run;
mod template;
#[cfg(test)]
mod tests;
mod value;

pub use convert::{Placeholders, Stub, Supplies};
pub use note::{Note, Weight};
pub use options::{Options, OptionsError};
pub use run::{Imported, InputFile, import, tree_of, why_not_json};
