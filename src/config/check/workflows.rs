//! The workflows, with what holds for all of them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::Workflow;
use crate::document::{Field, Node, Report, Section, Value};

mod batch;
mod flow;
mod headers;
mod limits;
mod presets;
mod requests;
mod status;
mod template;
mod url;

use limits::Limits;
pub(in crate::config) use presets::names as presets;
use requests::Written;
pub(super) use requests::{METHODS, MODES};

/// A name is a metric's label and a header's value.
const MAX_NAME: usize = 64;

/// Fills every workflow with what `workflow_defaults` says and it does not.
pub(in crate::config) fn with_defaults(root: Node) -> Node {
    let Some(defaults) = root.get("workflow_defaults").cloned() else {
        return root;
    };
    root.with_values(|key, node| {
        let workflows = key == "workflows";
        let fill = |_: &str, workflow| Some(filled(workflow, &defaults));
        Some(if workflows {
            node.with_values(fill)
        } else {
            node
        })
    })
}

fn filled(node: Node, defaults: &Node) -> Node {
    let mut node = node.with_values(|key, value| match defaults.get(key) {
        Some(_) if value.is_null() => None,
        Some(defaults) => Some(filled(value, defaults)),
        None => Some(value),
    });
    if let Value::Map(entries) = &mut node.value {
        let own: Vec<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        let absent = defaults
            .entries()
            .iter()
            .filter(|(key, _)| !own.contains(key));
        entries.extend(absent.cloned());
    }
    node
}

/// The workflows' fields by name.
pub(super) fn named<'a>(field: &Field<'a>) -> Vec<(&'a str, Field<'a>)> {
    field.section().map(Section::named).unwrap_or_default()
}

/// What stands beside the workflows.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    /// What paths are relative to.
    pub(super) folder: &'a Path,
    /// The problems, and the texts that may be shown.
    pub(super) report: &'a Report,
}

/// The workflows; what holds for all of them is checked even if there is none.
pub(super) fn workflows(
    defaults: &Field<'_>,
    named: Vec<(&str, Field<'_>)>,
    beside: Beside<'_>,
) -> Option<BTreeMap<String, Workflow>> {
    if let Some(mut section) = defaults.section() {
        let limits = Limits::of(&mut section);
        let flow = flow::flow(&mut section);
        let status = status::policy(&section.field("status"));
        let written = Written::of(&mut section, beside);
        section.finish();
        limits.and(flow).and(status).and(written)?;
    }
    let checked: Vec<Option<(String, Workflow)>> = named
        .into_iter()
        .map(|(name, field)| {
            Some((
                checked_name(name, &field),
                workflow(field.section()?, beside)?,
            ))
        })
        .collect();
    checked.into_iter().collect()
}

fn checked_name(name: &str, field: &Field<'_>) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(fits) {
        field.wrong("a workflow's name has 1 to 64 letters, digits, `.`, `_` and `-`");
    }
    name.to_owned()
}

fn workflow(mut section: Section<'_>, beside: Beside<'_>) -> Option<Workflow> {
    let place = section.place().clone();
    let limits = Limits::of(&mut section);
    let flow = flow::flow(&mut section);
    let status = status::policy(&section.field("status"));
    let written = Written::of(&mut section, beside);
    let url = section.field("url").secret();
    let url = written.as_ref().map(|written| url::url(&url, written));
    section.finish();
    let (limits, (url, values)) = (limits?, url??);
    Some(Workflow {
        place,
        url,
        requests: written?.requests(values),
        timeout: limits.timeout,
        connect_timeout: limits.connect_timeout,
        max_in_flight: limits.max_in_flight,
        queue: limits.queue,
        attempts: limits.attempts,
        backoff: limits.backoff,
        flow: flow?,
        status: status?,
    })
}
