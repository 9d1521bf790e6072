//! What a rule asks of one value, and how two such questions stand to each other.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::decode::Json;
use crate::rules::{Number, Operand, Operator, Rule, Severity};

/// What a rule asks of one value, or its opposite where the rule is a negation.
#[derive(Clone, Copy)]
pub(super) struct Test<'a> {
    rule: &'a Rule,
    positive: Operator,
}

/// A value that a test accepts, in all the forms that JSON has for it.
enum Candidate<'a> {
    Null,
    /// A folded text; also the number or the boolean of that text.
    Text(Cow<'a, str>),
    /// Any spelling of a number.
    Number(Number),
    /// A boolean, or its name.
    Bool(&'static str),
}

/// What a test says of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It accepts every form of it.
    Always,
    /// It accepts some forms of it, or we cannot tell.
    Perhaps,
    /// It accepts no form of it.
    Never,
}

impl<'a> Test<'a> {
    pub(super) fn of(rule: &'a Rule) -> Self {
        let positive = rule.operator.negates().unwrap_or(rule.operator);
        Self { rule, positive }
    }

    /// Whether every value that this one accepts is accepted by the other.
    pub(super) fn implies(self, other: Self) -> bool {
        let same = self.positive == other.positive && self.rule.operand == other.rule.operand;
        if same || other.positive == Operator::Exists {
            return true;
        }
        if let Some(candidates) = self.candidates() {
            let mut verdicts = candidates.iter().map(|one| other.verdict(one));
            return verdicts.all(|verdict| verdict == Verdict::Always);
        }
        match (self.bound(), other.bound()) {
            (Some(own), Some(other)) => own.is_within(other),
            _ => self.part_implies(other),
        }
    }

    /// Whether no value is accepted by both.
    pub(super) fn excludes(self, other: Self) -> bool {
        let never = |test: Self, candidates: &[Candidate<'_>]| {
            candidates
                .iter()
                .all(|one| test.verdict(one) == Verdict::Never)
        };
        if let Some(candidates) = self.candidates() {
            return never(other, &candidates);
        }
        if let Some(candidates) = other.candidates() {
            return never(self, &candidates);
        }
        match (self.bound(), other.bound()) {
            (Some(own), Some(other)) => own.is_disjoint(other),
            _ => self.part_excludes(other),
        }
    }

    /// How the other tests judge the values that this one accepts: a row for each value; none
    /// when they are not a list of values.
    pub(super) fn judged_by(self, others: &[Self]) -> Option<Vec<Vec<Verdict>>> {
        let candidates = self.candidates()?;
        let row = |one| others.iter().map(|test| test.verdict(one)).collect();
        Some(candidates.iter().map(row).collect())
    }

    /// How many values it accepts, if they can be listed.
    pub(super) fn size(self) -> Option<usize> {
        self.candidates().map(|candidates| candidates.len())
    }

    fn candidates(self) -> Option<Vec<Candidate<'a>>> {
        match (self.positive, &self.rule.operand) {
            (Operator::Equals | Operator::In, _) => {
                listed(self.rule)?.iter().map(candidate).collect()
            }
            (Operator::AtLeast, Operand::Severity(bound)) => Some(severities(|one| one >= *bound)),
            (Operator::AtMost, Operand::Severity(bound)) => Some(severities(|one| one <= *bound)),
            _ => None,
        }
    }

    fn verdict(self, candidate: &Candidate<'_>) -> Verdict {
        let accepts = |value: Json<'_>| {
            if self.rule.accepts(self.positive, &value) {
                Verdict::Always
            } else {
                Verdict::Never
            }
        };
        match (candidate, self.positive) {
            (_, Operator::Exists) => Verdict::Always,
            (Candidate::Null, _) => accepts(Json::Null),
            // An expression may ask for letters of one case.
            (_, Operator::Matches) => Verdict::Perhaps,
            (Candidate::Bool(name), _) => accepts(Json::Text(Cow::Borrowed(name))),
            (Candidate::Text(text), _) => {
                let verdict = accepts(Json::Text(Cow::Borrowed(text)));
                // `ſ` folds to `s`, but `falſe` is no boolean.
                if verdict == Verdict::Always && self.names_a_boolean() {
                    Verdict::Perhaps
                } else {
                    verdict
                }
            }
            (Candidate::Number(number), _) => self.verdict_of_number(*number),
        }
    }

    fn verdict_of_number(self, number: Number) -> Verdict {
        if let Some(bound) = self.bound() {
            return if bound.holds(number) {
                Verdict::Always
            } else {
                Verdict::Never
            };
        }
        if matches!(self.rule.operand, Operand::Severity(_)) {
            return Verdict::Never;
        }
        let Some(items) = listed(self.rule) else {
            return Verdict::Perhaps;
        };
        let equal = |item: &Operand| matches!(item, Operand::Number(other) if *other == number);
        if items.iter().any(equal) {
            return Verdict::Always;
        }
        // Some spelling of the number may be the text.
        if items.iter().any(|item| matches!(item, Operand::Text(_))) {
            return Verdict::Perhaps;
        }
        Verdict::Never
    }

    fn names_a_boolean(self) -> bool {
        listed(self.rule)
            .unwrap_or_default()
            .iter()
            .any(|item| matches!(item, Operand::Bool(_)))
    }

    fn bound(self) -> Option<Bound> {
        let Operand::Number(number) = self.rule.operand else {
            return None;
        };
        let bounds = [
            (Operator::GreaterThan, Ordering::Greater, Strict::Yes),
            (
                Operator::GreaterThanOrEqualTo,
                Ordering::Greater,
                Strict::No,
            ),
            (Operator::LesserThan, Ordering::Less, Strict::Yes),
            (Operator::LesserThanOrEqualTo, Ordering::Less, Strict::No),
        ];
        let (_, side, strict) = bounds
            .into_iter()
            .find(|(operator, ..)| *operator == self.positive)?;
        Some(Bound {
            number,
            side,
            strict,
        })
    }

    fn text(self) -> Option<&'a str> {
        if let Operand::Text(text) = &self.rule.operand {
            return Some(text);
        }
        None
    }

    fn part_implies(self, other: Self) -> bool {
        let (Some(own), Some(part)) = (self.text(), other.text()) else {
            return false;
        };
        match (self.positive, other.positive) {
            (
                Operator::Contains | Operator::StartsWith | Operator::EndsWith,
                Operator::Contains,
            ) => own.contains(part),
            (Operator::StartsWith, Operator::StartsWith) => own.starts_with(part),
            (Operator::EndsWith, Operator::EndsWith) => own.ends_with(part),
            _ => false,
        }
    }

    fn part_excludes(self, other: Self) -> bool {
        let (Some(own), Some(part)) = (self.text(), other.text()) else {
            return false;
        };
        match (self.positive, other.positive) {
            (Operator::StartsWith, Operator::StartsWith) => {
                !own.starts_with(part) && !part.starts_with(own)
            }
            (Operator::EndsWith, Operator::EndsWith) => {
                !own.ends_with(part) && !part.ends_with(own)
            }
            _ => false,
        }
    }
}

/// The values that `Equals`, `In` and their negations name.
pub(super) fn listed(rule: &Rule) -> Option<&[Operand]> {
    match (rule.operator, &rule.operand) {
        (Operator::Equals | Operator::NotEquals, operand) => Some(std::slice::from_ref(operand)),
        (Operator::In | Operator::NotIn, Operand::AnyOf(items)) => Some(items),
        _ => None,
    }
}

fn candidate(operand: &Operand) -> Option<Candidate<'_>> {
    match operand {
        Operand::Null => Some(Candidate::Null),
        Operand::Text(text) => Some(Candidate::Text(Cow::Borrowed(text))),
        Operand::Number(number) => Some(Candidate::Number(*number)),
        Operand::Bool(true) => Some(Candidate::Bool("true")),
        Operand::Bool(false) => Some(Candidate::Bool("false")),
        Operand::AnyOf(_) | Operand::Pattern(_) | Operand::Severity(_) | Operand::Nothing => None,
    }
}

fn severities<'a>(chosen: impl Fn(Severity) -> bool) -> Vec<Candidate<'a>> {
    let chosen = Severity::ALL.into_iter().filter(|one| chosen(*one));
    chosen
        .map(|one| Candidate::Text(Cow::Owned(one.name().to_ascii_lowercase())))
        .collect()
}

/// The numbers on one side of a number.
#[derive(Clone, Copy)]
struct Bound {
    number: Number,
    side: Ordering,
    strict: Strict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strict {
    Yes,
    No,
}

impl Bound {
    fn holds(self, number: Number) -> bool {
        let order = number.cmp(&self.number);
        order == self.side || (order.is_eq() && self.strict == Strict::No)
    }

    fn is_within(self, other: Self) -> bool {
        let order = self.number.cmp(&other.number);
        let strict_enough = self.strict == Strict::Yes || other.strict == Strict::No;
        self.side == other.side && (order == self.side || (order.is_eq() && strict_enough))
    }

    fn is_disjoint(self, other: Self) -> bool {
        let touches = self.strict == Strict::No && other.strict == Strict::No;
        let order = self.number.cmp(&other.number);
        self.side != other.side && (order == self.side || (order.is_eq() && !touches))
    }
}
