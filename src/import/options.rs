//! What the command line says.

use std::rc::Rc;

use super::convert::{PLACEHOLDER, Placeholders};
use super::template::Home;
use super::value::Value;

/// What the files do not tell.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub(super) parameters: Vec<(String, serde_json::Value)>,
    subscription: Option<String>,
    resource_group: Option<String>,
    pub(super) placeholders: Placeholders,
}

/// Why an option is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// No `=` in it.
    #[error("`{0}` is not NAME=JSON")]
    NoValue(String),
    /// It begins like JSON and is not.
    #[error("the value of `{name}` is not JSON: {reason}")]
    NotJson {
        /// The parameter.
        name: String,
        /// What the parser says.
        reason: String,
    },
}

impl Options {
    /// Gives a value to a parameter of the templates: `NAME=JSON`. What does not begin like JSON is
    /// a text as it stands.
    pub fn parameter(&mut self, written: &str) -> Result<(), OptionsError> {
        let (name, value) = written
            .split_once('=')
            .ok_or_else(|| OptionsError::NoValue(written.to_owned()))?;
        let value = match serde_json::from_str(value) {
            Ok(value) => value,
            Err(error) if value.trim_start().starts_with(['{', '[', '"']) => {
                let (name, reason) = (name.to_owned(), error.to_string());
                return Err(OptionsError::NotJson { name, reason });
            }
            Err(_text) => value.into(),
        };
        self.parameters.push((name.trim().to_owned(), value));
        Ok(())
    }

    /// Says which subscription a template is deployed to: its id.
    #[must_use]
    pub fn with_subscription(mut self, id: Option<String>) -> Self {
        self.subscription = id;
        self
    }

    /// Says which resource group a template is deployed to: its name.
    #[must_use]
    pub fn with_resource_group(mut self, name: Option<String>) -> Self {
        self.resource_group = name;
        self
    }

    /// For files that nobody looks over: what is not known is a problem.
    pub(super) fn without_placeholders() -> Self {
        Self {
            placeholders: Placeholders::Refused,
            ..Self::default()
        }
    }

    /// Where templates are deployed.
    pub(super) fn home(&self) -> Home {
        let subscription = self.subscription.as_deref().unwrap_or(PLACEHOLDER);
        let subscription = subscription.trim_start_matches("/subscriptions/");
        let group = self.resource_group.as_deref().map_or_else(
            || Value::unknown("the resource group is not known: `--resource-group NAME` says it"),
            Value::text,
        );
        Home {
            subscription: Rc::from(subscription),
            group,
        }
    }
}
