//! One rule of Azure's to one of ours.

use super::{ConvertedRule, Expected, idiom};
use crate::event::EventKind;
use crate::import::azure::AzureRule;
use crate::import::note::Notes;
use crate::path::Path;
use crate::rules::{Number, Operand, Operator, PropertyType};

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
    match rule.operator {
        Operator::GreaterThan
        | Operator::GreaterThanOrEqualTo
        | Operator::LesserThan
        | Operator::LesserThanOrEqualTo => {
            let ty = order(rule, notes)?;
            Some((Some(ty).filter(|ty| *ty != PropertyType::Number), text))
        }
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            if rule.ty != PropertyType::String {
                let message = format!(
                    "{} compares texts: its type {} is left out",
                    rule.operator, rule.ty
                );
                notes.changed(&rule.at, message);
            }
            if rule.value.is_empty() {
                let message = format!(
                    "{} with an empty text holds wherever there is a value: written as \
                     `NotEquals` null",
                    rule.operator
                );
                notes.changed(&rule.at, message);
                return Some((None, Expected::Null));
            }
            Some((None, text))
        }
        Operator::Equals | Operator::NotEquals => {
            Some((Some(rule.ty).filter(|ty| *ty != PropertyType::String), text))
        }
    }
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
