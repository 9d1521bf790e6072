//! One deployment: what its expressions may ask for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::parameter::{Given, bind};
use super::{Budget, Expander, Fault};
use crate::document::nearest;
use crate::import::at::At;
use crate::import::value::Value;

/// Where a deployment is made.
#[derive(Debug, Clone)]
pub(in crate::import) struct Home {
    /// The subscription's id, a placeholder if it is not known.
    pub(in crate::import) subscription: Rc<str>,
    /// The resource group's name.
    pub(in crate::import) group: Value,
}

/// A template with its parameters.
#[derive(Debug)]
pub(in crate::import) struct Deployment<'a> {
    pub(super) home: Home,
    pub(super) budget: &'a Budget,
    parameters: BTreeMap<String, Entry>,
    variables: BTreeMap<String, Entry>,
}

/// A parameter or a variable, which is evaluated when it is first asked for.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: At,
    pub(super) written: Written,
    pub(super) state: RefCell<State>,
}

#[derive(Debug)]
pub(super) enum Written {
    /// A tree with expressions.
    Tree(Value),
    /// A loop: `{name, count, input}`.
    Loop(Value),
}

#[derive(Debug, Clone)]
pub(super) enum State {
    Unread,
    Reading,
    Read(Result<Value, Fault>),
}

impl Entry {
    pub(super) const fn new(at: At, written: Written) -> Self {
        let state = RefCell::new(State::Unread);
        Self { at, written, state }
    }

    pub(super) const fn read(at: At, value: Value) -> Self {
        let state = RefCell::new(State::Read(Ok(value)));
        let written = Written::Tree(Value::Null);
        Self { at, written, state }
    }
}

impl<'a> Deployment<'a> {
    /// A template's deployment with these values of parameters.
    ///
    /// # Errors
    /// A value that the template does not allow.
    pub(in crate::import) fn new(
        template: (&Value, &At),
        given: &Given,
        home: Home,
        budget: &'a Budget,
    ) -> Result<Self, Fault> {
        let (template, at) = template;
        let parameters = bind((template, at), given)?;
        let mut variables = BTreeMap::new();
        if let Some(written) = template.get("variables") {
            let at = at.key("variables");
            for (name, value) in written.as_map().unwrap_or_default() {
                let at = at.key(name);
                if let ("copy", Some(loops)) = (&**name, value.as_list()) {
                    variables.extend(looped(loops, &at));
                } else {
                    let entry = Entry::new(at, Written::Tree(value.clone()));
                    variables.insert(name.to_lowercase(), entry);
                }
            }
        }
        Ok(Self {
            home,
            budget,
            parameters,
            variables,
        })
    }

    /// Evaluates every variable, as Azure does before it deploys: one that fails is a failure even
    /// if nothing uses it.
    pub(in crate::import) fn check_variables(&self) -> Result<(), Fault> {
        let mut entries = self.variables.values();
        entries.try_for_each(|entry| self.value_of(entry).map(|_value| ()))
    }

    pub(super) fn parameter(&self, name: &str, at: &At) -> Result<Value, Fault> {
        match self.parameters.get(&name.to_lowercase()) {
            Some(entry) => self.value_of(entry),
            None => Err(self.missing(("parameter", name), &self.parameters, at)),
        }
    }

    pub(super) fn variable(&self, name: &str, at: &At) -> Result<Value, Fault> {
        match self.variables.get(&name.to_lowercase()) {
            Some(entry) => self.value_of(entry),
            None => Err(self.missing(("variable", name), &self.variables, at)),
        }
    }

    #[expect(clippy::unused_self, reason = "it is about this deployment")]
    fn missing(
        &self,
        (what, name): (&str, &str),
        entries: &BTreeMap<String, Entry>,
        at: &At,
    ) -> Fault {
        let known: Vec<&str> = entries.keys().map(String::as_str).collect();
        let near = nearest(name, &known)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        Fault::new(at, format!("the template has no {what} `{name}`{near}"))
    }

    fn value_of(&self, entry: &Entry) -> Result<Value, Fault> {
        let state = entry.state.replace(State::Reading);
        let read = match state {
            State::Read(read) => read,
            State::Reading => Err(Fault::new(&entry.at, "stands for itself, in a circle")),
            State::Unread => {
                let expander = Expander::new(self);
                match &entry.written {
                    Written::Tree(tree) => expander.node(tree, &entry.at),
                    Written::Loop(tree) => expander.repeat(tree, &entry.at),
                }
            }
        };
        entry.state.replace(State::Read(read.clone()));
        read
    }
}

fn looped(loops: &[Value], at: &At) -> Vec<(String, Entry)> {
    let named = |(place, one): (usize, &Value)| {
        let name = one.get("name")?.as_text()?.to_lowercase();
        let entry = Entry::new(at.item(place), Written::Loop(one.clone()));
        Some((name, entry))
    };
    loops.iter().enumerate().filter_map(named).collect()
}
