//! The values of a template, and their names.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;

use super::environment::FUNCTIONS;
use super::sink::Sink;
use super::{event, summary};

/// The name of the output among the values: none that a template can write.
pub(super) const SINK: &str = "\0output";

/// The values of `delivery`.
pub const DELIVERY: [&str; 11] = [
    "attempt",
    "automation",
    "event_id",
    "id",
    "kind",
    "offset",
    "partition",
    "place",
    "time",
    "topic",
    "workflow",
];

/// Texts that the configuration gives a template, by name.
pub type Settings = Vec<(String, String)>;

/// How many events a template is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One: `event`, `delivery`, `summary`; and `events` with that one.
    One,
    /// One or more: `events`.
    Many,
}

impl Shape {
    /// The names of the values at the top.
    pub(super) fn names(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::One => &["delivery", "event", "events", "settings", "summary"],
            Self::Many => &["events", "settings"],
        };
        own.iter().copied().chain(FUNCTIONS).collect()
    }
}

/// One delivery, for a template.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The event's own bytes.
    pub event: &'a str,
    /// Its delivery.
    pub about: About<'a>,
}

/// What a template is told of a delivery.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The delivery's id: the same on every attempt.
    pub id: &'a str,
    /// The event's id: the same for all automations and workflows.
    pub event_id: &'a str,
    /// This attempt, from 1.
    pub attempt: u32,
    /// The automation's name.
    pub automation: &'a str,
    /// The workflow's name.
    pub workflow: &'a str,
    /// What the event is.
    pub kind: &'a str,
    /// The topic of its record.
    pub topic: &'a str,
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// The event's place in the record, from 0.
    pub place: usize,
    /// The event's own time, else its record's; empty without either.
    pub time: &'a str,
}

/// The values of one rendering.
pub(super) fn values(inputs: &[Input<'_>], settings: &Settings, sink: &Arc<Sink>) -> Value {
    let each: Vec<Value> = inputs.iter().map(one).collect();
    let settings: BTreeMap<String, String> = settings.iter().cloned().collect();
    let mut values = vec![
        (SINK, Value::from_dyn_object(Arc::clone(sink))),
        ("settings", Value::from_object(settings)),
    ];
    if let [only] = each.as_slice() {
        for name in ["event", "delivery", "summary"] {
            values.extend(only.get_attr(name).map(|value| (name, value)));
        }
    }
    values.push(("events", Value::from(each)));
    named(values)
}

/// Values by name.
pub(super) fn named(values: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let values: BTreeMap<&'static str, Value> = values.into_iter().collect();
    Value::from_object(values)
}

fn one(input: &Input<'_>) -> Value {
    let event = event::value(input.event);
    let summary = summary::of(&event, input.about.kind);
    let parts = [
        ("event", event),
        ("delivery", delivery(&input.about)),
        ("summary", summary),
    ];
    named(parts)
}

fn delivery(about: &About<'_>) -> Value {
    let values = [
        ("attempt", Value::from(about.attempt)),
        ("automation", Value::from(about.automation)),
        ("event_id", Value::from(about.event_id)),
        ("id", Value::from(about.id)),
        ("kind", Value::from(about.kind)),
        ("offset", Value::from(about.offset)),
        ("partition", Value::from(about.partition)),
        ("place", Value::from(about.place)),
        ("time", Value::from(about.time)),
        ("topic", Value::from(about.topic)),
        ("workflow", Value::from(about.workflow)),
    ];
    named(values)
}
