//! Where the parts of an automation are written.

use crate::document::Place;

/// Where an automation is written: what a message about it points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub name: Place,
    /// Its kinds, one by one.
    pub kinds: Vec<Place>,
    /// Its scopes, one by one.
    pub scopes: Vec<Place>,
    /// The instant at which it expires.
    pub expires: Option<Place>,
    /// Its rule sets.
    pub rule_sets: Vec<RuleSetOrigin>,
    /// Its workflows, one by one.
    pub workflows: Vec<Place>,
}

/// Where a rule set is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetOrigin {
    /// Where it begins.
    pub place: Place,
    /// Its rules.
    pub rules: Vec<RuleOrigin>,
}

/// Where a rule is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOrigin {
    /// Where it begins.
    pub place: Place,
    /// Its key `property`.
    pub property: Place,
    /// Its key `operator`.
    pub operator: Place,
    /// Its key `value`; without one, where the rule begins.
    pub value: Place,
}
