//! The slots that decoding and scopes read themselves.

use crate::decode::event::{self, Naming};
use crate::decode::extract::slots::{Slot, Slots};
use crate::decode::kind;
use crate::event::EventKind;
use crate::path::Step;

/// What a value at a slot tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Type,
    AlertId,
    AlertType,
    AttackPath,
    Snapshot,
    Action,
}

/// The slots whose meaning we know.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    // By slot.
    roles: Vec<Option<Role>>,
    alerts: Vec<Slot>,
    assessments: Vec<Slot>,
    others: Vec<Slot>,
    pub(super) subscription: Option<Slot>,
    /// When it happened, the best first.
    pub(super) times: Vec<Slot>,
}

pub(super) fn paths() -> impl Iterator<Item = &'static [Step]> {
    kind::paths().chain(event::paths())
}

impl Known {
    pub(super) fn new(slots: &Slots) -> Self {
        let all = |paths: &[&[Step]]| paths.iter().filter_map(|steps| slots.at(steps)).collect();
        let mut roles = vec![None; slots.len()];
        for (steps, role) in marks() {
            if let Some(slot) = slots.at(steps)
                && let Some(place) = roles.get_mut(slot.number())
            {
                *place = Some(role);
            }
        }
        Self {
            roles,
            alerts: all(event::ALERT_IDS),
            assessments: all(event::ASSESSMENT_IDS),
            others: all(event::OTHER_IDS),
            subscription: slots.at(event::SUBSCRIPTION),
            times: all(event::TIMES),
        }
    }

    pub(super) fn role(&self, slot: Slot) -> Option<Role> {
        self.roles.get(slot.number()).copied().flatten()
    }

    /// Where an event of a kind names its resources.
    pub(super) fn ids(&self, kind: EventKind) -> &[Slot] {
        match Naming::of(kind) {
            Naming::Alert => &self.alerts,
            Naming::Assessment => &self.assessments,
            Naming::Other => &self.others,
        }
    }
}

fn marks() -> impl Iterator<Item = (&'static [Step], Role)> {
    let with = |role| move |steps: &&'static [Step]| (*steps, role);
    let roles = [Role::Type, Role::AlertId, Role::AlertType, Role::AttackPath];
    kind::MARKS
        .iter()
        .copied()
        .zip(roles)
        .chain(kind::SNAPSHOTS.iter().map(with(Role::Snapshot)))
        .chain(kind::ACTIONS.iter().map(with(Role::Action)))
}
