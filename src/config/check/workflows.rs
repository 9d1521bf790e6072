//! The workflows, with what holds for all of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::tls;
use crate::config::{Access, Egress, RETRY_GROUP, Workflow};
use crate::document::{Field, Node, Report, Section, Value};

mod auth;
mod batch;
mod flow;
mod headers;
mod limits;
mod presets;
mod requests;
mod signing;
mod status;
mod template;
mod url;

pub(super) use auth::{TYPES as AUTH_TYPES, entra_endpoint};
use limits::Limits;
pub(in crate::config) use presets::names as presets;
use requests::Written;
pub(super) use requests::{METHODS, MODES};
use url::Ground;

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
        // Keys of another type would not fit: a section that names its type is whole.
        Some(_) if value.get("type").is_some_and(|chosen| !chosen.is_null()) => Some(value),
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
    /// What the deployment is called in requests.
    pub(super) deployment: &'a str,
}

/// The workflows; what holds for all of them is checked even if there is none. Without `egress`,
/// which has its own problems then, what is in them is checked all the same.
pub(super) fn workflows(
    defaults: &Field<'_>,
    named: Vec<(&str, Field<'_>)>,
    (egress, beside): (Option<Egress>, Beside<'_>),
) -> Option<BTreeMap<String, Workflow>> {
    if let Some(mut section) = defaults.section() {
        let own_group = section.field("own_group").flag();
        let limits = Limits::of(&mut section);
        let flow = flow::flow(&mut section);
        let status = status::policy(&section.field("status"));
        let access = access(&mut section, beside.folder);
        let written = Written::of(&mut section, beside);
        section.finish();
        let limits = own_group.and(limits).and(flow).and(status);
        limits.and(access).and(written)?;
    }
    let egress = egress.map(Arc::new);
    let one = |(name, field): (&str, Field<'_>)| {
        let checked = checked_name(name, &field);
        let workflow = workflow(name, field.section()?, (egress.clone(), beside))?;
        Some((checked, workflow))
    };
    let checked: Vec<Option<(String, Workflow)>> = named.into_iter().map(one).collect();
    checked.into_iter().collect()
}

fn checked_name(name: &str, field: &Field<'_>) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(fits) {
        field.wrong("a workflow's name has 1 to 64 letters, digits, `.`, `_` and `-`");
    }
    name.to_owned()
}

fn workflow(
    name: &str,
    mut section: Section<'_>,
    (egress, beside): (Option<Arc<Egress>>, Beside<'_>),
) -> Option<Workflow> {
    let place = section.place().clone();
    let webhook = section.field("url").secret();
    let own_group = own_group(name, &section.field("own_group"));
    let limits = Limits::of(&mut section);
    let flow = flow::flow(&mut section);
    let status = status::policy(&section.field("status"));
    let access = access(&mut section, beside.folder);
    let written = Written::of(&mut section, beside);
    let ground = Ground::new(access.as_ref(), egress.as_ref(), written.as_ref());
    let url = url::url(&webhook, ground);
    section.finish();
    let (limits, (url, values)) = (limits?, url?);
    Some(Workflow {
        place,
        url,
        requests: written?.requests(values),
        own_group: own_group?,
        egress: egress?,
        timeout: limits.timeout,
        connect_timeout: limits.connect_timeout,
        max_in_flight: limits.max_in_flight,
        queue: limits.queue,
        attempts: limits.attempts,
        backoff: limits.backoff,
        flow: flow?,
        status: status?,
        access: access?,
    })
}

fn access(section: &mut Section<'_>, folder: &Path) -> Option<Access> {
    let auth = section.field("auth").section();
    let auth = auth.and_then(|section| auth::auth(section, folder));
    let signing = section.field("signing").section();
    let signing = signing.and_then(signing::signing);
    let tls = section.field("tls").section();
    let tls = tls.and_then(|section| tls::tls(section, folder));
    Some(Access {
        auth: auth?,
        signing: signing?,
        tls: tls?,
    })
}

/// Whether a workflow has a group of its own; the retry topics' group is not to be had.
fn own_group(name: &str, field: &Field<'_>) -> Option<bool> {
    let wanted = field.flag()?;
    if wanted && name == RETRY_GROUP {
        field.wrong("the retry topics are read by the group `<group_id>.retry`: give this workflow another name");
    }
    Some(wanted)
}
