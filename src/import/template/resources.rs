//! The automations of a template, and of the deployments nested in it.

use std::rc::Rc;

use super::expand::{Loop, Over};
use super::{Deployment, Expander, Fault, Given, Home};
use crate::import::at::At;
use crate::import::value::Value;

/// Deployments in deployments.
const MAX_NESTING: usize = 8;

/// A resource of a template, with all its expressions evaluated.
#[derive(Debug)]
pub(in crate::import) struct Found {
    pub(in crate::import) resource: Value,
    pub(in crate::import) at: At,
}

/// What a walk over resources gives.
#[derive(Debug, Default)]
pub(in crate::import) struct Harvest {
    pub(in crate::import) found: Vec<Found>,
    pub(in crate::import) faults: Vec<Fault>,
    /// Resources that are not deployed, since their condition is false.
    pub(in crate::import) skipped: Vec<At>,
}

/// The automations and policies of a template.
pub(in crate::import) fn resources(
    (template, at): (&Value, &At),
    deployment: &Deployment<'_>,
) -> Harvest {
    let mut harvest = Harvest::default();
    if let Err(fault) = deployment.check_variables() {
        harvest.faults.push(fault);
        return harvest;
    }
    Walk {
        harvest: &mut harvest,
        nesting: 0,
    }
    .template((template, at), &Expander::new(deployment));
    harvest
}

struct Walk<'h> {
    harvest: &'h mut Harvest,
    nesting: usize,
}

impl Walk<'_> {
    /// Newer templates have an object of resources instead of an array.
    fn template(&mut self, (template, at): (&Value, &At), expander: &Expander<'_>) {
        let at = at.key("resources");
        let Some(resources) = template.get("resources") else {
            return;
        };
        for (place, resource) in resources.as_list().unwrap_or_default().iter().enumerate() {
            self.resource((resource, &at.item(place)), expander);
        }
        for (name, resource) in resources.as_map().unwrap_or_default() {
            self.resource((resource, &at.key(name)), expander);
        }
    }

    fn resource(&mut self, (resource, at): (&Value, &At), expander: &Expander<'_>) {
        if let Err(fault) = self.repeated((resource, at), expander) {
            self.harvest.faults.push(fault);
        }
    }

    fn repeated(
        &mut self,
        (resource, at): (&Value, &At),
        expander: &Expander<'_>,
    ) -> Result<(), Fault> {
        let ty = resource.get("type").and_then(Value::as_text);
        let Some(sort) = ty.and_then(Sort::of) else {
            return Ok(());
        };
        let Some(copy) = resource.get("copy").filter(|copy| copy.as_map().is_some()) else {
            return self.one(sort, (resource, at), expander);
        };
        let name: Rc<str> = copy
            .get("name")
            .and_then(Value::as_text)
            .unwrap_or_default()
            .into();
        let at_count = at.key("copy").key("count");
        let count = expander
            .count(copy, &at_count)?
            .map_err(|unknown| needed(&unknown, &at_count))?;
        for index in 0..count {
            let within = expander.within(Loop {
                name: Rc::clone(&name),
                index,
                over: Over::Resources,
            });
            self.one(sort, (resource, at), &within)?;
        }
        Ok(())
    }

    fn one(
        &mut self,
        sort: Sort,
        (resource, at): (&Value, &At),
        expander: &Expander<'_>,
    ) -> Result<(), Fault> {
        if let Some(condition) = resource.get("condition")
            && let Value::Bool(false) = expander.node(condition, &at.key("condition"))?
        {
            self.harvest.skipped.push(at.clone());
            return Ok(());
        }
        if sort == Sort::Deployment {
            return self.nested((resource, at), expander);
        }
        let wanted = ["type", "name", "id", "properties"];
        let mut entries = Vec::new();
        for (key, value) in resource.as_map().unwrap_or_default() {
            if wanted.iter().any(|one| key.eq_ignore_ascii_case(one)) {
                entries.push((Rc::clone(key), expander.node(value, &at.key(key))?));
            }
        }
        let resource = Value::map(entries).map_err(|error| Fault::new(at, error.to_string()))?;
        let budget = expander.deployment.budget;
        budget.work(resource.weight(), at)?;
        self.harvest.found.push(Found {
            resource,
            at: at.clone(),
        });
        Ok(())
    }

    fn nested(
        &mut self,
        (resource, at): (&Value, &At),
        expander: &Expander<'_>,
    ) -> Result<(), Fault> {
        let at_properties = at.key("properties");
        let properties = resource.get("properties").unwrap_or(&Value::Null);
        let Some(template) = properties.get("template") else {
            let message = "its template stands elsewhere: import that file instead";
            return Err(Fault::new(&at_properties, message));
        };
        if self.nesting >= MAX_NESTING {
            let message = format!("more than {MAX_NESTING} deployments in each other");
            return Err(Fault::new(at, message));
        }
        let at_template = at_properties.key("template");
        self.nesting += 1;
        let scope = properties
            .get("expressionEvaluationOptions")
            .and_then(|options| options.get("scope"))
            .and_then(Value::as_text);
        let done = if scope.is_some_and(|scope| scope.eq_ignore_ascii_case("inner")) {
            self.inner((resource, at), (template, &at_template), expander)
        } else {
            self.template((template, &at_template), expander);
            Ok(())
        };
        self.nesting -= 1;
        done
    }

    /// With parameters and variables of its own.
    fn inner(
        &mut self,
        (resource, at): (&Value, &At),
        template: (&Value, &At),
        expander: &Expander<'_>,
    ) -> Result<(), Fault> {
        let properties = resource.get("properties").unwrap_or(&Value::Null);
        let at_properties = at.key("properties");
        let given = given(properties, &at_properties, expander)?;
        let outer = expander.deployment;
        let mut home = Home::clone(&outer.home);
        if let Some(group) = resource.get("resourceGroup") {
            home.group = expander.node(group, &at.key("resourceGroup"))?;
        }
        if let Some(written) = resource.get("subscriptionId") {
            let id = expander.node(written, &at.key("subscriptionId"))?;
            home.subscription = id.as_text().map_or(home.subscription, Rc::from);
        }
        let deployment = Deployment::new(template, &given, home, outer.budget)?;
        deployment.check_variables()?;
        self.template(template, &Expander::new(&deployment));
        Ok(())
    }
}

/// What `parameters: {name: {value: …}}` gives to a deployment.
pub(in crate::import) fn given(
    properties: &Value,
    at: &At,
    expander: &Expander<'_>,
) -> Result<Given, Fault> {
    let at = at.key("parameters");
    let mut given = Given::new();
    let parameters = properties.get("parameters").and_then(Value::as_map);
    for (name, written) in parameters.unwrap_or_default() {
        let at = at.key(name);
        let value = match written.get("value") {
            Some(value) => expander.node(value, &at.key("value"))?,
            None => Value::unknown(format!(
                "the parameter `{name}` refers to a secret elsewhere"
            )),
        };
        given.insert(name.as_ref().to_owned(), (value, at));
    }
    Ok(given)
}

/// A value that cannot be done without, and is not known.
fn needed(unknown: &Value, at: &At) -> Fault {
    let reason = unknown.why_unknown().map_or("not known", |reason| reason);
    Fault::new(at, reason)
}

/// The resources that we look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Automation,
    Deployment,
    Policy,
}

impl Sort {
    fn of(ty: &str) -> Option<Self> {
        if crate::import::azure::is_automation(ty) {
            Some(Self::Automation)
        } else if ty.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
            Some(Self::Deployment)
        } else if ty.eq_ignore_ascii_case("Microsoft.Authorization/policyDefinitions") {
            Some(Self::Policy)
        } else {
            None
        }
    }
}
