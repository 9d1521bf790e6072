//! Policies that deploy an automation where there is none (`DeployIfNotExists`).

use super::at::At;
use super::template::{
    Budget, Deployment, Expander, Fault, Given, Harvest, Home, given, resources,
};
use super::value::Value;

const DEPLOYMENT: [&str; 6] = [
    "policyRule",
    "then",
    "details",
    "deployment",
    "properties",
    "template",
];

/// The automations that a policy would deploy: its template, with the parameters that the policy
/// hands on.
pub(super) fn automations(
    (policy, at): (&Value, &At),
    given_by_people: &Given,
    home: Home,
    budget: &Budget,
) -> Result<Harvest, Fault> {
    let (body, at) = body(policy, at);
    let (properties, at_properties) = deployment(body, &at)?;
    let outer = Deployment::new((body, &at), given_by_people, home.clone(), budget)?;
    let handed_on = given(properties, &at_properties, &Expander::new(&outer))?;
    let at_template = at_properties.key("template");
    let template = properties.get("template").unwrap_or(&Value::Null);
    let inner = Deployment::new((template, &at_template), &handed_on, home, budget)?;
    Ok(resources((template, &at_template), &inner))
}

/// Where its parameters are declared: a definition, or its properties alone.
pub(super) fn body<'v>(policy: &'v Value, at: &At) -> (&'v Value, At) {
    match policy.get("properties") {
        Some(properties) if properties.get("policyRule").is_some() => {
            (properties, at.key("properties"))
        }
        Some(_) | None => (policy, at.clone()),
    }
}

fn deployment<'v>(body: &'v Value, at: &At) -> Result<(&'v Value, At), Fault> {
    let (mut found, mut place, mut above) = (body, at.clone(), None);
    for key in DEPLOYMENT {
        let Some(below) = found.get(key) else {
            let message = "this policy deploys no template: only policies with the effect \
                           deployIfNotExists can be imported";
            return Err(Fault::new(&place, message));
        };
        above = Some((found, place.clone()));
        place = place.key(key);
        found = below;
    }
    above.ok_or_else(|| Fault::new(at, "no deployment"))
}
