//! Where the parts of an automation are written.

use std::collections::BTreeSet;

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
    /// What an assignment became. Its parts are then where the assignment says them, or else where
    /// its name stands.
    pub expanded: Option<Expanded>,
}

/// What an assignment became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The template's name.
    pub template: String,
    /// The rule sets as people read them, a line each.
    pub rule_sets: Vec<String>,
}

impl Origin {
    /// The same with every place that is not one of these moved to where the name stands.
    pub(super) fn within(mut self, places: &BTreeSet<Place>) -> Self {
        let name = self.name.clone();
        let sets = self.rule_sets.iter_mut().flat_map(|set| {
            let rules = set.rules.iter_mut().flat_map(|rule| {
                [
                    &mut rule.place,
                    &mut rule.property,
                    &mut rule.operator,
                    &mut rule.value,
                ]
            });
            rules.chain([&mut set.place])
        });
        let lists = [&mut self.kinds, &mut self.scopes, &mut self.workflows];
        let all = sets
            .chain(lists.into_iter().flatten())
            .chain(&mut self.expires);
        for place in all.filter(|place| !places.contains(place)) {
            place.clone_from(&name);
        }
        self
    }
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
