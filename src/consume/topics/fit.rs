//! Whether a topic keeps what is written to it, by its settings: pure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::role::Role;
use super::unfit::{Severity, Unfit};
use crate::document::show_duration;

/// The settings for which a topic of ours may be refused.
pub(super) const REFUSED: [&str; 2] = ["cleanup.policy", "retention.ms"];

const DAY: Duration = Duration::from_hours(24);

/// What a topic must keep its records for beside its delay. What is parked outlives a day in which
/// nobody reads it.
const OUTAGE: Duration = DAY;
/// The least time for which dead letters are kept: over a weekend, until somebody looks.
const LEAST_FOR_LETTERS: Duration = Duration::from_hours(72);
/// What is set for retry topics that are created, beside their delay: a long holiday week.
const KEPT_PARKED: Duration = Duration::from_hours(7 * 24);
/// What is set for a dead-letter topic that is created: a month.
const KEPT_LETTERS: Duration = Duration::from_hours(30 * 24);

/// The bytes that a record may have in a topic that is created: an event as large as Kafka's default
/// lets a source have it, with our headers beside it, and larger ones. As much as every managed
/// service takes.
const ROOM: u32 = 8 * 1024 * 1024;

/// The settings of one topic, by their names.
pub(super) type Settings = BTreeMap<String, String>;

/// What of the settings that are told does not keep what is written to these topics.
pub(super) fn judge(
    roles: &BTreeMap<String, Role>,
    settings: &BTreeMap<String, Settings>,
) -> Vec<Unfit> {
    let told = settings.iter();
    told.filter_map(|(topic, settings)| Some(roles.get(topic)?.judge(topic, settings)))
        .flatten()
        .collect()
}

impl Role {
    /// For how long it must keep a record at least; none where it is not ours to say.
    fn least(self) -> Option<(Duration, String)> {
        match self {
            Self::Source => None,
            Self::Retry(delay) => {
                let why = format!(
                    "its delay of {} and a day in which nobody reads it",
                    show_duration(delay)
                );
                Some((delay + OUTAGE, why))
            }
            Self::DeadLetter => {
                let why = "a weekend, until somebody looks".to_owned();
                Some((LEAST_FOR_LETTERS, why))
            }
        }
    }

    /// For how long one that is created keeps its records; none where the cluster decides.
    fn kept(self) -> Option<Duration> {
        match self {
            Self::Source => None,
            Self::Retry(delay) => Some(delay + KEPT_PARKED),
            Self::DeadLetter => Some(KEPT_LETTERS),
        }
    }

    /// The settings that a topic of this role is created with.
    pub(super) fn settings(self) -> Vec<(&'static str, String)> {
        let kept = self.kept().map(|kept| {
            [
                ("cleanup.policy", "delete".to_owned()),
                ("retention.ms", kept.as_millis().to_string()),
                ("retention.bytes", "-1".to_owned()),
                ("max.message.bytes", ROOM.to_string()),
            ]
        });
        kept.into_iter().flatten().collect()
    }

    /// What of these settings does not keep what is written to a topic of this role. A setting that
    /// is not told is not judged.
    pub(super) fn judge(self, topic: &str, settings: &Settings) -> Vec<Unfit> {
        let found = [
            self.compacted(settings),
            self.too_short(settings),
            self.bounded(settings),
        ];
        let unfit = |one: Judged| Unfit {
            topic: topic.to_owned(),
            role: self,
            setting: one.setting,
            value: settings.get(one.setting).cloned().unwrap_or_default(),
            expected: one.expected,
            mend: one.mend,
            severity: one.severity,
        };
        found.into_iter().flatten().map(unfit).collect()
    }

    fn compacted(self, settings: &Settings) -> Option<Judged> {
        let compacts = policies(settings)?.any(|policy| policy == "compact");
        let why = match self {
            Self::Source => "of several events with one key, compaction keeps the last alone",
            Self::Retry(_) => "of several deliveries with one key, compaction keeps the last alone",
            Self::DeadLetter => {
                "compaction keeps the last record of a key alone, and takes none without a key"
            }
        };
        compacts.then(|| Judged {
            setting: "cleanup.policy",
            expected: format!("expected delete: {why}"),
            mend: "delete".to_owned(),
            severity: if self == Self::Source {
                Severity::Warned
            } else {
                Severity::Refused
            },
        })
    }

    fn too_short(self, settings: &Settings) -> Option<Judged> {
        let (least, why) = self.least()?;
        // Without a policy nothing is ever deleted.
        policies(settings)?.next()?;
        let kept: u64 = settings.get("retention.ms")?.parse().ok()?;
        (Duration::from_millis(kept) < least).then(|| Judged {
            setting: "retention.ms",
            expected: format!(
                "expected {} ({}) at least: {why}",
                least.as_millis(),
                show_duration(least)
            ),
            mend: self.kept().unwrap_or(least).as_millis().to_string(),
            severity: Severity::Refused,
        })
    }

    fn bounded(self, settings: &Settings) -> Option<Judged> {
        self.least()?;
        policies(settings)?.next()?;
        let _bound: u64 = settings.get("retention.bytes")?.parse().ok()?;
        Some(Judged {
            setting: "retention.bytes",
            expected:
                "expected -1: a partition with more bytes loses its oldest records, read or not"
                    .to_owned(),
            mend: "-1".to_owned(),
            severity: Severity::Warned,
        })
    }
}

/// A setting judged, before it is said of which topic.
struct Judged {
    setting: &'static str,
    expected: String,
    mend: String,
    severity: Severity,
}

fn policies(settings: &Settings) -> Option<impl Iterator<Item = &str>> {
    let policies = settings.get("cleanup.policy")?.split(',').map(str::trim);
    Some(policies.filter(|policy| !policy.is_empty()))
}

#[cfg(test)]
#[path = "fit/tests.rs"]
mod tests;
