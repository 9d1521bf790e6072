//! A tree of a template to values: expressions evaluated, loops unrolled.

use std::rc::Rc;

use super::{Deployment, Fault};
use crate::import::at::At;
use crate::import::expression::{Written, read};
use crate::import::function;
use crate::import::value::Value;

/// Evaluates trees within the loops that are running.
pub(in crate::import) struct Expander<'a> {
    pub(super) deployment: &'a Deployment<'a>,
    pub(super) loops: Vec<Loop>,
}

/// A loop that is running.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    pub(super) name: Rc<str>,
    pub(super) index: usize,
    pub(super) over: Over,
}

/// What a loop makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Resources: the loop that `copyIndex()` without a name means first.
    Resources,
    /// Values of a property or a variable.
    Values,
}

impl<'a> Expander<'a> {
    /// Outside of all loops.
    pub(in crate::import) const fn new(deployment: &'a Deployment<'a>) -> Self {
        Self {
            deployment,
            loops: Vec::new(),
        }
    }

    /// Within one more loop.
    pub(super) fn within(&self, one: Loop) -> Self {
        let mut loops = self.loops.clone();
        loops.push(one);
        Self {
            deployment: self.deployment,
            loops,
        }
    }

    /// Evaluates a tree.
    ///
    /// # Errors
    /// What Azure would refuse, and what leaves our bounds.
    pub(in crate::import) fn node(&self, tree: &Value, at: &At) -> Result<Value, Fault> {
        self.deployment.budget.deeper(at, || match tree {
            Value::Text(text) => self.text(tree, text, at),
            Value::List(_) => self.list(tree.as_list().unwrap_or_default(), at),
            Value::Map(_) => self.map(tree.as_map().unwrap_or_default(), at),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unknown(_) => {
                Ok(tree.clone())
            }
        })
    }

    fn text(&self, tree: &Value, text: &str, at: &At) -> Result<Value, Fault> {
        match read(text).map_err(|message| Fault::new(at, message))? {
            Written::Literal(literal) if literal == text => Ok(tree.clone()),
            Written::Literal(literal) => Ok(Value::text(literal)),
            Written::Expression(expression) => self.evaluate(&expression, at),
        }
    }

    fn list(&self, items: &[Value], at: &At) -> Result<Value, Fault> {
        let items = items
            .iter()
            .enumerate()
            .map(|(place, item)| self.node(item, &at.item(place)))
            .collect::<Result<_, _>>()?;
        Value::list(items).map_err(|error| Fault::new(at, error.to_string()))
    }

    /// The key `copy` with loops makes a key for each of them.
    fn map(&self, entries: &[(Rc<str>, Value)], at: &At) -> Result<Value, Fault> {
        let mut made = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let at = at.key(key);
            if let Some(loops) = loops(key, value) {
                for (place, one) in loops.iter().enumerate() {
                    let name = one.get("name").and_then(Value::as_text).unwrap_or_default();
                    made.push((Rc::from(name), self.repeat(one, &at.item(place))?));
                }
            } else {
                made.push((Rc::clone(key), self.node(value, &at)?));
            }
        }
        Value::map(made).map_err(|error| Fault::new(at, error.to_string()))
    }

    /// Unrolls `{name, count, input}`.
    pub(super) fn repeat(&self, one: &Value, at: &At) -> Result<Value, Fault> {
        let name: Rc<str> = Rc::from(one.get("name").and_then(Value::as_text).unwrap_or_default());
        let at_count = at.key("count");
        let count = match self.count(one, &at_count)? {
            Ok(count) => count,
            Err(unknown) => return Ok(unknown),
        };
        let input = one.get("input").unwrap_or(&Value::Null);
        let at_input = at.key("input");
        let mut items = Vec::new();
        for index in 0..count {
            let within = self.within(Loop {
                name: Rc::clone(&name),
                index,
                over: Over::Values,
            });
            let item = within.node(input, &at_input)?;
            self.deployment.budget.work(item.weight(), at)?;
            items.push(item);
        }
        Value::list(items).map_err(|error| Fault::new(at, error.to_string()))
    }

    /// How often a loop runs, or why nobody knows.
    pub(super) fn count(&self, one: &Value, at: &At) -> Result<Result<usize, Value>, Fault> {
        let count = self.node(one.get("count").unwrap_or(&Value::Null), at)?;
        if let Some(reason) = count.why_unknown() {
            return Ok(Err(Value::Unknown(Rc::clone(reason))));
        }
        let number = match count {
            Value::Int(number) => usize::try_from(number).ok(),
            Value::Text(ref text) => text.trim().parse().ok(),
            Value::Null
            | Value::Bool(_)
            | Value::Float(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Unknown(_) => None,
        };
        let number = number.ok_or_else(|| {
            Fault::new(
                at,
                format!(
                    "a loop needs a count from 0 on, not {}",
                    function::shown(&count)
                ),
            )
        })?;
        self.deployment.budget.copies(number, at)?;
        Ok(Ok(number))
    }
}

/// The loops of a `copy`, if it is one and no property of that name.
fn loops<'v>(key: &str, value: &'v Value) -> Option<&'v [Value]> {
    let is_loop = |one: &Value| one.get("name").is_some() && one.get("count").is_some();
    let loops = value.as_list()?;
    (key.eq_ignore_ascii_case("copy") && loops.iter().all(is_loop)).then_some(loops)
}
