//! One automation, and where its parts stand.

use std::collections::btree_map::Entry;

use super::fields::{
    at_least_one, distinct, instant, is_set, kinds, optional, places, scopes, values,
};
use super::{Reader, rules};
use crate::config::Origin;
use crate::document::{Field, Place, Section};
use crate::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, MAX_PRIORITY, Stop, USUAL_PRIORITY,
};

impl Reader<'_> {
    pub(super) fn automation(&mut self, mut section: Section<'_>) -> Option<(Automation, Origin)> {
        let name_field = section.field("name");
        let name = self.name(&name_field);
        let description = optional(section.field("description"), Field::text);
        let enabled = optional(section.field("enabled"), Field::flag);
        let expires_field = section.field("expires").optional();
        let priority_field = section.field("priority");
        let stop = is_set(section.field("stop"));
        let kinds = kinds(&section.field("kinds"));
        let scopes = scopes(section.field("scopes"), self.known.groups);
        let rule_sets = rules::rule_sets(section.field("rule_sets"));
        let workflows = self.workflows(&section.field("workflows"));
        let include_snapshots = if is_set(section.field("include_snapshots")) {
            IncludeSnapshots::Yes
        } else {
            IncludeSnapshots::No
        };
        let include_deletes = if is_set(section.field("include_deletes")) {
            IncludeDeletes::Yes
        } else {
            IncludeDeletes::No
        };
        section.finish();
        let expires = expires_field.as_ref().and_then(instant);
        let priority = optional(priority_field, |field| {
            field.integer(0..=i64::from(MAX_PRIORITY))
        });
        let (kinds, scopes, workflows) = (kinds?, scopes?, workflows?);
        let (rule_sets, rule_set_origins) = rule_sets?.into_iter().unzip();
        let origin = Origin {
            name: name_field.place().clone(),
            kinds: places(&kinds),
            scopes: places(&scopes),
            expires: expires_field.map(|field| field.place().clone()),
            rule_sets: rule_set_origins,
            workflows: places(&workflows),
            expanded: None,
        };
        let automation = Automation {
            name: name?,
            description: description.unwrap_or_default().to_owned(),
            enabled: enabled.unwrap_or(true),
            expires,
            priority: priority.unwrap_or(USUAL_PRIORITY),
            stop: if stop { Stop::Yes } else { Stop::No },
            kinds: values(kinds),
            scopes: values(scopes),
            rule_sets,
            workflows: values(workflows),
            include_snapshots,
            include_deletes,
        };
        Some((automation, origin))
    }

    fn name(&mut self, field: &Field<'_>) -> Option<String> {
        let name = field.text()?.to_owned();
        match self.seen.entry(name.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(field.place().clone());
            }
            Entry::Occupied(entry) => {
                field.wrong(&format!(
                    "another automation has this name: {}",
                    entry.get()
                ));
            }
        }
        Some(name)
    }

    fn workflows(&self, field: &Field<'_>) -> Option<Vec<(String, Place)>> {
        let items = at_least_one(field, "an automation without workflows runs nothing")?;
        let known = |item: &Field<'_>| {
            let name = item.text()?;
            if let Some(known) = self.known.workflows
                && !known.contains(&name)
            {
                item.unknown("workflow", name, known);
            }
            Some(name.to_owned())
        };
        distinct(&items, known)
    }
}
