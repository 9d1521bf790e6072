//! What the client library refuses of our settings: all that a start would meet.

use rdkafka::config::{ClientConfig, FromClientConfig};
use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use rdkafka::producer::BaseProducer;

use super::client::consumer_config;
use crate::config::{Kafka, Secret};
use crate::settle::producer_config;

/// A setting that no client can be made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The property, where the library names one that the operator has set.
    pub property: Option<String>,
    /// What the library says. No value of a property is in it.
    pub why: String,
}

/// Makes a consumer and a producer of these settings, which connect to nothing, and gives back what
/// each of them is refused for.
#[must_use]
pub fn unusable(kafka: &Kafka) -> Vec<Unusable> {
    let group = consumer_config(kafka, &kafka.group_id);
    let refused = [
        refusal::<BaseConsumer>(group),
        refusal::<BaseProducer>(producer_config(kafka)),
    ];
    let mut all: Vec<Unusable> = Vec::new();
    for error in refused.into_iter().flatten() {
        let found = told(kafka, &error);
        if !all.contains(&found) {
            all.push(found);
        }
    }
    all
}

fn refusal<T: FromClientConfig>(mut client: ClientConfig) -> Option<KafkaError> {
    // Without a broker it looks for none.
    client.remove("bootstrap.servers");
    client.create::<T>().err()
}

fn told(kafka: &Kafka, error: &KafkaError) -> Unusable {
    let why = if let KafkaError::ClientConfig(_, why, ..) | KafkaError::ClientCreation(why) = error
    {
        why.clone()
    } else {
        error.to_string()
    };
    let named = if let KafkaError::ClientConfig(_, _, name, _) = error {
        Some(name.as_str()).filter(|name| kafka.properties.contains_key(*name))
    } else {
        named_in(kafka, &why)
    };
    Unusable {
        property: named.map(str::to_owned),
        why: without_values(kafka, why.trim()),
    }
}

/// The first property of the operator's that a text names.
fn named_in<'a>(kafka: &'a Kafka, text: &str) -> Option<&'a str> {
    let set = kafka.properties_at.keys();
    let named = set.filter_map(|name| Some((text.find(&format!("`{name}`"))?, name)));
    named.min().map(|(_, name)| name.as_str())
}

/// A value may be a secret. One of a few digits is none, and would take the numbers of the text
/// along.
fn without_values(kafka: &Kafka, text: &str) -> String {
    let values = kafka.properties.values().map(Secret::expose);
    let may_be_secret = |value: &&String| value.len() >= 4 && value.parse::<f64>().is_err();
    values
        .filter(may_be_secret)
        .fold(text.to_owned(), |text, value| {
            text.replace(value.as_str(), "…")
        })
}

#[cfg(test)]
mod tests {
    use rdkafka::types::RDKafkaConfRes;

    use super::*;
    use crate::config::{PropertyKind, known_properties};
    use crate::document::Place;

    fn kafka(properties: &[(&str, &str)]) -> Kafka {
        let mut kafka = crate::config::defaults_for_tests().kafka;
        for (name, value) in properties {
            let (name, value) = ((*name).to_owned(), (*value).to_owned());
            kafka.properties_at.insert(name.clone(), Place::whole("f"));
            kafka.properties.insert(name, Secret::new(value));
        }
        kafka
    }

    #[test]
    fn what_contradicts_another_property_is_found_by_the_clients() {
        for (name, value) in [
            ("receive.message.max.bytes", "1000"),
            ("fetch.max.bytes", "1000"),
            ("reconnect.backoff.max.ms", "1"),
            ("ssl.keystore.location", "/nowhere/SECRET"),
        ] {
            let found = unusable(&kafka(&[(name, value)]));
            assert!(!found.is_empty(), "{name}");
            for one in &found {
                assert_eq!(one.property.as_deref(), Some(name), "{}", one.why);
                assert!(!one.why.contains("SECRET"), "{}", one.why);
            }
        }
    }

    #[test]
    fn what_is_right_is_found_right() {
        assert_eq!(unusable(&kafka(&[])), []);
        let kafka = kafka(&[("linger.ms", "2.5"), ("socket.timeout.ms", "60000")]);
        assert_eq!(unusable(&kafka), []);
    }

    /// Whether the library takes a value.
    fn takes(name: &str, value: &str) -> Result<(), RDKafkaConfRes> {
        let mut client = ClientConfig::new();
        client.set(name, value);
        match client.create_native_config() {
            Ok(_) => Ok(()),
            Err(KafkaError::ClientConfig(result, ..)) => Err(result),
            Err(other) => panic!("{name}: {other}"),
        }
    }

    #[test]
    fn the_library_takes_what_is_said_of_each_property_and_no_more() {
        for (name, kind) in known_properties() {
            let (good, bad): (Vec<String>, Vec<String>) = match kind {
                PropertyKind::Integer(least, most) => (
                    vec![least.to_string(), most.to_string()],
                    [least - 1, most + 1]
                        .into_iter()
                        .filter(|one| i32::try_from(*one).is_ok())
                        .map(|one| one.to_string())
                        .collect(),
                ),
                PropertyKind::Number(least, most) => (
                    vec![least.to_string(), most.to_string()],
                    vec![(least - 1.0).to_string(), (most + 1.0).to_string()],
                ),
                PropertyKind::Flag => (
                    vec!["true".to_owned(), "F".to_owned()],
                    vec!["maybe".to_owned()],
                ),
                PropertyKind::OneOf(words) => (
                    words.iter().map(|word| (*word).to_owned()).collect(),
                    vec!["none-of-them".to_owned()],
                ),
                PropertyKind::Text => {
                    let unknown = RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN;
                    assert_ne!(takes(name, "x"), Err(unknown), "{name}");
                    continue;
                }
            };
            for value in good {
                assert_eq!(takes(name, &value), Ok(()), "{name}: {value}");
            }
            for value in bad {
                assert!(takes(name, &value).is_err(), "{name}: {value}");
            }
        }
    }
}
