//! A template, and all of them.

use std::collections::BTreeMap;

use super::body::Body;
use super::expansion::Expansion;
use super::parameter::Parameter;
use crate::document::{self, Field, Node, Place, Report, Section};

/// The templates that are there without being written.
const BUILT_IN: &str = include_str!("../../../config/templates.yaml");

/// What their file is called in messages.
const BUILT_IN_ORIGIN: &str = "built-in templates";

/// An automation with parameters.
#[derive(Debug)]
pub(in crate::config) struct Template {
    pub(in crate::config) name: String,
    parameters: Vec<Parameter>,
    body: Body,
}

/// The templates by name, the built-in ones among them.
#[derive(Debug, Default)]
pub(in crate::config) struct Templates(BTreeMap<String, Named>);

/// A template that could not be read keeps its name: who uses it made no mistake.
#[derive(Debug)]
struct Named {
    place: Place,
    template: Option<Template>,
}

impl Templates {
    /// The built-in ones.
    pub(in crate::config) fn built_in(report: &Report) -> Self {
        let mut templates = Self::default();
        match document::parse(BUILT_IN, BUILT_IN_ORIGIN) {
            Ok(document) => {
                let section = Section::root(&document, report);
                if let Some(mut section) = section {
                    templates.add(section.field("templates"));
                    section.finish();
                }
            }
            Err(problem) => report.push(problem),
        }
        templates
    }

    /// Reads a list of templates.
    pub(in crate::config) fn add(&mut self, field: Field<'_>) {
        let items = field.optional().and_then(|field| field.items());
        for item in items.unwrap_or_default() {
            if let Some(section) = item.section() {
                self.one(section);
            }
        }
    }

    fn one(&mut self, mut section: Section<'_>) {
        let name_field = section.field("name");
        let name = name_field.text();
        let template = Template::read(name.unwrap_or_default(), section);
        let Some(name) = name else { return };
        if let Some(twin) = self.0.get(name) {
            let place = &twin.place;
            return name_field.wrong(&format!("another template has this name: {place}"));
        }
        let place = name_field.place().clone();
        self.0.insert(name.to_owned(), Named { place, template });
    }

    /// The template that a field names, if it could be read; an unknown name is reported.
    pub(in crate::config) fn named(&self, field: &Field<'_>) -> Option<&Template> {
        let name = field.text()?;
        let found = self.0.get(name);
        if found.is_none() {
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            field.unknown("template", name, &known);
        }
        found?.template.as_ref()
    }
}

impl Template {
    fn read(name: &str, mut section: Section<'_>) -> Option<Self> {
        let description = section.field("description").optional();
        let parameters = section.field("parameters").optional();
        let body = section.field("automation");
        section.finish();
        description.map(|field| field.text());
        let named = parameters.map_or(Some(Vec::new()), |field| {
            field.section().map(Section::named)
        });
        let parameters: Vec<Option<Parameter>> = named?
            .into_iter()
            .map(|(name, field)| Parameter::read(name, &field))
            .collect();
        let parameters: Vec<Parameter> = parameters.into_iter().collect::<Option<_>>()?;
        Some(Self {
            name: name.to_owned(),
            body: Body::read(body.section()?, &parameters)?,
            parameters,
        })
    }

    /// What becomes of it for the values of an assignment; what is wrong with them is reported.
    pub(in crate::config) fn expand(
        &self,
        given: Field<'_>,
        template: &Field<'_>,
    ) -> Option<Expansion> {
        let otherwise = given.clone();
        let named = match given.optional() {
            Some(field) => field.section()?.named(),
            None => Vec::new(),
        };
        let known: Vec<&str> = self
            .parameters
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        for (name, field) in &named {
            if !known.contains(name) {
                field.unknown("parameter", name, &known);
            }
        }
        let values: Vec<Option<(String, Node)>> = self
            .parameters
            .iter()
            .map(|parameter| {
                let given = named.iter().find(|(name, _)| *name == parameter.name);
                let value = parameter.bind(given.map(|(_, field)| field), &otherwise)?;
                Some((parameter.name.clone(), value))
            })
            .collect();
        let values: BTreeMap<String, Node> = values.into_iter().collect::<Option<_>>()?;
        template.valid(self.body.expand(&values))
    }
}
