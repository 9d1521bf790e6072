//! The automations, ready to be matched.

use std::collections::HashSet;
use std::sync::Arc;

use crate::decode::{Facts, Slots};
use crate::path::Path;
use crate::rules::index::check::Check;
use crate::rules::index::compile::Compiler;
use crate::rules::index::matching::Matching;
use crate::rules::index::postings::Postings;
use crate::rules::index::probe::Probe;
use crate::rules::index::scopes::Scopes;
use crate::rules::index::witness;
use crate::rules::{Automation, Rule, Stop};

/// The automations in their order, with all that finding them takes. Immutable, shared by all
/// partitions.
#[derive(Debug, Clone)]
pub struct RuleIndex {
    automations: Vec<Automation>,
    names: HashSet<String>,
    slots: Arc<Slots>,
    // By slot.
    pub(super) probes: Vec<Probe>,
    pub(super) scopes: Scopes,
    pub(super) checks: Vec<Check>,
    pub(super) postings: Postings,
    /// How many atoms there are.
    pub(super) atoms: usize,
    without_witness: usize,
}

impl RuleIndex {
    /// An index of these automations, which are in the order of their priority.
    #[must_use]
    pub fn new(automations: Vec<Automation>) -> Self {
        let slots = Arc::new(Slots::new(paths(&automations)));
        let mut compiler = Compiler::new(&slots);
        for (place, automation) in (0..).zip(&automations) {
            compiler.add(place, automation);
        }
        let filed = witness::file(&mut compiler);
        let always = filed.iter().filter(|filed| filed.first.is_none());
        let always = always.filter_map(|filed| compiler.conjunctions.get(filed.conjunction));
        let without_witness = always.filter(|one| one.is_rule_set).count();
        let atoms = compiler.atoms.len();
        let Compiler {
            atoms: found,
            checks,
            conjunctions,
            ..
        } = compiler;
        let postings = Postings::new(&conjunctions, &checks, (&filed, atoms));
        let (probes, scopes) = found.finish();
        Self {
            names: automations.iter().map(|one| one.name.clone()).collect(),
            automations,
            slots,
            probes,
            scopes,
            checks,
            postings,
            atoms,
            without_witness,
        }
    }

    /// What must be read of an event.
    #[must_use]
    pub const fn slots(&self) -> &Arc<Slots> {
        &self.slots
    }

    /// Finds the automations that an event runs at an instant, in milliseconds since the epoch;
    /// `matching` holds them. The event was read by the [`Slots`] of this index.
    pub fn matches(&self, facts: &Facts<'_>, now: i64, matching: &mut Matching) {
        matching.run(self, facts, now);
    }

    /// The automation at a place that was found.
    #[must_use]
    pub fn automation(&self, place: usize) -> Option<&Automation> {
        self.automations.get(place)
    }

    /// Whether an automation has this name, enabled or not.
    #[must_use]
    pub fn names(&self, automation: &str) -> bool {
        self.names.contains(automation)
    }

    /// How many automations there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.automations.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.automations.is_empty()
    }

    /// How many rule sets there are in all.
    #[must_use]
    pub fn rule_set_count(&self) -> usize {
        let sets = |automation: &Automation| automation.rule_sets.len();
        self.automations.iter().map(sets).sum()
    }

    /// How many rule sets of enabled automations are tried for every event of their kinds.
    #[must_use]
    pub const fn without_witness(&self) -> usize {
        self.without_witness
    }

    pub(super) fn is_expired(&self, place: usize, now: i64) -> bool {
        let automation = self.automations.get(place);
        automation.is_some_and(|automation| automation.is_expired(now))
    }

    pub(super) fn stops(&self, place: usize) -> bool {
        let automation = self.automations.get(place);
        automation.is_some_and(|automation| automation.stop == Stop::Yes)
    }
}

fn paths(automations: &[Automation]) -> impl Iterator<Item = &Path> {
    let rule_sets = automations.iter().flat_map(|one| &one.rule_sets);
    let rules = rule_sets.flat_map(|rule_set| &rule_set.rules);
    rules.map(|rule: &Rule| &rule.path)
}
