//! Rule sets as atoms and checks.

use std::collections::BTreeMap;

use crate::decode::{Slot, Slots};
use crate::event::EventKind;
use crate::rules::index::atoms::{Asks, Atom, Atoms};
use crate::rules::index::check::{Bound, Check};
use crate::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Number, Operand, Operator, Rule, Severity,
};

/// A bit beside those of the kinds: also for events that tell that their object is gone.
pub(super) const DELETES: u32 = 1 << 31;

/// The bit of a kind.
pub(super) const fn bit(kind: EventKind) -> u32 {
    1 << kind as u32
}

/// A rule set with what its automation asks for; all of it must hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Conjunction {
    /// The place of the automation.
    pub(super) automation: u32,
    /// The kinds it listens to, and [`DELETES`].
    pub(super) mask: u32,
    pub(super) atoms: Vec<Atom>,
    /// By number.
    pub(super) checks: Vec<u32>,
    /// Whether it stands for a rule set, and not for an automation without one.
    pub(super) is_rule_set: bool,
}

/// What makes two checks one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Any(Vec<Atom>),
    None(Slot, Vec<Atom>),
    Absent(Slot),
    Beyond(Slot, Bound, Number),
    Finds(Slot, String),
}

/// Rule sets, atoms and checks so far.
#[derive(Debug)]
pub(super) struct Compiler<'s> {
    slots: &'s Slots,
    pub(super) atoms: Atoms,
    pub(super) checks: Vec<Check>,
    keys: BTreeMap<Key, u32>,
    pub(super) conjunctions: Vec<Conjunction>,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(slots: &'s Slots) -> Self {
        Self {
            slots,
            atoms: Atoms::new(slots.len()),
            checks: Vec::new(),
            keys: BTreeMap::new(),
            conjunctions: Vec::new(),
        }
    }

    /// Adds an automation's rule sets. A disabled one has no part in matching.
    pub(super) fn add(&mut self, place: u32, automation: &Automation) {
        if !automation.enabled {
            return;
        }
        let mut whole = Conjunction {
            automation: place,
            mask: mask(automation),
            ..Conjunction::default()
        };
        if !automation.scopes.is_empty() {
            let scopes = automation.scopes.iter();
            let scopes = scopes
                .map(|scope| self.atoms.scope(scope.folded()))
                .collect();
            self.any(scopes, &mut whole);
        }
        for rule_set in &automation.rule_sets {
            let mut conjunction = Conjunction {
                is_rule_set: true,
                ..whole.clone()
            };
            for rule in &rule_set.rules {
                self.rule(rule, &mut conjunction);
            }
            self.conjunctions.push(conjunction.in_order());
        }
        if automation.rule_sets.is_empty() {
            self.conjunctions.push(whole);
        }
    }

    fn rule(&mut self, rule: &Rule, into: &mut Conjunction) {
        let Some(slot) = self.slots.get(&rule.path) else {
            return self.check(Key::Any(Vec::new()), Check::Any(Vec::new()), into);
        };
        match (rule.operator.negates(), &rule.operand) {
            (Some(Operator::Exists), _) => {
                self.check(Key::Absent(slot), Check::Absent(slot), into);
            }
            (Some(positive), operand) => {
                let atoms = once_each(self.satisfying(slot, positive, operand));
                let check = Check::None(slot, atoms.clone());
                self.check(Key::None(slot, atoms), check, into);
            }
            (None, Operand::Pattern(pattern)) => {
                self.atoms.search(slot);
                let key = Key::Finds(slot, pattern.as_str().to_owned());
                self.check(key, Check::Finds(slot, pattern.clone()), into);
            }
            (None, operand) => self.positive(slot, (rule.operator, operand), into),
        }
    }

    fn positive(
        &mut self,
        slot: Slot,
        (operator, operand): (Operator, &Operand),
        into: &mut Conjunction,
    ) {
        if let (Some(bound), Operand::Number(limit)) = (Bound::of(operator), operand) {
            self.atoms.compare(slot);
            let check = Check::Beyond(slot, bound, *limit);
            self.check(Key::Beyond(slot, bound, *limit), check, into);
        } else {
            let atoms = self.satisfying(slot, operator, operand);
            self.any(atoms, into);
        }
    }

    /// The atoms of which one must hold for an operator to hold that negates nothing.
    fn satisfying(&mut self, slot: Slot, operator: Operator, operand: &Operand) -> Vec<Atom> {
        let atoms = &mut self.atoms;
        let text = |asks| match operand {
            Operand::Text(text) => Some((asks, text)),
            Operand::Null
            | Operand::Number(_)
            | Operand::Bool(_)
            | Operand::AnyOf(_)
            | Operand::Pattern(_)
            | Operand::Severity(_)
            | Operand::Nothing => None,
        };
        let part = match operator {
            Operator::Exists => return atoms.present(slot).into_iter().collect(),
            Operator::Contains => text(Asks::Contains),
            Operator::StartsWith => text(Asks::StartsWith),
            Operator::EndsWith => text(Asks::EndsWith),
            Operator::Equals
            | Operator::In
            | Operator::GreaterThan
            | Operator::GreaterThanOrEqualTo
            | Operator::LesserThan
            | Operator::LesserThanOrEqualTo
            | Operator::AtLeast
            | Operator::AtMost
            | Operator::Matches
            | Operator::NotEquals
            | Operator::NotIn
            | Operator::NotContains
            | Operator::NotStartsWith
            | Operator::NotEndsWith
            | Operator::NotExists => return self.equal(slot, (operator, operand)),
        };
        let part = part.and_then(|(asks, text)| atoms.text(slot, asks, text));
        part.into_iter().collect()
    }

    fn equal(&mut self, slot: Slot, (operator, operand): (Operator, &Operand)) -> Vec<Atom> {
        let atoms = &mut self.atoms;
        let atom = match operand {
            Operand::Null => atoms.null(slot),
            Operand::Text(text) => atoms.text(slot, Asks::Equals, text),
            Operand::Number(number) => atoms.number(slot, *number),
            Operand::Bool(true) => atoms.yes(slot),
            Operand::Bool(false) => atoms.no(slot),
            Operand::AnyOf(items) => {
                let items = items.iter();
                return items
                    .flat_map(|item| self.equal(slot, (operator, item)))
                    .collect();
            }
            Operand::Severity(limit) => {
                let bound = Bound::of(operator);
                let beyond =
                    |severity: &Severity| bound.is_some_and(|bound| bound.holds(severity, limit));
                let severities = Severity::ALL.into_iter().filter(beyond);
                let names = severities.map(|severity| severity.name().to_ascii_lowercase());
                return names
                    .filter_map(|name| atoms.text(slot, Asks::Equals, &name))
                    .collect();
            }
            Operand::Pattern(_) | Operand::Nothing => None,
        };
        atom.into_iter().collect()
    }

    /// One of these must hold; of none, none does.
    fn any(&mut self, atoms: Vec<Atom>, into: &mut Conjunction) {
        let atoms = once_each(atoms);
        if let [atom] = atoms.as_slice() {
            into.atoms.push(*atom);
        } else {
            self.check(Key::Any(atoms.clone()), Check::Any(atoms), into);
        }
    }

    fn check(&mut self, key: Key, check: Check, into: &mut Conjunction) {
        let checks = &mut self.checks;
        let number = *self.keys.entry(key).or_insert_with(|| {
            checks.push(check);
            u32::try_from(checks.len() - 1).unwrap_or(u32::MAX)
        });
        into.checks.push(number);
    }
}

impl Conjunction {
    fn in_order(mut self) -> Self {
        self.atoms = once_each(self.atoms);
        self.checks.sort_unstable();
        self.checks.dedup();
        self
    }
}

fn once_each(mut atoms: Vec<Atom>) -> Vec<Atom> {
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

fn mask(automation: &Automation) -> u32 {
    let own = |mask, kind: &EventKind| mask | bit(*kind);
    let mut mask = automation.kinds.iter().fold(0, own);
    if automation.include_snapshots == IncludeSnapshots::Yes {
        let kinds = automation.kinds.iter();
        mask |= kinds.fold(0, |mask, kind| mask | bit(kind.snapshot()));
    }
    if automation.include_deletes == IncludeDeletes::Yes {
        mask |= DELETES;
    }
    mask
}
