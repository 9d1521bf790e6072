//! Sources, retry topics, and the dead-letter topic: no topic in two roles.

use std::time::Duration;

use crate::config::{Retry, Source, SourceKind, Tier, automations};
use crate::document::{Field, Place, Section, show_duration};
use crate::event::EventKind;

/// Kafka's own bound.
const MAX_NAME: usize = 249;

/// Tiers; more topics than Event Hubs Standard has to give help nobody.
const MAX_TIERS: usize = 8;

/// The topics that have a role, with the key and the place that gave it.
#[derive(Debug, Default)]
pub(super) struct Topics(Vec<(String, String, Place)>);

impl Topics {
    /// Reads a topic's name and takes it for one role.
    pub(super) fn claim(&mut self, field: &Field<'_>) -> Option<String> {
        let name = field.text()?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.len() > MAX_NAME || !name.chars().all(fits) || matches!(name, "." | "..") {
            let expected = "a topic's name: 1 to 249 letters, digits, `.`, `_` and `-`";
            return field.mismatch(expected, None);
        }
        if let Some((_, key, place)) = self.0.iter().find(|(taken, _, _)| taken == name) {
            field.wrong(&format!("this topic has a role already: {key} at {place}"));
        }
        self.0.push((
            name.to_owned(),
            field.key().to_owned(),
            field.place().clone(),
        ));
        Some(name.to_owned())
    }
}

pub(super) fn sources(field: &Field<'_>, topics: &mut Topics) -> Option<Vec<Source>> {
    let items = field.items()?;
    if items.is_empty() {
        let help = "name the topics that events come from: `sources: [{ topic: security.alerts }]`";
        field.problem("needs one at least", Some(help.to_owned()));
    }
    let sources: Vec<Option<Source>> = items.iter().map(|item| source(item, topics)).collect();
    sources.into_iter().collect()
}

fn source(field: &Field<'_>, topics: &mut Topics) -> Option<Source> {
    if field.is_text() {
        return Some(Source {
            topic: topics.claim(field)?,
            kind: SourceKind::Auto,
        });
    }
    let mut section = field.section()?;
    let topic = topics.claim(&section.field("topic"));
    let kind = section
        .field("kind")
        .optional()
        .map_or(Some(SourceKind::Auto), |f| kind(&f));
    section.finish();
    Some(Source {
        topic: topic?,
        kind: kind?,
    })
}

fn kind(field: &Field<'_>) -> Option<SourceKind> {
    let name = field.text()?;
    if name.eq_ignore_ascii_case("auto") {
        return Some(SourceKind::Auto);
    }
    let kind = EventKind::parse(name).map(SourceKind::Fixed);
    if kind.is_none() {
        let known: Vec<&str> = ["auto"]
            .into_iter()
            .chain(automations::kind_names())
            .collect();
        field.unknown("kind", name, &known);
    }
    kind
}

pub(super) fn retry(mut section: Section<'_>, topics: &mut Topics) -> Option<Retry> {
    let tiers = tiers(&section.field("tiers"), topics);
    let age = Duration::from_mins(1)..=Duration::from_hours(720);
    let max_age = section.field("max_age").duration(age);
    let max_attempts = section.field("max_attempts").integer(1..=10_000);
    let unknown = Duration::from_secs(1)..=Duration::from_hours(720);
    let unknown_after = section.field("unknown_after").duration(unknown);
    section.finish();
    Some(Retry {
        tiers: tiers?,
        max_age: max_age?,
        max_attempts: max_attempts?,
        unknown_after: unknown_after?,
    })
}

fn tiers(field: &Field<'_>, topics: &mut Topics) -> Option<Vec<Tier>> {
    let items = field.items()?;
    if items.is_empty() || items.len() > MAX_TIERS {
        field.wrong(&format!(
            "needs 1 to {MAX_TIERS} topics, has {}",
            items.len()
        ));
    }
    let mut before = Duration::ZERO;
    let read: Vec<Option<Tier>> = items
        .iter()
        .map(|item| {
            let tier = tier(item.section()?, topics, before);
            before = tier.as_ref().map_or(before, |tier| tier.delay);
            tier
        })
        .collect();
    read.into_iter().collect()
}

fn tier(mut section: Section<'_>, topics: &mut Topics, before: Duration) -> Option<Tier> {
    let topic = topics.claim(&section.field("topic"));
    let field = section.field("delay");
    let delay = field.duration(Duration::from_secs(1)..=Duration::from_hours(168));
    section.finish();
    if delay.is_some_and(|delay| delay <= before) {
        let before = show_duration(before);
        field.wrong(&format!(
            "must be longer than the delay before it ({before})"
        ));
    }
    Some(Tier {
        topic: topic?,
        delay: delay?,
    })
}
