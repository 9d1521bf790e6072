//! The settings of topics, looked at again while the daemon runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::fit;
use super::role::Role;
use super::told::{self, ToldSettings};
use super::unfit::{Severity, Unfit};
use crate::config::Kafka;
use crate::health::Reporter;
use crate::telemetry::catalogue::TOPIC_MISCONFIGURED;

/// Looks at the topics' settings, and says what came and what went.
#[derive(Debug)]
pub(super) struct SettingsWatch {
    kafka: Kafka,
    roles: BTreeMap<String, Role>,
    /// Those that do not keep what is written to them, by topic and setting.
    unfit: Mutex<BTreeMap<(String, &'static str), Unfit>>,
}

impl SettingsWatch {
    /// Nothing is wrong until it is seen.
    pub(super) fn new(kafka: Kafka, roles: BTreeMap<String, Role>) -> Self {
        let ours = roles.iter().filter(|(_, role)| **role != Role::Source);
        for (topic, _) in ours {
            for setting in fit::REFUSED {
                TOPIC_MISCONFIGURED.gauge(&[topic, setting]).set(0.0);
            }
        }
        Self {
            kafka,
            roles,
            unfit: Mutex::default(),
        }
    }

    /// Looks again and again, for ever. Between two looks lies this time at least.
    pub(super) async fn run(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            let topics = self.roles.keys().cloned().collect();
            self.saw(&told::ask(&self.kafka, topics).await);
        }
    }

    /// Takes what was told in. A topic that is not told of stays what it was.
    fn saw(&self, told: &ToldSettings) {
        let seen = fit::judge(&self.roles, &told.settings).into_iter();
        let seen: BTreeMap<_, _> = seen
            .filter(|one| one.severity == Severity::Refused)
            .map(|one| ((one.topic.clone(), one.setting), one))
            .collect();
        let mut unfit = self.unfit.lock().unwrap_or_else(PoisonError::into_inner);
        unfit.retain(|place, one| {
            let stays = seen.contains_key(place) || !told.settings.contains_key(&place.0);
            if !stays {
                one.mended();
            }
            stays
        });
        for (place, one) in seen {
            if !unfit.contains_key(&place) {
                one.broke(&self.kafka.bootstrap_servers.join(","));
            }
            unfit.insert(place, one);
        }
    }
}

impl Reporter for SettingsWatch {
    fn problems(&self) -> Vec<String> {
        let unfit = self.unfit.lock().unwrap_or_else(PoisonError::into_inner);
        let unfit = unfit.values();
        unfit
            .map(|one| format!("{}: {}", one.topic, one.what()))
            .collect()
    }
}

impl Unfit {
    fn broke(&self, servers: &str) {
        TOPIC_MISCONFIGURED
            .gauge(&[&self.topic, self.setting])
            .set(1.0);
        tracing::error!(
            topic = self.topic,
            setting = self.setting,
            error = self.told(servers),
            "a topic cannot keep what is written to it"
        );
    }

    fn mended(&self) {
        let (topic, setting) = (&*self.topic, self.setting);
        TOPIC_MISCONFIGURED.gauge(&[topic, setting]).set(0.0);
        tracing::info!(topic, setting, "the topic keeps what is written to it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(settings: &[(&str, &str)]) -> ToldSettings {
        let settings = settings.iter().map(|(topic, policy)| {
            let policy = ("cleanup.policy".to_owned(), (*policy).to_owned());
            ((*topic).to_owned(), BTreeMap::from([policy]))
        });
        ToldSettings {
            settings: settings.collect(),
            untold: None,
        }
    }

    #[test]
    fn a_topic_is_what_it_was_until_it_is_told_of_again() {
        let roles = ["a", "b"].map(|topic| (topic.to_owned(), Role::DeadLetter));
        let kafka = crate::config::defaults_for_tests().kafka;
        let watch = SettingsWatch::new(kafka, roles.into());
        let unfit = || {
            let problems = watch.problems();
            problems
                .iter()
                .filter_map(|one| one.chars().next())
                .collect::<String>()
        };
        watch.saw(&told(&[("a", "compact"), ("b", "delete")]));
        assert_eq!(unfit(), "a");
        watch.saw(&ToldSettings::default());
        assert_eq!(unfit(), "a");
        watch.saw(&told(&[("b", "compact")]));
        assert_eq!(unfit(), "ab");
        watch.saw(&told(&[("a", "delete"), ("b", "compact,delete")]));
        assert_eq!(unfit(), "b");
        watch.saw(&told(&[("a", "delete"), ("b", "delete")]));
        assert_eq!(unfit(), "");
    }
}
