//! From files to what they become.

use super::at::At;
use super::convert::{Converted, Converter, Stub};
use super::encoding::text_of;
use super::harvest::found;
use super::input::{Input, leftovers, tell};
use super::json::parse;
use super::note::{Note, Notes, Weight};
use super::options::Options;
use super::template::{Given, check_names};
use super::value::Value;
use super::{azure, output};
use crate::document::{Node, Place, Problem};

/// Where a value of the command line is from, before its name.
const OPTION: &str = "--parameter ";

/// A file as it was read.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// What it is called in notes.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What files became.
#[derive(Debug)]
pub struct Imported {
    automations: Vec<Converted>,
    files: Vec<String>,
    /// The workflows to configure.
    pub stubs: Vec<Stub>,
    /// What there is to tell: changes first, problems last.
    pub notes: Vec<Note>,
}

impl Imported {
    /// How many automations there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.automations.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.automations.is_empty()
    }

    /// How many notes are of a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        let same = |note: &&Note| note.weight == weight;
        self.notes.iter().filter(same).count()
    }

    /// The file of automations.
    ///
    /// # Errors
    /// What the writer of YAML says.
    pub fn yaml(&self) -> Result<String, String> {
        output::yaml(&self.automations, &self.stubs, &self.files)
    }
}

/// Imports files together: names are unique among all of them, and parameters are for all
/// templates.
#[must_use]
pub fn import(files: &[InputFile], options: &Options) -> Imported {
    let notes = Notes::default();
    let inputs: Vec<Input> = files
        .iter()
        .filter_map(|file| input(file, &notes))
        .collect();
    let given = given(&inputs, options);
    let mut declared = Vec::new();
    let mut converter = Converter::new(options.placeholders, &notes);
    let mut automations = Vec::new();
    for input in &inputs {
        let found = found(input, (&given, options), &mut declared, &notes);
        for (resource, at) in found {
            let made = azure::automation(&resource, &at, &notes)
                .and_then(|azure| converter.automation(&azure));
            automations.extend(made.into_iter().flatten());
        }
    }
    unused(&inputs, (&given, &declared), &notes);
    let stubs = converter.into_stubs();
    Imported {
        automations,
        files: files.iter().map(|file| file.name.clone()).collect(),
        stubs,
        notes: notes.into_list(),
    }
}

/// A file of Azure's as the tree of a file of ours, for the configuration; none if it is nothing
/// of Azure's.
///
/// # Errors
/// Everything in it that cannot be used as it stands.
#[must_use]
pub fn tree_of(file: &InputFile) -> Option<Result<Node, Vec<Problem>>> {
    let value = parsed(file).ok()?;
    let at = At::whole(&file.name);
    tell(value, at.clone())?;
    let options = Options::without_placeholders();
    let imported = import(std::slice::from_ref(file), &options);
    let problem = |note: &Note| Problem {
        place: Place::whole(&note.place()),
        key: String::new(),
        message: note.message.clone(),
        help: None,
    };
    let is_problem = |note: &&Note| note.weight == Weight::Problem;
    let problems: Vec<Problem> = imported
        .notes
        .iter()
        .filter(is_problem)
        .map(problem)
        .collect();
    if !problems.is_empty() {
        return Some(Err(problems));
    }
    Some(Ok(output::tree(&imported.automations, &at)))
}

/// Why a file cannot be read as JSON, if it cannot.
#[must_use]
pub fn why_not_json(file: &InputFile) -> Option<String> {
    parsed(file).err()
}

fn parsed(file: &InputFile) -> Result<Value, String> {
    let text = text_of(&file.bytes).map_err(|error| error.to_string())?;
    parse(&text).map_err(|error| format!("not JSON: {error}"))
}

fn input(file: &InputFile, notes: &Notes) -> Option<Input> {
    let at = At::whole(&file.name);
    let value = match parsed(file) {
        Ok(value) => value,
        Err(message) => {
            notes.problem(&at, message);
            return None;
        }
    };
    let input = tell(value.clone(), at.clone());
    if let Some(Input::Automations(_)) = input {
        leftovers(&value, &at, notes);
    }
    if input.is_none() {
        let message = "holds no automation: expected a Microsoft.Security/automations resource or a \
                       list of them, a deployment template, a policy that deploys one, or parameters";
        notes.problem(&at, message);
    }
    input
}

/// The values of parameters: those of the files, then those of the command line.
fn given(inputs: &[Input], options: &Options) -> Given {
    let mut given = Given::new();
    for input in inputs {
        let Input::Parameters(file, at) = input else {
            continue;
        };
        let at = at.key("parameters");
        let entries = file.get("parameters").and_then(Value::as_map);
        for (name, written) in entries.unwrap_or_default() {
            let value = written.get("value").cloned();
            let secret = || Value::unknown(format!("the parameter `{name}` refers to a secret"));
            let value = value.unwrap_or_else(secret);
            given.insert(name.as_ref().to_owned(), (value, at.key(name)));
        }
    }
    for (name, value) in &options.parameters {
        let at = At::whole(&format!("{OPTION}{name}"));
        given.retain(|other, _| !other.eq_ignore_ascii_case(name));
        given.insert(name.clone(), (Value::of_json(value.clone()), at));
    }
    given
}

/// Whether a value is from the command line.
fn is_option(at: &At) -> bool {
    at.file.starts_with(OPTION)
}

/// Says which values are for no parameter.
fn unused(inputs: &[Input], (given, declared): (&Given, &[String]), notes: &Notes) {
    let is_template = |input: &Input| matches!(input, Input::Template(..) | Input::Policy(..));
    if inputs.iter().any(is_template) {
        for fault in check_names(given, declared) {
            notes.fault(fault);
        }
        return;
    }
    for input in inputs {
        if let Input::Parameters(_, at) = input {
            notes.problem(at, "values of parameters: name their template beside it");
        }
    }
    for (name, (_, at)) in given.iter().filter(|(_, (_, at))| is_option(at)) {
        let message = format!("no file is a template or a policy, so that `{name}` is for nothing");
        notes.problem(at, message);
    }
}
