//! The rule sets of an automation.

use super::optional;
use crate::document::Field;
use crate::path::Path;
use crate::rules::{Operand, Operator, PropertyType, Rule, RuleSet};

/// The rule sets; none is every event.
pub(super) fn rule_sets(field: Field<'_>) -> Option<Vec<RuleSet>> {
    let Some(field) = field.optional() else {
        return Some(Vec::new());
    };
    let sets: Vec<Option<RuleSet>> = field.items()?.iter().map(rule_set).collect();
    sets.into_iter().collect()
}

fn rule_set(field: &Field<'_>) -> Option<RuleSet> {
    let mut section = field.section()?;
    let rules = section.field("rules").items();
    section.finish();
    let rules: Vec<Option<Rule>> = rules?.iter().map(rule).collect();
    Some(RuleSet {
        rules: rules.into_iter().collect::<Option<_>>()?,
    })
}

fn rule(field: &Field<'_>) -> Option<Rule> {
    let mut section = field.section()?;
    let property = section.field("property");
    let path = property
        .text()
        .and_then(|text| property.valid(Path::parse(text)));
    let operator = operator(&section.field("operator"));
    let value = section.field("value");
    let scalar = if value.is_null() {
        Some(None)
    } else {
        value.scalar().map(Some)
    };
    let ty = optional(section.field("type"), property_type);
    section.finish();
    let operator = operator?;
    let operand = value.valid(Operand::new(operator, scalar?, ty));
    Some(Rule::new(path?, operator, operand?))
}

fn operator(field: &Field<'_>) -> Option<Operator> {
    let name = field.text()?;
    let operator = Operator::parse(name);
    if operator.is_none() {
        let known: Vec<&str> = Operator::ALL.into_iter().map(Operator::name).collect();
        field.unknown("operator", name, &known);
    }
    operator
}

fn property_type(field: &Field<'_>) -> Option<PropertyType> {
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
