//! Management groups: which subscriptions each stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::load::read_document;
use crate::document::{Field, Node, Place, Report, Section};
use crate::rules::Scope;

/// Characters of a group's name; Azure's own bound.
const MAX_NAME: usize = 90;

/// Lengths of the parts of a subscription's id.
const ID: [usize; 5] = [8, 4, 4, 4, 12];

/// The management groups, by their names in small letters.
#[derive(Debug, Default)]
pub(super) struct ManagementGroups {
    groups: BTreeMap<String, Group>,
    /// The map itself could not be read, which is a problem already.
    unread: bool,
}

#[derive(Debug)]
struct Group {
    written: String,
    place: Place,
    subscriptions: Vec<Scope>,
    // In small letters; only names that exist.
    children: Vec<String>,
}

impl ManagementGroups {
    /// Reads the map, or the file that holds it. Its mistakes are in the report, cycles too.
    pub(super) fn read(field: &Field<'_>, folder: &Path, report: &Report) -> Self {
        if !field.is_text() {
            return field.section().map_or_else(Self::unread, Self::of);
        }
        let Some(path) = field.text() else {
            return Self::unread();
        };
        match read_document(&folder.join(path)) {
            Ok(document) => Self::of_document(&document, report),
            Err(problem) => {
                report.push(problem);
                Self::unread()
            }
        }
    }

    fn of_document(document: &Node, report: &Report) -> Self {
        Section::root(document, report).map_or_else(Self::unread, Self::of)
    }

    fn unread() -> Self {
        Self {
            unread: true,
            ..Self::default()
        }
    }

    fn of(section: Section<'_>) -> Self {
        let named = section.named();
        let mut groups = BTreeMap::new();
        for (name, field) in &named {
            check_name(name, field);
            if let Some(twin) = groups.insert(name.to_lowercase(), Group::new(name, field)) {
                let Group { written, place, .. } = twin;
                field.wrong(&format!(
                    "another group has this name: `{written}` at {place}"
                ));
            }
        }
        let mut read = Self {
            groups,
            unread: false,
        };
        for (name, field) in &named {
            read.fill(name, field);
        }
        read.refuse_cycles(&named);
        read
    }

    fn fill(&mut self, name: &str, field: &Field<'_>) {
        let Some(mut section) = field.section() else {
            return;
        };
        let subscriptions = list(section.field("subscriptions"), subscription);
        let children = list(section.field("groups"), |item| self.child(item));
        section.finish();
        if let Some(group) = self.groups.get_mut(&name.to_lowercase()) {
            group.subscriptions = subscriptions;
            group.children = children;
        }
    }

    fn child(&self, item: &Field<'_>) -> Option<String> {
        let name = item.text()?;
        let key = name.to_lowercase();
        if self.groups.contains_key(&key) {
            return Some(key);
        }
        item.unknown("management group", name, &self.names());
        None
    }

    fn names(&self) -> Vec<&str> {
        self.groups
            .values()
            .map(|group| group.written.as_str())
            .collect()
    }

    /// The scopes of the subscriptions of a group and of all groups below it. Without one it
    /// covers nothing: an automation without any scope would apply everywhere.
    pub(super) fn resolve(&self, name: &str, item: &Field<'_>) -> Vec<Scope> {
        let written = item.text().unwrap_or_default();
        if !self.unread && self.groups.is_empty() {
            let help = "none is known here: a configuration lists them under `management_groups`";
            item.problem(
                format!("unknown management group `{name}`"),
                Some(help.to_owned()),
            );
        } else if !self.unread && !self.groups.contains_key(&name.to_lowercase()) {
            item.unknown("management group", name, &self.names());
        }
        let mut scopes: Vec<Scope> = Vec::new();
        let (mut seen, mut listed) = (BTreeSet::new(), BTreeSet::new());
        let mut left = vec![name.to_lowercase()];
        while let Some(group) = left.pop() {
            let Some(group) = self.groups.get(&group) else {
                continue;
            };
            let new = |child: &&String| seen.insert((*child).clone());
            left.extend(group.children.iter().filter(new).cloned());
            for subscription in &group.subscriptions {
                if listed.insert(subscription.to_string().to_lowercase()) {
                    scopes.push(subscription.clone().written_as(written));
                }
            }
        }
        if scopes.is_empty() {
            scopes.push(Scope::nowhere(written));
        }
        scopes
    }

    /// Goes down from every group, once into each; without recursion, since a chain may be long.
    fn refuse_cycles(&self, named: &[(&str, Field<'_>)]) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for name in self.groups.keys() {
            let mut trail: Vec<(&str, std::slice::Iter<'_, String>)> = Vec::new();
            let mut next = seen.insert(name).then_some(name.as_str());
            loop {
                trail.extend(next.take().map(|name| (name, self.children(name).iter())));
                let Some((_, children)) = trail.last_mut() else {
                    break;
                };
                match children.next() {
                    None => drop(trail.pop()),
                    Some(child) if seen.insert(child) => next = Some(child),
                    Some(child) => {
                        let start = trail.iter().position(|(name, _)| name == child);
                        let cycle = trail.iter().map(|(name, _)| *name);
                        let cycle = start.map(|start| cycle.skip(start).chain([child.as_str()]));
                        let cycle: Vec<&str> = cycle.into_iter().flatten().collect();
                        self.refuse_cycle(&cycle, named);
                    }
                }
            }
        }
    }

    fn refuse_cycle(&self, cycle: &[&str], named: &[(&str, Field<'_>)]) {
        let Some(first) = cycle.first() else { return };
        let spelled: Vec<&str> = cycle.iter().map(|name| self.spelling(name)).collect();
        if let Some((_, field)) = named.iter().find(|(name, _)| name.to_lowercase() == *first) {
            let cycle = spelled.join(" > ");
            field.wrong(&format!("the group is below itself: {cycle}"));
        }
    }

    fn children(&self, name: &str) -> &[String] {
        self.groups.get(name).map_or(&[], |group| &group.children)
    }

    fn spelling<'a>(&'a self, name: &'a str) -> &'a str {
        self.groups
            .get(name)
            .map_or(name, |group| group.written.as_str())
    }
}

impl Group {
    fn new(name: &str, field: &Field<'_>) -> Self {
        Self {
            written: name.to_owned(),
            place: field.place().clone(),
            subscriptions: Vec::new(),
            children: Vec::new(),
        }
    }
}

fn check_name(name: &str, field: &Field<'_>) {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '(' | ')' | '.');
    if name.is_empty() || name.chars().count() > MAX_NAME || !name.chars().all(fits) {
        field.wrong(
            "a management group's name has 1 to 90 letters, digits, `-`, `_`, `.`, `(` and `)`; \
             write the name, not the id",
        );
    }
}

fn list<T>(field: Field<'_>, read: impl Fn(&Field<'_>) -> Option<T>) -> Vec<T> {
    let items = field.optional().and_then(|field| field.items());
    items.unwrap_or_default().iter().filter_map(read).collect()
}

/// By its id alone: a display name would be taken for an id, and never match.
fn subscription(item: &Field<'_>) -> Option<Scope> {
    let id = item.text()?;
    let parts: Vec<&str> = id.split('-').collect();
    let hex = |part: &&str| part.chars().all(|c| c.is_ascii_hexdigit());
    if !parts.iter().map(|part| part.len()).eq(ID) || !parts.iter().all(hex) {
        return item.mismatch(
            "a subscription's id, such as `00000000-0000-0000-0000-000000000000`",
            None,
        );
    }
    item.valid(Scope::parse(&format!("/subscriptions/{id}")))
}
