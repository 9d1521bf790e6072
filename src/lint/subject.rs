//! An automation with all that lints ask of it.

use std::rc::Rc;

use crate::config::{Origin, RuleOrigin, RuleSetOrigin};
use crate::document::Place;
use crate::lint::keys::Keys;
use crate::lint::never::{Conflict, conflict};
use crate::lint::properties::{Properties, Property};
use crate::lint::{Lint, Warning};
use crate::rules::{Automation, Rule, RuleSet};

/// An automation, where it is written, and what is known of the events of its kinds.
pub(super) struct Subject<'a> {
    pub(super) automation: &'a Automation,
    pub(super) origin: &'a Origin,
    pub(super) digest: Digest<'a>,
}

/// The rule sets of an automation, and what several lints ask of them.
pub(super) struct Digest<'a> {
    pub(super) properties: Properties<'a>,
    pub(super) keys: Keys<'a>,
    /// Why a rule set never matches, for each.
    pub(super) conflicts: Vec<Option<Conflict>>,
}

impl<'a> Digest<'a> {
    pub(super) fn of(sets: &'a [RuleSet], properties: Properties<'a>) -> Self {
        let conflicts = sets.iter().map(|set| conflict(set, &properties)).collect();
        Self {
            keys: Keys::of(sets, &properties),
            properties,
            conflicts,
        }
    }
}

impl<'a> Subject<'a> {
    /// Its rule sets, and where each stands.
    pub(super) fn rule_sets(&self) -> impl Iterator<Item = (&'a RuleSet, &'a RuleSetOrigin)> {
        self.automation.rule_sets.iter().zip(&self.origin.rule_sets)
    }

    /// The rules of all its rule sets.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'a Rule, &'a RuleOrigin)> {
        self.rule_sets()
            .flat_map(|(set, origin)| rules(set, origin))
    }

    /// What is known of the property of a rule.
    pub(super) fn property(&self, rule: &Rule) -> Rc<Property> {
        self.digest.properties.of(&rule.path)
    }
}

/// The rules of a rule set, and where each stands.
pub(super) fn rules<'a>(
    set: &'a RuleSet,
    origin: &'a RuleSetOrigin,
) -> impl Iterator<Item = (&'a Rule, &'a RuleOrigin)> {
    set.rules.iter().zip(&origin.rules)
}

/// A warning about one place.
pub(super) fn warning(
    lint: Lint,
    place: &Place,
    message: String,
    help: impl Into<String>,
) -> Warning {
    Warning {
        place: place.clone(),
        lint,
        message,
        other: None,
        help: help.into(),
    }
}
