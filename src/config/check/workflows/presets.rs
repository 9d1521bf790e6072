//! Templates that are shipped, with the settings that each of them takes.

use super::template::{Shown, Source, setting};
use crate::document::{self, Field, Node, Report};
use crate::render::Settings;

/// The presets by name: files of `config/presets`.
const PRESETS: [(&str, &str); 6] = [
    ("jira", include_str!("../../../../config/presets/jira.yaml")),
    (
        "logic-app",
        include_str!("../../../../config/presets/logic-app.yaml"),
    ),
    (
        "pagerduty",
        include_str!("../../../../config/presets/pagerduty.yaml"),
    ),
    (
        "servicenow",
        include_str!("../../../../config/presets/servicenow.yaml"),
    ),
    (
        "slack",
        include_str!("../../../../config/presets/slack.yaml"),
    ),
    (
        "teams",
        include_str!("../../../../config/presets/teams.yaml"),
    ),
];

/// The names of the presets.
pub(in crate::config) fn names() -> Vec<&'static str> {
    PRESETS.iter().map(|(name, _)| *name).collect()
}

/// A preset: its template, and the settings that it reads.
pub(super) struct Preset {
    pub(super) text: Source,
    settings: Vec<Setting>,
}

/// One setting of a preset.
struct Setting {
    name: String,
    /// What holds when none is given; required without it.
    default: Option<String>,
}

/// The preset that a field names.
pub(super) fn named(field: &Field<'_>, report: &Report) -> Option<Preset> {
    let (name, source) = field.choice(&PRESETS.map(|preset| (preset.0, preset)))?;
    let origin = format!("preset {name}");
    let node = document::parse(source, &origin);
    let node = node.map_err(|problem| report.push(problem)).ok()?;
    let settings = node.get("settings").map(Node::entries).unwrap_or_default();
    let settings = settings.iter().map(|(name, node)| Setting {
        name: name.clone(),
        default: node
            .get("default")
            .and_then(Node::scalar)
            .map(str::to_owned),
    });
    let text = node.get("template").and_then(Node::scalar)?;
    report.may_show(&origin, text);
    Some(Preset {
        text: Source {
            text: text.to_owned(),
            key: field.key().to_owned(),
            place: Shown::By(origin),
        },
        settings: settings.collect(),
    })
}

impl Preset {
    /// The settings that are given, and the defaults of the others. Every value is a secret.
    pub(super) fn settings(&self, field: &Field<'_>) -> Option<Settings> {
        let given = match field.clone().optional() {
            Some(field) => field.section()?.named(),
            None => Vec::new(),
        };
        let known: Vec<&str> = self.settings.iter().map(|one| one.name.as_str()).collect();
        let unknown = given.iter().filter(|(name, _)| !known.contains(name));
        let unknown = unknown.map(|(name, value)| value.unknown("setting", name, &known));
        let count = unknown.count();
        let read: Vec<Option<(String, String)>> = self
            .settings
            .iter()
            .map(|one| {
                let found = given.iter().find(|(name, _)| *name == one.name);
                let text = match (found, &one.default) {
                    (Some((_, value)), _) => setting(&value.clone().secret()),
                    (None, Some(default)) => Some(default.clone()),
                    (None, None) => {
                        field.wrong(&format!("missing: the preset needs `{}`", one.name));
                        None
                    }
                };
                text.map(|text| (one.name.clone(), text))
            })
            .collect();
        let read: Option<Settings> = read.into_iter().collect();
        read.filter(|_| count == 0)
    }
}
