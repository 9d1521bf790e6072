//! The workflows that imported automations run: names, and the secrets to supply.

use std::collections::BTreeMap;

use super::names::Names;
use crate::import::at::At;
use crate::import::azure::{Action, AzureAutomation, Secret, Target};
use crate::import::note::Notes;

/// Letters of a name, with room for a number behind it.
const MAX_NAME: usize = 56;

/// A workflow that somebody has to configure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The workflow's name.
    pub name: String,
    /// The environment variable for its URL.
    pub variable: String,
    /// What stands behind it in Azure.
    pub supplies: Supplies,
    /// What it was in Azure: a kind of resource, and its id where it is known.
    pub origin: String,
}

/// What somebody has to supply for a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supplies {
    /// The callback URL of a Logic App.
    CallbackUrl,
    /// A webhook that does what an action without a URL did.
    Webhook,
}

/// The workflows so far.
#[derive(Debug, Default)]
pub(super) struct Stubs {
    names: Names,
    /// By what they stand for.
    known: BTreeMap<String, String>,
    list: Vec<Stub>,
}

impl Stubs {
    /// The workflows of an automation, each once. One without actions gets one all the same.
    pub(super) fn of(
        &mut self,
        azure: &AzureAutomation,
        name: &str,
        notes: &Notes,
    ) -> Vec<(String, At)> {
        let mut workflows: Vec<(String, At)> = Vec::new();
        for action in &azure.actions {
            let workflow = self.of_action(action, name, notes);
            if !workflows.iter().any(|(known, _)| *known == workflow) {
                workflows.push((workflow, action.at.clone()));
            }
        }
        if workflows.is_empty() {
            let workflow = self.add(name, Supplies::Webhook, "an automation without actions");
            let message = format!(
                "it has no actions, so it runs nothing in Azure: the workflow `{}` stands for \
                 what it should run",
                workflow.name
            );
            notes.missing(&azure.at, message);
            workflows.push((workflow.name, azure.at.clone()));
        }
        workflows
    }

    pub(super) fn into_list(self) -> Vec<Stub> {
        self.list
    }

    fn of_action(&mut self, action: &Action, automation: &str, notes: &Notes) -> String {
        let id = action
            .id
            .as_deref()
            .map(printable)
            .filter(|id| !id.is_empty());
        let key = id.as_ref().map_or_else(
            || format!("{} of {automation}", action.target.name()),
            |id| id.trim_end_matches('/').to_lowercase(),
        );
        if let Some(name) = self.known.get(&key) {
            if action.secret == Secret::Given {
                let message = format!("a secret for workflow `{name}` was left out");
                notes.changed(&action.at, message);
            }
            return name.clone();
        }
        let last = |id: &String| {
            id.trim_end_matches('/')
                .rsplit('/')
                .next()
                .map(str::to_owned)
        };
        let wanted = id.as_ref().and_then(last);
        let wanted = wanted.unwrap_or_else(|| automation.to_owned());
        let supplies = match action.target {
            Target::LogicApp => Supplies::CallbackUrl,
            Target::EventHub | Target::Workspace => Supplies::Webhook,
        };
        let words = action.target.words();
        let origin = id.map_or_else(
            || format!("{words} of `{}`", printable(automation)),
            |id| format!("{words} {id}"),
        );
        let stub = self.add(&wanted, supplies, &origin);
        self.known.insert(key, stub.name.clone());
        tell(action, &stub, notes);
        stub.name
    }

    fn add(&mut self, wanted: &str, supplies: Supplies, origin: &str) -> Stub {
        let name = self.names.free_by(&valid(wanted), variable);
        let stub = Stub {
            variable: variable(&name),
            name,
            supplies,
            origin: origin.to_owned(),
        };
        self.list.push(stub.clone());
        stub
    }
}

fn tell(action: &Action, stub: &Stub, notes: &Notes) {
    let Stub { name, variable, .. } = stub;
    let message = match (action.target, action.secret) {
        (Target::LogicApp, Secret::Given) => format!(
            "the callback URL of workflow `{name}` is a secret and was left out: supply it as \
             {variable}"
        ),
        (Target::LogicApp, Secret::Absent) => format!(
            "Azure never shows the callback URL of workflow `{name}`: supply it as {variable}"
        ),
        (Target::EventHub, _) => format!(
            "workflow `{name}` was an Event Hub: let its consumers read the source topic, or \
             supply a webhook that produces to the hub as {variable}"
        ),
        (Target::Workspace, _) => format!(
            "workflow `{name}` was a Log Analytics workspace, which has no equivalent here: \
             supply a webhook that writes to it as {variable}"
        ),
    };
    let message = match &action.unknown {
        Some(reason) => format!("{message}; it is called after its automation, since {reason}"),
        None => message,
    };
    notes.missing(&action.at, message);
}

/// A workflow's name: letters, digits, `.`, `_` and `-`.
fn valid(wanted: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = wanted
        .chars()
        .take(MAX_NAME)
        .map(|c| if fits(c) { c } else { '-' })
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "workflow".to_owned()
    } else {
        name.to_owned()
    }
}

/// `On-Call` → `ON_CALL_URL`. A variable's name starts with no digit.
fn variable(name: &str) -> String {
    let upper: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if upper.starts_with(|c: char| c.is_ascii_digit()) {
        format!("WORKFLOW_{upper}_URL")
    } else {
        format!("{upper}_URL")
    }
}

/// One line of text: it goes into a comment.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
