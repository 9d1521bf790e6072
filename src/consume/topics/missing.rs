//! A topic that the cluster does not have.

use std::collections::BTreeSet;
use std::fmt;

use super::role::Role;
use crate::document::nearest;

/// A topic that the cluster does not have, and that may not be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingTopic {
    topic: String,
    role: Role,
    /// The topic most like it that the cluster has.
    near: Option<String>,
}

impl MissingTopic {
    /// A missing topic beside those that the cluster has.
    pub(super) fn new(topic: &str, role: Role, known: &BTreeSet<String>) -> Self {
        let theirs = known.iter().map(String::as_str);
        // Those of the cluster itself begin like this.
        let theirs: Vec<&str> = theirs.filter(|name| !name.starts_with("__")).collect();
        Self {
            topic: topic.to_owned(),
            role,
            near: nearest(topic, &theirs).map(str::to_owned),
        }
    }
}

impl fmt::Display for MissingTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, role, near } = self;
        write!(f, "the cluster has no topic {topic}, {role}\n    help: ")?;
        if let Some(near) = near {
            write!(f, "did you mean {near}? Else ")?;
        }
        let creates = role.creates();
        write!(
            f,
            "create it, let this user describe it, or set {creates} to true"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_topic_is_told_with_the_nearest_that_there_is() {
        let known = ["security.alerts", "security.audit", "__security.alert"];
        let known = known.map(str::to_owned).into_iter().collect();
        let told = |topic, role| MissingTopic::new(topic, role, &known).to_string();
        assert_eq!(
            told("security.alert", Role::Source),
            "the cluster has no topic security.alert, a source\n    help: did you mean \
             security.alerts? Else create it, let this user describe it, or set \
             kafka.create_sources to true"
        );
        assert_eq!(
            told("dead", Role::DeadLetter),
            "the cluster has no topic dead, the dead-letter topic\n    help: create it, let \
             this user describe it, or set kafka.create_topics to true"
        );
    }
}
