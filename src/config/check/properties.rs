//! The properties that `kafka.properties` passes on: their names, and what each takes.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::refused;
use crate::config::Secret;
use crate::document::{Field, Place, Section, nearest};

mod table;

use table::PROPERTIES;

/// What a property takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A whole number, from the first to the second.
    Integer(i64, i64),
    /// A number, from the first to the second.
    Number(f64, f64),
    /// `true` or `false`.
    Flag,
    /// One of these words, without regard to case.
    OneOf(&'static [&'static str]),
    /// Any text.
    Text,
}

/// Bounds that are narrower than the library's own, and why.
const NARROWER: [(&str, RangeInclusive<i64>, &str); 8] = [
    ("delivery.timeout.ms", 1..=MOST, FOR_EVER),
    ("max.in.flight", 1..=5, IDEMPOTENT),
    ("max.in.flight.requests.per.connection", 1..=5, IDEMPOTENT),
    ("message.send.max.retries", 1..=MOST, IDEMPOTENT),
    ("message.timeout.ms", 1..=MOST, FOR_EVER),
    ("queue.buffering.backpressure.threshold", 1..=1, IDEMPOTENT),
    ("retries", 1..=MOST, IDEMPOTENT),
    (
        "topic.metadata.refresh.interval.ms",
        1..=3_600_000,
        "else a new partition is never seen",
    ),
];

const MOST: i64 = i32::MAX as i64;
const FOR_EVER: &str = "with 0 a write that fails would never be told of";
const IDEMPOTENT: &str = "the producer needs it to write each record once";

/// Every property that may be passed on, and what it takes.
pub fn known_properties() -> impl Iterator<Item = (&'static str, Kind)> {
    PROPERTIES.iter().copied()
}

/// What the section `kafka.properties` holds.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// Each value as the library takes it.
    pub(super) values: BTreeMap<String, Secret<String>>,
    /// Where each is written.
    pub(super) places: BTreeMap<String, Place>,
}

/// Reads the section `kafka.properties`.
pub(super) fn properties(section: Section<'_>) -> Option<Passed> {
    let mut passed = Passed::default();
    let mut all = true;
    for (name, field) in section.named() {
        let field = field.secret();
        let place = field.place().clone();
        passed.places.insert(name.to_owned(), place);
        if let Some(value) = property(name, &field) {
            passed.values.insert(name.to_owned(), value);
        } else {
            all = false;
        }
    }
    all.then_some(passed)
}

fn property(name: &str, field: &Field<'_>) -> Option<Secret<String>> {
    if let Some(reason) = refused::reason(name) {
        field.problem("refused", Some(reason.to_owned()));
        return None;
    }
    let value = field.scalar()?;
    if let Some((wrong, help)) = wrong(name, value) {
        field.problem(wrong, help);
        return None;
    }
    Some(Secret::new(value.to_owned()))
}

/// What is wrong with a property, and what helps. The value is not in it: it may be a secret.
fn wrong(name: &str, value: &str) -> Option<(String, Option<String>)> {
    let Some((_, kind)) = PROPERTIES.iter().find(|(known, _)| *known == name) else {
        return Some((
            "the Kafka client has no such property".to_owned(),
            nearest_to(name),
        ));
    };
    if !kind.takes(value) {
        return Some((format!("expected {}", kind.expected()), None));
    }
    let (_, range, why) = NARROWER.iter().find(|(narrow, ..)| *narrow == name)?;
    let fits = integer(value).is_some_and(|number| range.contains(&number));
    let expected = Kind::Integer(*range.start(), *range.end()).expected();
    (!fits).then(|| (format!("expected {expected}"), Some((*why).to_owned())))
}

fn nearest_to(name: &str) -> Option<String> {
    let names: Vec<&str> = PROPERTIES.iter().map(|(name, _)| *name).collect();
    let near = nearest(name, &names)?;
    Some(format!("did you mean `{near}`?"))
}

impl Kind {
    fn takes(self, value: &str) -> bool {
        let value = value.trim();
        match self {
            Self::Integer(least, most) => {
                integer(value).is_some_and(|number| (least..=most).contains(&number))
            }
            Self::Number(least, most) => value
                .parse()
                .is_ok_and(|number: f64| (least..=most).contains(&number)),
            Self::Flag => ["true", "false", "t", "f", "1", "0"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(value)),
            Self::OneOf(words) => words.iter().any(|word| word.eq_ignore_ascii_case(value)),
            Self::Text => true,
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Integer(least, most) if least == most => least.to_string(),
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::OneOf(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Text => "a text".to_owned(),
        }
    }
}

/// A whole number as the library reads one. What it would cut off, such as the `s` of `5s`, is no
/// part of one.
fn integer(value: &str) -> Option<i64> {
    let value = value.trim();
    match value.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_that_is_refused_is_not_known() {
        for (name, _) in known_properties() {
            assert_eq!(refused::reason(name), None, "{name}");
        }
    }

    #[test]
    fn a_narrower_bound_is_of_a_property_that_there_is() {
        for (name, ..) in NARROWER {
            assert!(known_properties().any(|(known, _)| known == name), "{name}");
        }
    }

    #[test]
    fn what_is_expected_is_told_and_the_value_never() {
        let said = |name, value| {
            let (wrong, help) = wrong(name, value).unwrap();
            assert!(!wrong.contains("SECRET") && !help.iter().any(|help| help.contains("SECRET")));
            (wrong, help.unwrap_or_default())
        };
        let cases = [
            ("socket.timeout.mss", "1"),
            ("socket.timeout.ms", "SECRET"),
            ("socket.timeout.ms", "5s"),
            ("socket.timeout.ms", "9"),
            ("retries", "0"),
            ("max.in.flight", "6"),
            ("message.timeout.ms", "0"),
            ("linger.ms", "soon"),
            ("check.crcs", "maybe"),
            ("compression.type", "SECRET"),
            ("test.mock.num.brokers", "3"),
        ];
        let said: Vec<String> = cases
            .into_iter()
            .map(|(name, value)| {
                let (wrong, help) = said(name, value);
                format!("{name}: {wrong}; {help}.")
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"), @"
        socket.timeout.mss: the Kafka client has no such property; did you mean `socket.timeout.ms`?.
        socket.timeout.ms: expected a whole number from 10 to 300000; .
        socket.timeout.ms: expected a whole number from 10 to 300000; .
        socket.timeout.ms: expected a whole number from 10 to 300000; .
        retries: expected a whole number from 1 to 2147483647; the producer needs it to write each record once.
        max.in.flight: expected a whole number from 1 to 5; the producer needs it to write each record once.
        message.timeout.ms: expected a whole number from 1 to 2147483647; with 0 a write that fails would never be told of.
        linger.ms: expected a number from 0 to 900000; .
        check.crcs: expected `true` or `false`; .
        compression.type: expected one of `none`, `gzip`, `snappy`, `lz4`, `zstd`; .
        test.mock.num.brokers: the Kafka client has no such property; .
        ");
        assert_eq!(wrong("socket.timeout.ms", "60000"), None);
        assert_eq!(wrong("linger.ms", "2.5"), None);
    }
}
