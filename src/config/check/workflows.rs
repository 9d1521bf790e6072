//! The workflows, with what holds for all of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use reqwest::Url;

use crate::config::load::DEFAULTS_ORIGIN;
use crate::config::{Backoff, Secret, Workflow};
use crate::document::{Field, Node, Section, Value, show_duration};

/// A name is a metric's label and a header's value.
const MAX_NAME: usize = 64;

const fn milliseconds(least: u64, most: u64) -> RangeInclusive<Duration> {
    Duration::from_millis(least)..=Duration::from_millis(most)
}

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

/// The workflows; what holds for all of them is checked even if there is none.
pub(super) fn workflows(
    defaults: &Field<'_>,
    named: Vec<(&str, Field<'_>)>,
) -> Option<BTreeMap<String, Workflow>> {
    if let Some(mut section) = defaults.section() {
        let limits = Limits::of(&mut section);
        section.finish();
        limits?;
    }
    let checked: Vec<Option<(String, Workflow)>> = named
        .into_iter()
        .map(|(name, field)| Some((checked_name(name, &field), workflow(field.section()?)?)))
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

fn workflow(mut section: Section<'_>) -> Option<Workflow> {
    let place = section.place().clone();
    let url = url(&section.field("url").secret());
    let limits = Limits::of(&mut section);
    section.finish();
    let limits = limits?;
    Some(Workflow {
        place,
        url: url?,
        timeout: limits.timeout,
        connect_timeout: limits.connect_timeout,
        max_in_flight: limits.max_in_flight,
        queue: limits.queue,
        attempts: limits.attempts,
        backoff: limits.backoff,
    })
}

/// The parser's words name no part of the URL, and neither do ours.
fn url(field: &Field<'_>) -> Option<Secret<Url>> {
    let expected = "expected a URL, `https://…` or `http://…`; it is a secret and not shown";
    match Url::parse(field.text()?) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Some(Secret::new(url))
        }
        Ok(_) => {
            field.wrong(expected);
            None
        }
        Err(error) => {
            field.wrong(&format!("{expected}: {error}"));
            None
        }
    }
}

/// All of a workflow but its URL.
struct Limits {
    timeout: Duration,
    connect_timeout: Duration,
    max_in_flight: usize,
    queue: usize,
    attempts: u32,
    backoff: Backoff,
}

impl Limits {
    fn of(section: &mut Section<'_>) -> Option<Self> {
        let (timeout, connect_timeout) = timeouts(section);
        let (max_in_flight, queue) = places(section);
        let attempts = section.field("attempts").integer(1..=10);
        let backoff = section.field("backoff").section().and_then(backoff);
        Some(Self {
            timeout: timeout?,
            connect_timeout: connect_timeout?,
            max_in_flight: max_in_flight?,
            queue: queue?,
            attempts: attempts?,
            backoff: backoff?,
        })
    }
}

/// Connecting is a part of the request, and never has longer than it.
fn timeouts(section: &mut Section<'_>) -> (Option<Duration>, Option<Duration>) {
    let timeout = section
        .field("timeout")
        .duration(milliseconds(100, 300_000));
    let connect = section
        .field("connect_timeout")
        .duration(milliseconds(10, 300_000));
    (
        timeout,
        connect.map(|connect| timeout.map_or(connect, |timeout| connect.min(timeout))),
    )
}

fn places(section: &mut Section<'_>) -> (Option<usize>, Option<usize>) {
    let (flying, waiting) = (section.field("max_in_flight"), section.field("queue"));
    let max_in_flight: Option<usize> = flying.integer(1..=1000);
    let queue: Option<usize> = waiting.integer(1..=100_000);
    if let (Some(least), Some(most)) = (max_in_flight, queue)
        && least > most
    {
        contradict((&flying, &least.to_string()), (&waiting, &most.to_string()));
    }
    (max_in_flight, queue)
}

fn backoff(mut section: Section<'_>) -> Option<Backoff> {
    let (first, last) = (section.field("min"), section.field("max"));
    let min = first.duration(milliseconds(1, 60_000));
    let max = last.duration(milliseconds(1, 60_000));
    section.finish();
    if let (Some(least), Some(most)) = (min, max)
        && least > most
    {
        contradict(
            (&first, &show_duration(least)),
            (&last, &show_duration(most)),
        );
    }
    Some(Backoff {
        min: min?,
        max: max?,
    })
}

/// Reports a value that is more than its bound, where the reader can change one of them: not in
/// the defaults.
fn contradict((least, low): (&Field<'_>, &str), (most, high): (&Field<'_>, &str)) {
    let name = |field: &Field<'_>| {
        field
            .key()
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    if &*least.place().origin == DEFAULTS_ORIGIN {
        most.wrong(&format!("must not be less than {} ({low})", name(least)));
    } else {
        least.wrong(&format!("must not be more than {} ({high})", name(most)));
    }
}
