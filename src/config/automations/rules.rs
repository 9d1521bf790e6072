//! The rule sets of an automation.

use super::fields::optional;
use crate::config::{RuleOrigin, RuleSetOrigin};
use crate::document::Field;
use crate::path::Path;
use crate::rules::{Operand, OperandError, Operator, PropertyType, Rule, RuleSet, Takes};

/// The rule sets, and where each stands; none is every event.
pub(super) fn rule_sets(field: Field<'_>) -> Option<Vec<(RuleSet, RuleSetOrigin)>> {
    let Some(field) = field.optional() else {
        return Some(Vec::new());
    };
    let sets: Vec<Option<_>> = field.items()?.iter().map(rule_set).collect();
    sets.into_iter().collect()
}

fn rule_set(field: &Field<'_>) -> Option<(RuleSet, RuleSetOrigin)> {
    let mut section = field.section()?;
    let rules = section.field("rules").items();
    section.finish();
    let read: Vec<Option<(Rule, RuleOrigin)>> = rules?.iter().map(rule).collect();
    let (rules, origins) = read
        .into_iter()
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .unzip();
    let place = field.place().clone();
    let origin = RuleSetOrigin {
        place,
        rules: origins,
    };
    Some((RuleSet { rules }, origin))
}

fn rule(field: &Field<'_>) -> Option<(Rule, RuleOrigin)> {
    let mut section = field.section()?;
    let property = section.field("property");
    let path = property
        .text()
        .and_then(|text| property.valid(Path::parse(text)));
    let operator_field = section.field("operator");
    let operator = operator(&operator_field);
    let value = section.field("value");
    let ty = optional(section.field("type"), property_type);
    section.finish();
    let operator = operator?;
    let operand = operand(operator, &value, ty);
    let origin = RuleOrigin {
        place: field.place().clone(),
        property: property.place().clone(),
        operator: operator_field.place().clone(),
        value: value.place().clone(),
    };
    Some((Rule::new(path?, operator, operand?), origin))
}

fn operand(operator: Operator, value: &Field<'_>, ty: Option<PropertyType>) -> Option<Operand> {
    match operator.takes() {
        Takes::Nothing if value.is_missing() => value.valid(Operand::new(operator, None, ty)),
        Takes::Nothing => value.valid(Err(OperandError::NothingTaken { operator })),
        Takes::One if value.is_list() => value.valid(Err(OperandError::OneTaken { operator })),
        Takes::One => value.valid(Operand::new(operator, scalar(value)?.0, ty)),
        Takes::List if value.is_single() => value.valid(Err(OperandError::ListTaken { operator })),
        Takes::List => {
            let items = value.items()?;
            let read: Vec<Option<Scalar<'_>>> = items.iter().map(scalar).collect();
            let read: Option<Vec<_>> = read.into_iter().map(|item| Some(item?.0)).collect();
            value.valid(Operand::any_of(operator, &read?, ty))
        }
    }
}

/// A scalar as it is written; `None` is a `null`.
struct Scalar<'a>(Option<&'a str>);

fn scalar<'a>(field: &Field<'a>) -> Option<Scalar<'a>> {
    if field.is_null() {
        return Some(Scalar(None));
    }
    field.scalar().map(|text| Scalar(Some(text)))
}

pub(in crate::config) fn operator(field: &Field<'_>) -> Option<Operator> {
    let name = field.text()?;
    let operator = Operator::parse(name);
    if operator.is_none() {
        let known: Vec<&str> = Operator::ALL.into_iter().map(Operator::name).collect();
        field.unknown("operator", name, &known);
    }
    operator
}

pub(in crate::config) fn property_type(field: &Field<'_>) -> Option<PropertyType> {
    let name = field.text()?;
    let ty = PropertyType::parse(name);
    if ty.is_none() {
        let known: Vec<&str> = PropertyType::ALL
            .into_iter()
            .map(PropertyType::name)
            .collect();
        field.unknown("type", name, &known);
    }
    ty
}
