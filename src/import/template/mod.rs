//! Azure's deployment templates, evaluated: parameters, variables, loops, nested deployments.
//!
//! A [`Deployment`] holds what the expressions of one template may ask for; [`Expander`] turns a
//! tree of the template into values; [`resources()`] finds the automations of a template and of the
//! deployments nested in it. What only Azure knows becomes [`Value::Unknown`], which does no harm
//! until somebody needs it. All of it is bounded by one [`Budget`] a file.
//!
//! [`Value::Unknown`]: super::value::Value::Unknown

mod ask;
mod budget;
mod deployment;
mod evaluate;
mod expand;
mod parameter;
mod resources;

use super::at::At;

pub(super) use budget::Budget;
pub(super) use deployment::{Deployment, Home};
pub(super) use expand::Expander;
pub(super) use parameter::{Given, check_names};
pub(super) use resources::{Found, Harvest, given, resources};

/// Why something cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: At,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: &At, message: impl Into<String>) -> Self {
        Self {
            at: at.clone(),
            message: message.into(),
        }
    }
}
