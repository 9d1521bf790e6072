//! What a daemon under test is told: its configuration and its automations.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::cluster::{Cluster, Setup};

/// A daemon's configuration, with waits that suit tests. Its topics and groups bear its name.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The group, the source topic, and what the names of the other topics begin with.
    pub(crate) name: String,
    config: Value,
    automations: Vec<Value>,
    environment: Vec<(String, String)>,
}

impl Plan {
    /// A daemon with the source `name`, the retry topics `name.retry.1s` and `name.retry.2s`, the
    /// dead-letter topic `name.dlq`, and neither workflows nor automations.
    pub(crate) fn new(setup: &Setup, name: &str) -> Self {
        let config = json!({
            "kafka": {
                "bootstrap_servers":
                    setup.cluster.bootstrap().split(',').collect::<Vec<_>>(),
                "group_id": name,
                "group_protocol": setup.group_protocol,
                "create_topics": false,
                "commit_interval": "250ms",
                "drain_timeout": "3s",
                "session_timeout": "6s",
                "start_timeout": "2m",
                "statistics_interval": "1s",
            },
            "sources": [{"topic": name, "kind": "auto"}],
            "retry": {
                "tiers": [
                    {"topic": format!("{name}.retry.1s"), "delay": "1s"},
                    {"topic": format!("{name}.retry.2s"), "delay": "2s"},
                ],
                "max_age": "24h",
                "max_attempts": 100,
            },
            "dead_letter": {"topic": format!("{name}.dlq")},
            "automations": ["automations.yaml"],
            "workflows": {},
            "delivery": {"lane_wait": "500ms"},
            "admin": {},
            "log": {"format": "json", "level": "info"},
            "shutdown": {"grace": "10s"},
        });
        Self {
            name: name.to_owned(),
            config,
            automations: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// Sets a value by its keys, parted by dots; the sections on the way are made.
    pub(crate) fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        let mut place = &mut self.config;
        for key in path.split('.') {
            let section = place
                .as_object_mut()
                .unwrap_or_else(|| panic!("{path} is no section"));
            place = section
                .entry(key)
                .or_insert_with(|| Value::Object(Map::new()));
        }
        *place = value.into();
        self
    }

    /// Lets a stop, a revocation and a place in a lane be waited for on a busy machine as well:
    /// for tests that allow neither a repetition nor a retry. The partitions of a member that does
    /// not leave its group are held for the longer session.
    pub(crate) fn patient(self) -> Self {
        self.set("kafka.drain_timeout", "20s")
            .set("kafka.session_timeout", "25s")
            .set("shutdown.grace", "2m")
            .set("delivery.lane_wait", "1m")
    }

    /// Adds a workflow, whose answers are waited for on a busy machine as well.
    pub(crate) fn workflow(self, name: &str, url: &str) -> Self {
        let workflow = json!({
            "url": url,
            "timeout": "1m",
            "connect_timeout": "20s",
            "max_in_flight": 16,
            "queue": 128,
            "attempts": 3,
            "backoff": {"min": "50ms", "max": "200ms"},
        });
        self.set(&format!("workflows.{name}"), workflow)
    }

    /// Adds an automation in full.
    pub(crate) fn automation(mut self, automation: Value) -> Self {
        self.automations.push(automation);
        self
    }

    /// Adds an automation that runs these workflows for every alert of high severity.
    pub(crate) fn on_high_alerts(self, name: &str, workflows: &[&str]) -> Self {
        let rule = json!({"property": "Severity", "operator": "Equals", "value": "High"});
        self.automation(json!({
            "name": name,
            "kinds": ["alerts"],
            "rule_sets": [{"rules": [rule]}],
            "workflows": workflows,
        }))
    }

    /// Sets a variable of the daemon's environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The variables to set.
    pub(super) fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// The group of the retry topics.
    pub(crate) fn retry_group(&self) -> String {
        format!("{}.retry", self.name)
    }

    /// The retry topics, in the order of their delays.
    pub(crate) fn retry_topics(&self) -> Vec<String> {
        topics(&self.config["retry"]["tiers"])
    }

    /// The cluster's addresses.
    pub(crate) fn bootstrap_servers(&self) -> Vec<String> {
        let list = self.config["kafka"]["bootstrap_servers"]
            .as_array()
            .unwrap();
        list.iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect()
    }

    /// The dead-letter topic.
    pub(crate) fn dead_letter_topic(&self) -> &str {
        self.config["dead_letter"]["topic"].as_str().unwrap()
    }

    /// The sources' topics.
    pub(crate) fn sources(&self) -> Vec<String> {
        topics(&self.config["sources"])
    }

    /// Creates the source, retry and dead-letter topics.
    pub(crate) fn create_topics(&self, cluster: &Cluster, partitions: i32) {
        for source in self.sources() {
            cluster.create_topic(&source, partitions);
        }
        for topic in self.retry_topics() {
            cluster.create_topic(&topic, partitions);
        }
        cluster.create_topic(self.dead_letter_topic(), partitions);
    }

    /// Writes both files into a folder; JSON, which YAML contains.
    pub(super) fn write(&self, folder: &Path, admin_port: u16) -> PathBuf {
        let plan = self
            .clone()
            .set("admin.listen", format!("127.0.0.1:{admin_port}"));
        plan.write_automations(folder);
        let file = folder.join("firebell.yaml");
        fs::write(&file, format!("{:#}\n", plan.config)).unwrap();
        file
    }

    /// Writes the automations alone, for a daemon that runs already.
    pub(super) fn write_automations(&self, folder: &Path) {
        let automations = json!({"automations": self.automations});
        fs::write(
            folder.join("automations.yaml"),
            format!("{automations:#}\n"),
        )
        .unwrap();
    }
}

fn topics(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|one| one["topic"].as_str().unwrap().to_owned())
        .collect()
}
