//! Whether the clients can be made: what a start would refuse is refused before it, with its place.

use crate::config::{Config, LoadError};
use crate::consume::{Unusable, unusable};
use crate::document::{Place, Problem};

/// The configuration, if a consumer and a producer can be made of it. Connects to nothing.
///
/// # Errors
/// What the client library refuses.
pub(super) fn usable(config: Config) -> Result<Config, LoadError> {
    let refused = unusable(&config.kafka);
    let problems = refused.into_iter().map(|one| problem(&config, one));
    match LoadError::of(problems.collect(), &config.texts) {
        Some(error) => Err(error),
        None => Ok(config),
    }
}

fn problem(config: &Config, unusable: Unusable) -> Problem {
    let Unusable { property, why } = unusable;
    let places = &config.kafka.properties_at;
    let place = property.as_ref().and_then(|name| places.get(name)).cloned();
    let key = property.map_or_else(
        || "kafka".to_owned(),
        |name| format!("kafka.properties.{name}"),
    );
    Problem {
        place: place.unwrap_or_else(|| Place::whole("configuration")),
        key,
        message: format!("the Kafka client refuses it: {why}"),
        help: None,
    }
}
