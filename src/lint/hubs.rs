//! `key-of-one-hub`: a key that opens fewer topics than there are.

use crate::config::Config;
use crate::lint::{Lint, Warning};

/// Warns of a key of Event Hubs that is for one event hub.
pub(super) fn key_of_one_hub(config: &Config, found: &mut Vec<Warning>) {
    let Some(hubs) = &config.kafka.event_hubs else {
        return;
    };
    let Some(entity_path) = &hubs.entity_path else {
        return;
    };
    let sources = config.sources.iter().map(|source| &source.topic);
    let tiers = config.retry.tiers.iter().map(|tier| &tier.topic);
    let others: Vec<&str> = sources
        .chain(tiers)
        .chain([&config.dead_letter.topic])
        .filter(|topic| !topic.eq_ignore_ascii_case(entity_path))
        .map(String::as_str)
        .collect();
    if others.is_empty() {
        return;
    }
    found.push(Warning {
        place: hubs.place.clone(),
        lint: Lint::KeyOfOneHub,
        message: format!(
            "the key is for one event hub alone (EntityPath), and these are others: {}",
            others.join(", ")
        ),
        other: None,
        help: "take the connection string of a shared access policy of the namespace".to_owned(),
    });
}
