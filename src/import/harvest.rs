//! The automations of one file, as Azure would deploy them.

use super::at::At;
use super::input::{Input, is_policy};
use super::note::Notes;
use super::options::Options;
use super::policy;
use super::template::{Budget, Deployment, Fault, Found, Given, Harvest, resources};
use super::value::Value;

/// The automations of a file, evaluated.
pub(super) fn found(
    input: &Input,
    (given, options): (&Given, &Options),
    declared: &mut Vec<String>,
    notes: &Notes,
) -> Vec<(Value, At)> {
    let (value, at) = match input {
        Input::Automations(found) => return found.clone(),
        Input::Parameters(..) => return Vec::new(),
        Input::Answer(at) => {
            notes.problem(
                at,
                "an answer to a validation: there is nothing in it to import",
            );
            return Vec::new();
        }
        Input::Template(value, at) | Input::Policy(value, at) => (value, at),
    };
    let budget = Budget::default();
    let home = || options.home();
    let harvest = if let Input::Policy(..) = input {
        declared.extend(names(policy::body(value, at).0));
        policy::automations((value, at), given, home(), &budget)
    } else {
        declared.extend(names(value));
        Deployment::new((value, at), given, home(), &budget)
            .map(|deployment| resources((value, at), &deployment))
    };
    let found = harvested(harvest, notes);
    if found.as_ref().is_some_and(Vec::is_empty) {
        notes.problem(
            at,
            "has no resource of the type Microsoft.Security/automations",
        );
    }
    let mut automations = Vec::new();
    for Found { resource, at } in found.unwrap_or_default() {
        if !is_policy(&resource) {
            automations.push((resource, at));
            continue;
        }
        // A template that defines a policy: what the policy would deploy.
        let harvest = policy::automations((&resource, &at), given, home(), &budget);
        let found = harvested(harvest, notes).unwrap_or_default();
        automations.extend(found.into_iter().map(|found| (found.resource, found.at)));
    }
    automations
}

/// What was found; nothing if something went wrong, and that is told.
fn harvested(harvest: Result<Harvest, Fault>, notes: &Notes) -> Option<Vec<Found>> {
    let harvest = match harvest {
        Ok(harvest) => harvest,
        Err(fault) => {
            notes.fault(fault);
            return None;
        }
    };
    let is_well = harvest.faults.is_empty() && harvest.skipped.is_empty();
    for fault in harvest.faults {
        notes.fault(fault);
    }
    for at in harvest.skipped {
        notes.changed(&at, "left out, as its condition is false");
    }
    (is_well || !harvest.found.is_empty()).then_some(harvest.found)
}

fn names(template: &Value) -> Vec<String> {
    let parameters = template.get("parameters").and_then(Value::as_map);
    let names = parameters.unwrap_or_default().iter();
    names.map(|(name, _)| name.as_ref().to_owned()).collect()
}
