//! Azure's automations to ours. They do what they do in Azure; what has to be written in another
//! way, and what probably was not meant, is noted.

mod idiom;
mod names;
mod rule;
mod sources;
mod stub;
mod trap;

use super::at::At;
use super::azure::{AzureAutomation, AzureScope, Name};
use super::note::Notes;
use crate::event::EventKind;
use crate::rules::{Operator, PropertyType, Scope};

use names::Names;
use sources::Part;
use stub::Stubs;

pub use stub::{Stub, Supplies};

/// Stands for a subscription that the files do not tell.
pub(super) const PLACEHOLDER: &str = "00000000-0000-0000-0000-000000000000";

/// An automation of ours, as it will be written.
#[derive(Debug, Clone)]
pub(super) struct Converted {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) kinds: Vec<EventKind>,
    pub(super) scopes: Vec<AzureScope>,
    pub(super) rule_sets: Vec<ConvertedSet>,
    pub(super) workflows: Vec<(String, At)>,
}

/// Rules that must all hold.
#[derive(Debug, Clone)]
pub(super) struct ConvertedSet {
    pub(super) at: At,
    pub(super) rules: Vec<ConvertedRule>,
}

/// A comparison.
#[derive(Debug, Clone)]
pub(super) struct ConvertedRule {
    pub(super) at: At,
    pub(super) property: String,
    pub(super) operator: Operator,
    pub(super) value: Expected,
    /// Where it is not what the operator stands for.
    pub(super) ty: Option<PropertyType>,
}

/// What a property is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Null,
    Text(String),
}

/// What to do with a subscription that the files do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placeholders {
    /// Write zeros, and say so.
    #[default]
    Allowed,
    /// A problem.
    Refused,
}

/// Converts automations, one after the other; names are unique among all of them.
pub(super) struct Converter<'a> {
    names: Names,
    stubs: Stubs,
    placeholders: Placeholders,
    notes: &'a Notes,
}

impl<'a> Converter<'a> {
    pub(super) fn new(placeholders: Placeholders, notes: &'a Notes) -> Self {
        Self {
            names: Names::default(),
            stubs: Stubs::default(),
            placeholders,
            notes,
        }
    }

    /// The automations that one of Azure's becomes; none if it has a problem.
    pub(super) fn automation(&mut self, azure: &AzureAutomation) -> Option<Vec<Converted>> {
        let scopes = self.scopes(&azure.scopes);
        let parts = sources::parts(&azure.sources, self.notes);
        let (scopes, parts) = (scopes?, parts?);
        let wanted = match &azure.name {
            Name::Known(name) => name.clone(),
            Name::Unknown(_) | Name::Absent => names::of_file(&azure.at.file),
        };
        trap::look_at(&parts, &scopes, self.notes);
        let names: Vec<String> = parts.iter().map(|_| self.names.free(&wanted)).collect();
        self.tell_names((azure, &wanted), &parts, &names);
        // By a name that no other automation has: two Logic Apps that are not known are two.
        let own = names.first().unwrap_or(&wanted);
        let workflows = self.stubs.of(azure, own, self.notes);
        let one = |(part, name): (Part, String)| Converted {
            at: azure.at.clone(),
            name,
            description: azure.description.clone(),
            enabled: azure.enabled,
            kinds: part.kinds,
            scopes: scopes.clone(),
            rule_sets: part.rule_sets,
            workflows: workflows.clone(),
        };
        Some(parts.into_iter().zip(names).map(one).collect())
    }

    /// The workflows that the automations run.
    pub(super) fn into_stubs(self) -> Vec<Stub> {
        self.stubs.into_list()
    }

    fn scopes(&self, scopes: &[AzureScope]) -> Option<Vec<AzureScope>> {
        let mut fine = true;
        for scope in scopes {
            if let Err(error) = Scope::parse(&scope.path) {
                self.notes.problem(&scope.at, error.to_string());
                fine = false;
            }
            if scope.path.contains(PLACEHOLDER) {
                fine &= self.placeholder(scope);
            }
        }
        fine.then(|| scopes.to_vec())
    }

    fn placeholder(&self, scope: &AzureScope) -> bool {
        let why = "the template asks Azure for its subscription";
        match self.placeholders {
            Placeholders::Allowed => {
                let message = format!(
                    "{why}: `{}` stands in and covers nothing; `--subscription ID` says which one",
                    scope.path
                );
                self.notes.missing(&scope.at, message);
                true
            }
            Placeholders::Refused => {
                let message = format!("{why}: `firebell import --subscription ID` fills it in");
                self.notes.problem(&scope.at, message);
                false
            }
        }
    }

    fn tell_names(
        &self,
        (azure, wanted): (&AzureAutomation, &str),
        parts: &[Part],
        names: &[String],
    ) {
        match &azure.name {
            Name::Known(_) => {}
            Name::Unknown(reason) => {
                let message = format!("called `{wanted}`, after its file, since {reason}");
                self.notes.missing(&azure.at, message);
            }
            Name::Absent => {
                let message = format!("called `{wanted}`, after its file, since it has no name");
                self.notes.changed(&azure.at, message);
            }
        }
        if let [first, _, ..] = names {
            let each: Vec<String> = names
                .iter()
                .zip(parts)
                .map(|(name, part)| {
                    let kinds: Vec<&str> = part.kinds.iter().map(|kind| kind.name()).collect();
                    format!("`{name}` for {}", kinds.join(", "))
                })
                .collect();
            let message = format!(
                "`{first}` has sources with different rules, so it becomes {} automations: {}",
                names.len(),
                each.join("; ")
            );
            self.notes.changed(&azure.at, message);
        } else if let Some(name) = names.first().filter(|name| *name != wanted) {
            let message = format!("called `{name}`, since another one is called `{wanted}`");
            self.notes.changed(&azure.at, message);
        }
    }
}
