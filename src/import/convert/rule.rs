//! One rule of Azure's to one of ours.

use super::{ConvertedRule, Expected, idiom};
use crate::event::EventKind;
use crate::import::azure::AzureRule;
use crate::import::note::Notes;
use crate::path::Path;
use crate::rules::{Number, Operand, Operator, PropertyType};

/// The operators that compare numbers.
const ORDER: [Operator; 4] = [
    Operator::GreaterThan,
    Operator::GreaterThanOrEqualTo,
    Operator::LesserThan,
    Operator::LesserThanOrEqualTo,
];
/// The operators that look for a part of a text.
const PART: [Operator; 3] = [Operator::Contains, Operator::StartsWith, Operator::EndsWith];

/// What becomes of a rule.
pub(super) enum Fate {
    /// It stays.
    Kept(ConvertedRule),
    /// It holds for every event of the kind.
    Dropped,
}

/// Converts a rule; none if we have nothing that does the same.
pub(super) fn rule(kind: EventKind, rule: &AzureRule, notes: &Notes) -> Option<Fate> {
    let path = match Path::parse(rule.path.trim()) {
        Ok(path) => path,
        Err(error) => {
            let message = format!("the path `{}` cannot be read here: {error}", rule.path);
            notes.problem(&rule.at.key("propertyJPath"), message);
            return None;
        }
    };
    if let Some(why) = idiom::holds_for_all(kind, &path, rule) {
        notes.changed(&rule.at, why);
        return Some(Fate::Dropped);
    }
    let (ty, value) = typed(rule, notes)?;
    let expected = match &value {
        Expected::Null => None,
        Expected::Text(text) => Some(text.as_str()),
    };
    let operator = if expected.is_none() {
        Operator::NotEquals
    } else {
        rule.operator
    };
    if let Err(error) = Operand::new(operator, expected, ty) {
        notes.problem(&rule.at, error.to_string());
        return None;
    }
    Some(Fate::Kept(ConvertedRule {
        at: rule.at.clone(),
        property: rule.path.trim().to_owned(),
        operator,
        value,
        ty,
    }))
}

/// The type to write, where it is not what the operator stands for, and the value.
fn typed(rule: &AzureRule, notes: &Notes) -> Option<(Option<PropertyType>, Expected)> {
    let text = Expected::Text(rule.value.clone());
    if ORDER.contains(&rule.operator) {
        let ty = order(rule, notes)?;
        return Some((Some(ty).filter(|ty| *ty != PropertyType::Number), text));
    }
    if !PART.contains(&rule.operator) {
        let ty = Some(rule.ty).filter(|ty| *ty != PropertyType::String);
        return Some((ty, text));
    }
    let operator = rule.operator;
    if rule.ty != PropertyType::String {
        let ty = rule.ty;
        let message = format!("{operator} compares texts: its type {ty} is left out");
        notes.changed(&rule.at, message);
    }
    if !rule.value.is_empty() {
        return Some((None, text));
    }
    let message = format!(
        "{operator} with an empty text holds wherever there is a value: written as `NotEquals` null"
    );
    notes.changed(&rule.at, message);
    Some((None, Expected::Null))
}

/// Azure orders numbers alone.
fn order(rule: &AzureRule, notes: &Notes) -> Option<PropertyType> {
    if matches!(rule.ty, PropertyType::Integer | PropertyType::Number) {
        return Some(rule.ty);
    }
    let (operator, ty, value) = (rule.operator, rule.ty, &rule.value);
    if Number::parse(value.trim()).is_none() {
        let message = format!("{operator} compares numbers, not {ty}, and `{value}` is none");
        notes.problem(&rule.at, message);
        return None;
    }
    let message = format!("{operator} compares numbers: {ty} becomes Number");
    notes.changed(&rule.at, message);
    Some(PropertyType::Number)
}
