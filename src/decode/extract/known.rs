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
    // By slot: a bit for each way of naming resources that it has part in.
    ids: Vec<u8>,
    subscription: Option<Slot>,
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
        let mut ids = vec![0; slots.len()];
        for naming in [Naming::Alert, Naming::Assessment, Naming::Other] {
            let named = naming.paths().iter().filter_map(|steps| slots.at(steps));
            for slot in named {
                if let Some(ways) = ids.get_mut(slot.number()) {
                    *ways |= 1 << naming as u8;
                }
            }
        }
        Self {
            roles,
            ids,
            subscription: slots.at(event::SUBSCRIPTION),
            times: all(event::TIMES),
        }
    }

    pub(super) fn role(&self, slot: Slot) -> Option<Role> {
        self.roles.get(slot.number()).copied().flatten()
    }

    /// Whether an event of a kind names a resource there, by its id.
    pub(super) fn is_id(&self, slot: Slot, kind: EventKind) -> bool {
        let ways = self.ids.get(slot.number()).copied().unwrap_or_default();
        ways & 1 << Naming::of(kind) as u8 != 0
    }

    /// Whether an event of a kind names a subscription there.
    pub(super) fn is_subscription(&self, slot: Slot, kind: EventKind) -> bool {
        kind == EventKind::Alerts && self.subscription == Some(slot)
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
