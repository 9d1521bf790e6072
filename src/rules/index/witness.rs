//! Under what each rule set is filed.

use crate::rules::index::atoms::Atom;
use crate::rules::index::check::Check;
use crate::rules::index::compile::{Compiler, Conjunction};

/// What a limit tells of an event: half of all numbers are beyond it.
const LIMIT_WEIGHT: u64 = 32;
/// More rule sets than this under one atom are filed under two.
const CROWD: usize = 64;

/// Where a rule set is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Filed {
    /// The atom; `None` is always.
    pub(super) first: Option<Atom>,
    /// The atom that must hold beside it.
    pub(super) second: Option<Atom>,
    /// Which rule set.
    pub(super) conjunction: usize,
    /// The check that need not be tried: some atom of it holds.
    pub(super) known: Option<u32>,
}

/// A necessary condition.
enum Witness {
    Atom(Atom),
    Check(u32),
}

/// Files every rule set; sorted.
pub(super) fn file(compiler: &mut Compiler<'_>) -> Vec<Filed> {
    let shared = Shared::count(compiler);
    let mut limits = vec![None; compiler.checks.len()];
    let mut filed = Vec::new();
    for number in 0..compiler.conjunctions.len() {
        place(compiler, (number, &shared), &mut limits, &mut filed);
    }
    filed.sort_unstable();
    part_crowds(compiler, &shared, &mut filed);
    filed.sort_unstable();
    filed
}

/// How many rule sets have an atom, or a check.
struct Shared {
    atoms: Vec<u32>,
    checks: Vec<u32>,
}

impl Shared {
    fn count(compiler: &Compiler<'_>) -> Self {
        let mut shared = Self {
            atoms: vec![0; compiler.atoms.len()],
            checks: vec![0; compiler.checks.len()],
        };
        let count = |counts: &mut Vec<u32>, place: u32| {
            if let Some(count) = counts.get_mut(place as usize) {
                *count += 1;
            }
        };
        for conjunction in &compiler.conjunctions {
            for atom in &conjunction.atoms {
                count(&mut shared.atoms, atom.0);
            }
            for check in &conjunction.checks {
                count(&mut shared.checks, *check);
                for atom in alternatives(compiler, *check) {
                    count(&mut shared.atoms, atom.0);
                }
            }
        }
        shared
    }

    fn of(&self, compiler: &Compiler<'_>, atom: Atom) -> u64 {
        let shared = self.atoms.get(atom.0 as usize).copied().unwrap_or_default();
        u64::from(shared) * u64::from(compiler.atoms.weight(atom))
    }

    /// How many candidates a witness makes; `None` for a check that is none.
    fn of_check(&self, compiler: &Compiler<'_>, check: u32) -> Option<u64> {
        match compiler.checks.get(check as usize)? {
            Check::Any(atoms) => Some(atoms.iter().map(|atom| self.of(compiler, *atom)).sum()),
            Check::Beyond(..) => {
                let shared = self.checks.get(check as usize).copied()?;
                Some(u64::from(shared) * LIMIT_WEIGHT)
            }
            Check::None(..) | Check::Absent(_) | Check::Finds(..) => None,
        }
    }
}

fn alternatives<'c>(compiler: &'c Compiler<'_>, check: u32) -> &'c [Atom] {
    match compiler.checks.get(check as usize) {
        Some(Check::Any(atoms)) => atoms,
        Some(Check::None(..) | Check::Absent(_) | Check::Beyond(..) | Check::Finds(..)) | None => {
            &[]
        }
    }
}

/// The cheapest necessary condition of a rule set.
fn choose(compiler: &Compiler<'_>, shared: &Shared, of: &Conjunction) -> Option<Witness> {
    let atoms = of.atoms.iter();
    let atoms = atoms.map(|atom| (shared.of(compiler, *atom), Witness::Atom(*atom)));
    let checks = of.checks.iter().filter_map(|check| {
        let cost = shared.of_check(compiler, *check)?;
        Some((cost, Witness::Check(*check)))
    });
    let best = atoms.chain(checks).min_by_key(|(cost, _)| *cost);
    best.map(|(_, witness)| witness)
}

fn place(
    compiler: &mut Compiler<'_>,
    (number, shared): (usize, &Shared),
    limits: &mut [Option<Atom>],
    filed: &mut Vec<Filed>,
) {
    let Some(conjunction) = compiler.conjunctions.get(number) else {
        return;
    };
    let mut under = |first, known| {
        filed.push(Filed {
            first,
            second: None,
            conjunction: number,
            known,
        });
    };
    match choose(compiler, shared, conjunction) {
        None => under(None, None),
        Some(Witness::Atom(atom)) => under(Some(atom), None),
        Some(Witness::Check(check)) => match compiler.checks.get(check as usize) {
            Some(Check::Any(atoms)) => {
                for atom in atoms {
                    under(Some(*atom), Some(check));
                }
            }
            Some(Check::Beyond(slot, bound, limit)) => {
                let (slot, bound, limit) = (*slot, *bound, *limit);
                let atom = limits.get(check as usize).copied().flatten();
                let atom = atom.or_else(|| compiler.atoms.limit(slot, bound, limit));
                if let Some(place) = limits.get_mut(check as usize) {
                    *place = atom;
                }
                under(atom, Some(check));
            }
            Some(Check::None(..) | Check::Absent(_) | Check::Finds(..)) | None => {
                under(None, None);
            }
        },
    }
}

/// Where many are filed under one atom, each gets the best other of its atoms beside it.
fn part_crowds(compiler: &Compiler<'_>, shared: &Shared, filed: &mut [Filed]) {
    for crowd in filed.chunk_by_mut(|left, right| left.first == right.first) {
        if crowd.len() <= CROWD {
            continue;
        }
        for one in crowd.iter_mut().filter(|one| one.first.is_some()) {
            let conjunction = compiler.conjunctions.get(one.conjunction);
            let others = conjunction.into_iter().flat_map(|of| &of.atoms);
            let others = others.filter(|atom| Some(**atom) != one.first).copied();
            one.second = others.min_by_key(|atom| shared.of(compiler, *atom));
        }
    }
}
