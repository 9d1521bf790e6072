//! `Microsoft.Security/automations` as Azure holds them: read, not yet changed.
//!
//! Unknown fields are ignored; names of fields and values of enums are read in any case. The two
//! API versions differ in nothing that we read.

mod fields;
mod read;

use std::rc::Rc;

use super::at::At;
use crate::event::EventKind;
use crate::rules::{Operator, PropertyType};

pub(super) use read::automation;

/// Whether a resource's type is that of an automation; an older name is in Azure's own examples.
pub(super) fn is_automation(ty: &str) -> bool {
    [
        "Microsoft.Security/automations",
        "Microsoft.Security/SecurityAutomations",
    ]
    .iter()
    .any(|name| name.eq_ignore_ascii_case(ty))
}

/// An automation of Azure's.
#[derive(Debug, Clone)]
pub(super) struct AzureAutomation {
    pub(super) at: At,
    pub(super) name: Name,
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) scopes: Vec<AzureScope>,
    pub(super) sources: Vec<Source>,
    pub(super) actions: Vec<Action>,
}

/// What it is called.
#[derive(Debug, Clone)]
pub(super) enum Name {
    Known(String),
    /// Only Azure knows it, and why.
    Unknown(Rc<str>),
    /// It is the body of a request.
    Absent,
}

/// Where it applies.
#[derive(Debug, Clone)]
pub(super) struct AzureScope {
    pub(super) at: At,
    pub(super) path: String,
}

/// What it listens to.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) at: At,
    pub(super) kind: EventKind,
    /// One of them must hold; none is every event.
    pub(super) rule_sets: Vec<AzureRuleSet>,
}

/// Rules that must all hold.
#[derive(Debug, Clone)]
pub(super) struct AzureRuleSet {
    pub(super) at: At,
    pub(super) rules: Vec<AzureRule>,
}

/// A comparison.
#[derive(Debug, Clone)]
pub(super) struct AzureRule {
    pub(super) at: At,
    pub(super) path: String,
    pub(super) ty: PropertyType,
    pub(super) operator: Operator,
    pub(super) value: String,
}

/// What it runs.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) at: At,
    pub(super) target: Target,
    /// The resource's id, where there is one.
    pub(super) id: Option<String>,
    /// Why it is not known, where it is not.
    pub(super) unknown: Option<Rc<str>>,
    /// A callback URL or a connection string stood there. It is a secret, and was not read.
    pub(super) secret: Secret,
}

/// Whether a secret was given along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    Given,
    Absent,
}

/// What an action calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    LogicApp,
    EventHub,
    Workspace,
}

impl Target {
    pub(super) const ALL: [Self; 3] = [Self::LogicApp, Self::EventHub, Self::Workspace];

    /// Azure's name of the action.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LogicApp => "LogicApp",
            Self::EventHub => "EventHub",
            Self::Workspace => "Workspace",
        }
    }

    /// The key of the resource's id.
    const fn id_key(self) -> &'static str {
        match self {
            Self::LogicApp => "logicAppResourceId",
            Self::EventHub => "eventHubResourceId",
            Self::Workspace => "workspaceResourceId",
        }
    }

    /// The key of the secret, which Azure never shows again.
    const fn secret_key(self) -> &'static str {
        match self {
            Self::LogicApp => "uri",
            Self::EventHub => "connectionString",
            Self::Workspace => "workspaceKey",
        }
    }

    /// What people call it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::LogicApp => "Logic App",
            Self::EventHub => "Event Hub",
            Self::Workspace => "Log Analytics workspace",
        }
    }
}
