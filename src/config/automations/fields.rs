//! The values of an automation, and lists of them.

use jiff::Timestamp;

use super::kind_names;
use crate::config::groups::ManagementGroups;
use crate::document::{Field, Place};
use crate::event::EventKind;
use crate::rules::Scope;

pub(super) fn kinds(field: &Field<'_>) -> Option<Vec<(EventKind, Place)>> {
    let items = at_least_one(field, "an automation without kinds listens to nothing")?;
    distinct(&items, kind)
}

pub(in crate::config) fn kind(field: &Field<'_>) -> Option<EventKind> {
    let name = field.text()?;
    let kind = EventKind::parse(name);
    if kind.is_none() {
        field.unknown("kind", name, &kind_names());
    }
    kind
}

/// The scopes; a management group is those of its subscriptions, all at its own place.
pub(super) fn scopes(field: Field<'_>, groups: &ManagementGroups) -> Option<Vec<(Scope, Place)>> {
    let Some(field) = field.optional() else {
        return Some(Vec::new());
    };
    let found = distinct(&field.items()?, |item| {
        let text = item.text()?;
        match Scope::management_group(text) {
            Some(name) => Some(groups.resolve(name, item)),
            None => item.valid(Scope::parse(text)).map(|scope| vec![scope]),
        }
    });
    let one_by_one = |(scopes, place): (Vec<Scope>, Place)| {
        scopes.into_iter().map(move |scope| (scope, place.clone()))
    };
    Some(found?.into_iter().flat_map(one_by_one).collect())
}

/// An instant, in milliseconds since the epoch.
pub(in crate::config) fn instant(field: &Field<'_>) -> Option<i64> {
    let read: Option<Timestamp> = field.text()?.parse().ok();
    read.map(Timestamp::as_millisecond)
        .or_else(|| field.mismatch("an instant such as `2027-01-31T00:00:00Z`", None))
}

/// A mistake counts as absence: its problem fails the whole reading.
pub(in crate::config) fn optional<'a, T>(
    field: Field<'a>,
    read: impl Fn(&Field<'a>) -> Option<T>,
) -> Option<T> {
    field.optional().and_then(|field| read(&field))
}

/// Whether a flag is there and true; a mistake counts as absence, too.
pub(super) fn is_set(field: Field<'_>) -> bool {
    optional(field, Field::flag) == Some(true)
}

pub(super) fn at_least_one<'a>(field: &Field<'a>, otherwise: &str) -> Option<Vec<Field<'a>>> {
    let items = field.items()?;
    if items.is_empty() {
        field.wrong(otherwise);
    }
    Some(items)
}

/// The values once each, in their order, and where each stands; none when one is missing.
pub(in crate::config) fn distinct<'a, T: PartialEq>(
    items: &[Field<'a>],
    read: impl Fn(&Field<'a>) -> Option<T>,
) -> Option<Vec<(T, Place)>> {
    let found: Vec<Option<(T, Place)>> = items
        .iter()
        .map(|item| Some((read(item)?, item.place().clone())))
        .collect();
    let mut kept: Vec<(T, Place)> = Vec::new();
    for (value, place) in found.into_iter().collect::<Option<Vec<_>>>()? {
        if !kept.iter().any(|(other, _)| *other == value) {
            kept.push((value, place));
        }
    }
    Some(kept)
}

pub(super) fn places<T>(found: &[(T, Place)]) -> Vec<Place> {
    found.iter().map(|(_, place)| place.clone()).collect()
}

pub(in crate::config) fn values<T>(found: Vec<(T, Place)>) -> Vec<T> {
    found.into_iter().map(|(value, _)| value).collect()
}
