//! A parameter of a template, and the values that it takes.

use crate::document::{Field, Node, Section, Value};

/// One parameter.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) ty: Type,
    default: Option<Node>,
    description: Option<String>,
    allowed: Option<Vec<Allowed>>,
}

/// A value that may be given, and what it stands for.
#[derive(Debug, Clone)]
struct Allowed {
    name: String,
    meaning: Node,
}

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Type {
    String,
    Array,
    Integer,
    Number,
    Boolean,
}

/// Every type, by the name that templates and Azure's policies have for it.
pub(in crate::config) const TYPES: [(&str, Type); 5] = [
    ("string", Type::String),
    ("array", Type::Array),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
];

impl Type {
    const fn expected(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Array => "a list",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
        }
    }

    /// Whether a single value is of the type; an item of an array may be any.
    fn has(self, node: &Node) -> bool {
        let text = node.scalar().map(str::trim);
        match self {
            Self::String => matches!(node.value, Value::Text(_) | Value::Number(_)),
            Self::Array => text.is_some(),
            Self::Integer => text.is_some_and(|text| text.parse::<i64>().is_ok()),
            Self::Number => text
                .and_then(|text| text.parse::<f64>().ok())
                .is_some_and(f64::is_finite),
            Self::Boolean => matches!(text, Some("true" | "false")),
        }
    }
}

impl Parameter {
    /// Reads what a template says of a parameter.
    pub(super) fn read(name: &str, field: &Field<'_>) -> Option<Self> {
        let mut section = field.section()?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || !name.chars().all(fits) {
            field.wrong("a parameter's name has letters, digits, `_` and `-`");
        }
        let ty = section.field("type").choice(&TYPES);
        let default = section.field("default");
        let allowed = section.field("allowed").optional();
        let description = section.field("description").optional();
        section.finish();
        let description = description
            .and_then(|field| field.text())
            .map(str::to_owned);
        let mut parameter = Self {
            name: name.to_owned(),
            ty: ty?,
            default: None,
            description,
            allowed: allowed.and_then(|field| self::allowed(&field)),
        };
        if !default.is_missing() && !default.is_null() {
            parameter.default = parameter.value(&default);
        }
        Some(parameter)
    }

    /// The value for what an assignment gives; without one, the default. A mistake is reported.
    pub(super) fn bind(&self, given: Option<&Field<'_>>, otherwise: &Field<'_>) -> Option<Node> {
        match (given.filter(|field| !field.is_null()), &self.default) {
            (Some(field), _) => self.value(field),
            (None, Some(default)) => Some(default.clone()),
            (None, None) => {
                let message = format!("the parameter `{}` is missing", self.name);
                otherwise.problem(message, self.description.clone());
                None
            }
        }
    }

    fn value(&self, field: &Field<'_>) -> Option<Node> {
        if self.ty != Type::Array {
            return self.single(field);
        }
        let items: Vec<Option<Node>> = field
            .items()?
            .iter()
            .map(|item| self.single(item))
            .collect();
        let items = Value::List(items.into_iter().collect::<Option<_>>()?);
        Some(Node::new(items, field.place().clone()))
    }

    fn single(&self, field: &Field<'_>) -> Option<Node> {
        let Some(node) = field.node().filter(|node| self.ty.has(node)) else {
            let expected = match self.ty {
                Type::Array => "text, a number, `true` or `false`",
                Type::String | Type::Integer | Type::Number | Type::Boolean => self.ty.expected(),
            };
            return field.mismatch(expected, None);
        };
        let Some(allowed) = &self.allowed else {
            return Some(node.clone());
        };
        let text = node.scalar()?;
        let exact = allowed.iter().find(|one| one.name == text);
        let found = exact.or_else(|| {
            let mut allowed = allowed.iter();
            allowed.find(|one| one.name.eq_ignore_ascii_case(text))
        });
        let Some(found) = found else {
            let names: Vec<&str> = allowed.iter().map(|one| one.name.as_str()).collect();
            field.unknown("value", text, &names);
            return None;
        };
        Some(Node::new(found.meaning.value.clone(), node.place.clone()))
    }
}

/// A list of values, or a map of each to what it stands for.
fn allowed(field: &Field<'_>) -> Option<Vec<Allowed>> {
    let named: Vec<(Option<&str>, Field<'_>)> = if field.is_list() {
        let items = field.items()?;
        items.into_iter().map(|item| (None, item)).collect()
    } else {
        let named = field.section().map(Section::named)?;
        named
            .into_iter()
            .map(|(name, item)| (Some(name), item))
            .collect()
    };
    if named.is_empty() {
        field.wrong("allows no value at all");
    }
    let one = |(name, item): (Option<&str>, Field<'_>)| {
        let text = item.scalar()?;
        Some(Allowed {
            name: name.unwrap_or(text).to_owned(),
            meaning: item.node()?.clone(),
        })
    };
    named.into_iter().map(one).collect()
}

/// The parameter that a field names.
pub(super) fn named<'p>(field: &Field<'_>, parameters: &'p [Parameter]) -> Option<&'p Parameter> {
    let name = field.text()?;
    let found = parameters.iter().find(|one| one.name == name);
    if found.is_none() {
        let known: Vec<&str> = parameters.iter().map(|one| one.name.as_str()).collect();
        field.unknown("parameter", name, &known);
    }
    found
}
