//! A file of automations.

use std::fmt::Write as _;

use serde::Serialize;
use serde_saphyr::{FlowMap, FlowSeq, ser_options};

use crate::import::convert::{Converted, ConvertedRule, ConvertedSet, Expected, Stub, Supplies};

#[derive(Serialize)]
struct File<'a> {
    automations: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    kinds: FlowSeq<Vec<&'static str>>,
    scopes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rule_sets: Vec<Set<'a>>,
    workflows: FlowSeq<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Set<'a> {
    rules: Vec<FlowMap<Line<'a>>>,
}

#[derive(Serialize)]
struct Line<'a> {
    property: &'a str,
    operator: &'static str,
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
}

/// The text of the file: where it came from, the workflows to configure, the automations.
///
/// # Errors
/// What the writer says; it refuses nothing that we give it.
pub(in crate::import) fn yaml(
    automations: &[Converted],
    stubs: &[Stub],
    files: &[String],
) -> Result<String, String> {
    let mut text = header(files, stubs).map_err(|error| error.to_string())?;
    let options = ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
    };
    let file = File {
        automations: automations.iter().map(one).collect(),
    };
    let body =
        serde_saphyr::to_string_with_options(&file, options).map_err(|error| error.to_string())?;
    text.push_str(&body);
    Ok(text)
}

fn header(files: &[String], stubs: &[Stub]) -> Result<String, std::fmt::Error> {
    let mut text = String::from("# Imported from Azure by `firebell import`:\n");
    for file in files {
        let file: String = file.chars().filter(|c| !c.is_control()).collect();
        writeln!(text, "#   {file}")?;
    }
    if stubs.is_empty() {
        text.push('\n');
        return Ok(text);
    }
    text.push_str(
        "#\n# These workflows belong in the configuration. Azure never shows a callback URL again, so each is\n\
         # a secret that you supply.\n#\n# workflows:\n",
    );
    for stub in stubs {
        let note = match stub.supplies {
            Supplies::CallbackUrl => "",
            Supplies::Webhook => ": needs a webhook that stands for it",
        };
        writeln!(
            text,
            "#   {}:   # {}{note}",
            quoted(&stub.name),
            stub.origin
        )?;
        writeln!(text, "#     url: ${{env:{}}}", stub.variable)?;
    }
    text.push('\n');
    Ok(text)
}

/// A name such as `007` or `true` is a text all the same.
fn quoted(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_word(name) {
        name.to_owned()
    } else {
        format!("'{name}'")
    }
}

fn is_word(name: &str) -> bool {
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(name))
}

fn one(automation: &Converted) -> One<'_> {
    One {
        name: &automation.name,
        description: &automation.description,
        enabled: (!automation.enabled).then_some(false),
        kinds: FlowSeq(automation.kinds.iter().map(|kind| kind.name()).collect()),
        scopes: automation.scopes.iter().map(|scope| &*scope.path).collect(),
        rule_sets: automation.rule_sets.iter().map(set).collect(),
        workflows: FlowSeq(
            automation
                .workflows
                .iter()
                .map(|(name, _)| &**name)
                .collect(),
        ),
    }
}

fn set(set: &ConvertedSet) -> Set<'_> {
    Set {
        rules: set.rules.iter().map(|rule| FlowMap(line(rule))).collect(),
    }
}

fn line(rule: &ConvertedRule) -> Line<'_> {
    Line {
        property: &rule.property,
        operator: rule.operator.name(),
        value: match &rule.value {
            Expected::Null => None,
            Expected::Text(text) => Some(text),
        },
        r#type: rule.ty.map(crate::rules::PropertyType::name),
    }
}
