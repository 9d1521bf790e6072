//! The third stage: which automations an event runs.
//!
//! What enters is the [`Facts`](crate::decode::Facts) that some rule names; what leaves is the
//! automations that match, in their order. Pure, immutable, never blocking: one [`RuleIndex`] is
//! shared by all partitions. [`Scan`] gives the same answers plainly, and the index is held to it.
//!
//! The semantics are those of `Microsoft.Security/automations`, made exact where Microsoft is
//! silent:
//! - The rule sets of an automation are OR-ed, the rules of a rule set are AND-ed. No rule sets,
//!   or one without rules, matches every event of the kind.
//! - Strings compare without regard to case, by simple folding: see [`crate::fold`].
//! - A missing property makes every operator false, `NotEquals` too; `Exists` and `NotExists` ask
//!   for presence.
//! - Through an array any element may match; the `Not…` operators hold when a value is present and
//!   none of them matches. An empty array has no value.
//! - `null` is a value that equals only `null`. An object is present and equals nothing.
//! - Numbers compare exactly; a numeric string counts as its number; what is out of range is no
//!   number, never an error.
//! - Keys: exact first, else without case. Duplicate keys all count.

mod automation;
mod explain;
mod index;
mod number;
mod operand;
mod operator;
mod pattern;
mod rule;
mod scan;
mod scope;
mod severity;

pub use automation::{
    Automation, IncludeDeletes, IncludeSnapshots, MAX_PRIORITY, Stop, USUAL_PRIORITY,
};
pub use explain::{Explained, ExplainedRule, ExplainedSet, Miss, RuleMiss, explain};
pub use index::{Matching, RuleIndex};
pub use number::Number;
pub use operand::{Operand, OperandError};
pub use operator::{Operator, PropertyType, Takes};
pub use pattern::Pattern;
pub use rule::{Rule, RuleSet};
pub use scan::Scan;
pub use scope::{Scope, ScopeError};
pub use severity::Severity;
