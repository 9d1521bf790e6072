//! A resource to an automation of Azure's.

use std::rc::Rc;

use super::fields::Field;
use super::{
    Action, AzureAutomation, AzureRule, AzureRuleSet, AzureScope, Name, Secret, Source, Target,
};
use crate::event::EventKind;
use crate::import::at::At;
use crate::import::note::Notes;
use crate::import::value::Value;
use crate::rules::{Operator, PropertyType};

/// Reads a resource, or the body of a request. Reads all of it before it gives up.
pub(in crate::import) fn automation(
    resource: &Value,
    at: &At,
    notes: &Notes,
) -> Option<AzureAutomation> {
    let value = resource;
    let at = at.clone();
    let resource = Field { value, at, notes };
    let name = name(&resource);
    let properties = properties(&resource)?;
    let description = description(&properties);
    let enabled = match properties.get("isEnabled") {
        Some(flag) => flag.flag(),
        None => Some(true),
    };
    let scopes = scopes(&properties);
    let sources = sources(&properties);
    let actions = properties.items("actions").map(|items| {
        let read: Vec<Option<Action>> = items.iter().map(action).collect();
        read.into_iter().collect::<Option<Vec<Action>>>()
    });
    Some(AzureAutomation {
        at: resource.at,
        name,
        description,
        enabled: enabled?,
        scopes: scopes?,
        sources: sources?,
        actions: actions??,
    })
}

/// Azure's own tools print a resource flat, without `properties`.
fn properties<'a>(resource: &Field<'a>) -> Option<Field<'a>> {
    if resource.get("sources").is_some() || resource.get("actions").is_some() {
        return Some(resource.clone());
    }
    resource.need("properties")
}

/// A nested resource is named `parent/child`.
fn name(resource: &Field<'_>) -> Name {
    let Some(field) = resource.get("name") else {
        return Name::Absent;
    };
    if let Some(reason) = field.unknown() {
        return Name::Unknown(Rc::clone(reason));
    }
    let name = field.text().unwrap_or_default();
    match name.rsplit('/').next().unwrap_or_default().trim() {
        "" => Name::Absent,
        last => Name::Known(last.to_owned()),
    }
}

fn description(properties: &Field<'_>) -> String {
    let Some(field) = properties.get("description") else {
        return String::new();
    };
    if let Some(reason) = field.unknown() {
        let message = format!("left out, since {reason}");
        properties.notes.missing(&field.at, message);
        return String::new();
    }
    field.text().unwrap_or_default()
}

fn scopes(properties: &Field<'_>) -> Option<Vec<AzureScope>> {
    let items = properties.items("scopes")?;
    if items.is_empty() {
        let message = "it has no scopes, so it applies to nothing in Azure; without scopes it \
                       would apply everywhere here";
        properties.notes.problem(&properties.at, message);
        return None;
    }
    let scope = |item: &Field<'_>| {
        let path = item.need("scopePath")?;
        Some(AzureScope {
            at: path.at.clone(),
            path: path.text()?,
        })
    };
    let read: Vec<Option<AzureScope>> = items.iter().map(scope).collect();
    read.into_iter().collect()
}

fn sources(properties: &Field<'_>) -> Option<Vec<Source>> {
    let items = properties.items("sources")?;
    if items.is_empty() {
        let message = "it has no sources, so it listens to nothing; the body of an update may \
                       leave them out, and cannot be imported alone";
        properties.notes.problem(&properties.at, message);
        return None;
    }
    let read: Vec<Option<Source>> = items.iter().map(source).collect();
    read.into_iter().collect()
}

fn source(item: &Field<'_>) -> Option<Source> {
    let kinds = EventKind::ALL.map(|kind| (kind.name(), kind));
    let kind = item
        .need("eventSource")
        .and_then(|field| field.choice("event source", &kinds));
    let rule_sets = item.items("ruleSets").map(|items| {
        let read: Vec<Option<AzureRuleSet>> = items.iter().map(rule_set).collect();
        read.into_iter().collect::<Option<Vec<AzureRuleSet>>>()
    });
    Some(Source {
        at: item.at.clone(),
        kind: kind?,
        rule_sets: rule_sets??,
    })
}

fn rule_set(item: &Field<'_>) -> Option<AzureRuleSet> {
    let read: Vec<Option<AzureRule>> = item.items("rules")?.iter().map(rule).collect();
    Some(AzureRuleSet {
        at: item.at.clone(),
        rules: read.into_iter().collect::<Option<_>>()?,
    })
}

fn rule(item: &Field<'_>) -> Option<AzureRule> {
    let types = PropertyType::ALL.map(|ty| (ty.name(), ty));
    let operators = azure_operators();
    let path = item.need("propertyJPath").and_then(|field| field.text());
    let ty = match item.get("propertyType") {
        Some(field) => field.choice("property type", &types),
        None => Some(PropertyType::String),
    };
    let operator = item
        .need("operator")
        .and_then(|field| field.choice("operator", &operators));
    let value = item.need("expectedValue").and_then(|field| field.text());
    Some(AzureRule {
        at: item.at.clone(),
        path: path?,
        ty: ty?,
        operator: operator?,
        value: value?,
    })
}

/// Azure's nine; we have more.
fn azure_operators() -> [(&'static str, Operator); 9] {
    [
        Operator::Equals,
        Operator::NotEquals,
        Operator::GreaterThan,
        Operator::GreaterThanOrEqualTo,
        Operator::LesserThan,
        Operator::LesserThanOrEqualTo,
        Operator::Contains,
        Operator::StartsWith,
        Operator::EndsWith,
    ]
    .map(|operator| (operator.name(), operator))
}

fn action(item: &Field<'_>) -> Option<Action> {
    let targets = Target::ALL.map(|target| (target.name(), target));
    // PowerShell prints no type, but the key of the id tells it.
    let by_id = Target::ALL
        .into_iter()
        .find(|target| item.get(target.id_key()).is_some());
    let target = match (item.get("actionType"), by_id) {
        (None, Some(target)) => target,
        (Some(_) | None, _) => item.need("actionType")?.choice("action type", &targets)?,
    };
    let (mut id, mut unknown) = (None, None);
    if let Some(field) = item.get(target.id_key()) {
        unknown = field.unknown().map(Rc::clone);
        if unknown.is_none() {
            id = Some(field.text()?);
        }
    }
    // Whether it is there, never what it is.
    let secret = match item.get(target.secret_key()) {
        Some(field) if field.value.as_text().is_some() => Secret::Given,
        Some(_) | None => Secret::Absent,
    };
    Some(Action {
        at: item.at.clone(),
        target,
        id,
        unknown,
        secret,
    })
}
