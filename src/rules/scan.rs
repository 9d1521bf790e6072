//! All automations, tried one after the other: plainly right, and what an index is held to.

use crate::decode::Event;
use crate::path::Path;
use crate::rules::{Automation, Stop};

/// The automations, in the order in which they are asked.
#[derive(Debug, Clone)]
pub struct Scan {
    automations: Vec<Automation>,
}

impl Scan {
    /// A scan of these automations.
    #[must_use]
    pub const fn new(automations: Vec<Automation>) -> Self {
        Self { automations }
    }

    /// Every path that a rule names; some more than once.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let rule_sets = self
            .automations
            .iter()
            .flat_map(|automation| &automation.rule_sets);
        rule_sets
            .flat_map(|rule_set| &rule_set.rules)
            .map(|rule| &rule.path)
    }

    /// Puts the places of the automations that the event runs into `found`, rising, in place of
    /// what was there. `now` is in milliseconds since the epoch.
    pub fn matches(&self, event: &Event<'_>, now: i64, found: &mut Vec<usize>) {
        found.clear();
        let mut resource_ids = None;
        for (place, automation) in self.automations.iter().enumerate() {
            if !automation.listens_to(event) || automation.is_expired(now) {
                continue;
            }
            let ids = resource_ids.get_or_insert_with(|| event.resource_ids());
            if automation.covers(ids) && automation.holds(&event.fields) {
                found.push(place);
                if automation.stop == Stop::Yes {
                    return;
                }
            }
        }
    }

    /// The automation at a place that [`Scan::matches`] found.
    #[must_use]
    pub fn automation(&self, place: usize) -> Option<&Automation> {
        self.automations.get(place)
    }
}

#[cfg(test)]
mod tests;
