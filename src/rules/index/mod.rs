//! All automations at once: an event is asked what it has, not every rule whether it holds.
//!
//! Built once, beside [`Scan`](crate::rules::Scan), which it is held to:
//! - An *atom* is a condition that looking a value up decides: it equals a text, starts or ends
//!   with one, contains one, is a number, is there; or a scope covers the event. Each is known
//!   by its number and looked up once for all rule sets that have it.
//! - A *check* is made of atoms or compares: one of many, none, greater, a regular expression.
//!   It is tried for candidates alone, and once an event.
//! - The *witness* of a rule set is the condition of it that fewest rule sets share. The rule set
//!   is filed under it, and is a candidate for events that satisfy it. Where too many share even
//!   that one, it is filed under two. A rule set of negations alone has no witness, and is a
//!   candidate for every event of its kinds.
//!
//! Per event: look every needed value up, then try what else the candidates ask for. The number
//! of rule sets enters through the candidates alone.

mod atoms;
mod chains;
mod check;
mod compile;
mod hash;
mod hits;
mod matching;
mod needles;
mod numbers;
mod postings;
mod probe;
mod rule_index;
mod scopes;
mod texts;
mod witness;

#[cfg(test)]
mod tests;

pub use matching::Matching;
pub use rule_index::RuleIndex;
