//! Which scopes cover an event.

use crate::decode::{Facts, Resource};
use crate::fold;
use crate::rules::index::atoms::Atom;
use crate::rules::index::texts::Texts;

/// Segments that a scope may have to be found by a bit.
const MAX_SEGMENTS: usize = 63;

/// The scopes of all automations, each by its folded segments with a `/` before each.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    texts: Texts,
    // A bit for each number of segments that a scope has.
    lengths: u64,
}

/// Texts that are made for a lookup; kept for the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Paper {
    pub(super) folded: String,
    pub(super) id: String,
}

/// The number of segments as a bit; all large ones share the last.
const fn bit(segments: usize) -> u64 {
    1 << if segments < MAX_SEGMENTS {
        segments
    } else {
        MAX_SEGMENTS
    }
}

impl Scopes {
    pub(super) fn new(scopes: &[(String, Atom)]) -> Self {
        let length = |(scope, _): &(String, Atom)| bit(scope.matches('/').count());
        Self {
            texts: Texts::new(scopes),
            lengths: scopes.iter().map(length).fold(0, |all, one| all | one),
        }
    }

    /// Every scope that covers one of the event's resources.
    pub(super) fn covering(
        &self,
        facts: &Facts<'_>,
        paper: &mut Paper,
        hit: &mut impl FnMut(Atom),
    ) {
        if self.lengths == 0 {
            return;
        }
        // One resource is often named twice.
        let mut before = None;
        for resource in facts.resources() {
            if before != Some(resource) {
                before = Some(resource);
                self.covering_one(resource, paper, hit);
            }
        }
    }

    fn covering_one(&self, resource: Resource<'_>, paper: &mut Paper, hit: &mut impl FnMut(Atom)) {
        let Paper { folded, id } = paper;
        id.clear();
        let name = match resource {
            Resource::Id(id) => id,
            Resource::Subscription(name) => {
                id.push_str("/subscriptions");
                name
            }
        };
        fold::fold_into(name, folded);
        let mut segments = usize::from(!id.is_empty());
        for part in folded.split('/').filter(|part| !part.is_empty()) {
            id.push('/');
            id.push_str(part);
            segments += 1;
            // No scope is as long.
            if self.lengths < bit(segments) {
                return;
            }
            if self.lengths & bit(segments) != 0 {
                self.texts.get(id).into_iter().for_each(&mut *hit);
            }
        }
    }
}
