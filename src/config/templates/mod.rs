//! Templates: automations with parameters, and what becomes of one for some values.
//!
//! `parameter` says which values a template takes, `body` what it makes of them: `text` puts them
//! into its texts, `condition` chooses among its rule sets and rules, `expansion` repeats a rule
//! set for each item of a list. Everything that the template alone can get wrong is found when it
//! is read; an expansion fails only for what the values make of it. The templates of
//! `config/templates.yaml` are built in.

mod body;
mod condition;
mod expansion;
mod parameter;
mod template;
mod text;

pub(super) use expansion::Expansion;
pub(super) use parameter::TYPES;
pub(super) use template::Templates;
