//! The functions that ask the deployment, its loops, or Azure.

use super::Fault;
use super::evaluate::takes;
use super::expand::{Expander, Loop, Over};
use crate::document::nearest;
use crate::import::at::At;
use crate::import::function;
use crate::import::value::Value;

/// What is answered here and by the expander itself.
const NAMES: [&str; 14] = [
    "and",
    "coalesce",
    "copyIndex",
    "deployment",
    "if",
    "listCallbackUrl",
    "newGuid",
    "or",
    "parameters",
    "reference",
    "resourceGroup",
    "resourceId",
    "subscription",
    "variables",
];

/// Functions whose answer only Azure knows.
const ONLY_AZURE: [&str; 8] = [
    "environment",
    "managementGroup",
    "pickZones",
    "providers",
    "reference",
    "references",
    "tenant",
    "utcNow",
];

impl Expander<'_> {
    /// The answer, if it is one of these functions.
    pub(super) fn ask(
        &self,
        name: &str,
        values: &[Value],
        at: &At,
    ) -> Result<Option<Value>, Fault> {
        let answer = match name.to_ascii_lowercase().as_str() {
            "parameters" | "variables" => self.named(name, values, at)?,
            "copyindex" => self.copy_index(values, at)?,
            "subscription" => self.subscription(at)?,
            "resourcegroup" => self.resource_group(at)?,
            "deployment" => self.deployment_itself(at)?,
            "resourceid" | "subscriptionresourceid" => self.resource_id(name, values, at)?,
            "newguid" => Value::text("00000000-0000-0000-0000-000000000000"),
            other if other.starts_with("list") => only_azure(name),
            other if ONLY_AZURE.iter().any(|one| one.eq_ignore_ascii_case(other)) => {
                only_azure(name)
            }
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    fn named(&self, function: &str, values: &[Value], at: &At) -> Result<Value, Fault> {
        match values {
            [Value::Text(name)] if function.eq_ignore_ascii_case("parameters") => {
                self.deployment.parameter(name, at)
            }
            [Value::Text(name)] => self.deployment.variable(name, at),
            [unknown @ Value::Unknown(_)] => Ok(unknown.clone()),
            _ => Err(takes(function, "one name", at)),
        }
    }

    /// `copyIndex()`, `copyIndex(1)`, `copyIndex('loop')`, `copyIndex('loop', 1)`.
    fn copy_index(&self, values: &[Value], at: &At) -> Result<Value, Fault> {
        let (name, offset) = match values {
            [] => (None, 0),
            [Value::Int(offset)] => (None, *offset),
            [Value::Text(name)] => (Some(&**name), 0),
            [Value::Text(name), Value::Int(offset)] => (Some(&**name), *offset),
            _ => return Err(takes("copyIndex", "a loop's name and an offset", at)),
        };
        let mut inside_out = self.loops.iter().rev();
        let one = match name {
            Some(name) => inside_out.find(|one| one.name.eq_ignore_ascii_case(name)),
            None => inside_out
                .clone()
                .find(|one| one.over == Over::Resources)
                .or_else(|| inside_out.next()),
        };
        let Some(Loop { index, .. }) = one else {
            let message = match name {
                Some(name) => format!("copyIndex() names the loop `{name}`, which is not running"),
                None => "copyIndex() stands outside of a loop".to_owned(),
            };
            return Err(Fault::new(at, message));
        };
        let index = i64::try_from(*index).unwrap_or(i64::MAX);
        Ok(Value::Int(index.saturating_add(offset)))
    }

    fn subscription(&self, at: &At) -> Result<Value, Fault> {
        let id = &self.deployment.home.subscription;
        let entries = vec![
            ("id".into(), Value::text(format!("/subscriptions/{id}"))),
            ("subscriptionId".into(), Value::text(&**id)),
            ("tenantId".into(), only_azure("subscription")),
            ("displayName".into(), only_azure("subscription")),
        ];
        Value::map(entries).map_err(|error| Fault::new(at, error.to_string()))
    }

    fn resource_group(&self, at: &At) -> Result<Value, Fault> {
        let home = &self.deployment.home;
        let id = match home.group.as_text() {
            Some(name) => {
                let subscription = &home.subscription;
                Value::text(format!(
                    "/subscriptions/{subscription}/resourceGroups/{name}"
                ))
            }
            None => home.group.clone(),
        };
        let entries = vec![
            ("id".into(), id),
            ("name".into(), home.group.clone()),
            ("location".into(), only_azure("resourceGroup")),
            ("tags".into(), only_azure("resourceGroup")),
        ];
        Value::map(entries).map_err(|error| Fault::new(at, error.to_string()))
    }

    #[expect(clippy::unused_self, reason = "a sibling of the others")]
    fn deployment_itself(&self, at: &At) -> Result<Value, Fault> {
        let entries = vec![
            ("name".into(), Value::text("deployment")),
            ("location".into(), only_azure("deployment")),
            ("properties".into(), only_azure("deployment")),
        ];
        Value::map(entries).map_err(|error| Fault::new(at, error.to_string()))
    }

    /// `resourceId([subscription], [group], type, name…)`, and the same below a subscription.
    fn resource_id(&self, function: &str, values: &[Value], at: &At) -> Result<Value, Fault> {
        if let Some(unknown) = values.iter().find(|value| value.why_unknown().is_some()) {
            return Ok(unknown.clone());
        }
        let texts: Option<Vec<&str>> = values.iter().map(Value::as_text).collect();
        let wrong = || {
            takes(
                function,
                "a type such as `Microsoft.Logic/workflows` and its names",
                at,
            )
        };
        let texts = texts.ok_or_else(wrong)?;
        let before = texts
            .iter()
            .position(|text| text.contains('/'))
            .ok_or_else(wrong)?;
        let (place, rest) = texts.split_at(before);
        let (ty, names) = rest.split_first().ok_or_else(wrong)?;
        let mut types = ty.split('/').filter(|part| !part.is_empty());
        let mut id = self.parent(function, place).ok_or_else(wrong)?;
        id.push_str("/providers/");
        id.push_str(types.next().unwrap_or_default());
        let types: Vec<&str> = types.collect();
        if types.len() != names.len() {
            return Err(wrong());
        }
        for (ty, name) in types.iter().zip(names) {
            for part in [ty, name] {
                id.push('/');
                id.push_str(part);
            }
        }
        Ok(Value::text(id))
    }

    fn parent(&self, function: &str, place: &[&str]) -> Option<String> {
        let home = &self.deployment.home;
        let own = &*home.subscription;
        if function.eq_ignore_ascii_case("subscriptionResourceId") {
            let subscription = match place {
                [] => own,
                [subscription] => subscription,
                _ => return None,
            };
            return Some(format!("/subscriptions/{subscription}"));
        }
        let (subscription, group) = match place {
            [] => (own, home.group.as_text().unwrap_or("unknown")),
            [group] => (own, *group),
            [subscription, group] => (*subscription, *group),
            _ => return None,
        };
        Some(format!(
            "/subscriptions/{subscription}/resourceGroups/{group}"
        ))
    }
}

fn only_azure(name: &str) -> Value {
    Value::unknown(format!("only Azure knows what {name}() gives"))
}

/// A function that nobody here knows. It does no harm where nobody needs it.
pub(super) fn unknown_function(name: &str, at: &At) -> Value {
    let known: Vec<&str> = function::names().chain(NAMES).collect();
    let near = nearest(name, &known)
        .map(|near| format!("; did you mean `{near}()`?"))
        .unwrap_or_default();
    Value::unknown(format!(
        "the function `{name}()` at {at} is not known{near}"
    ))
}
