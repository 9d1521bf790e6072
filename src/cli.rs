//! The command line. Flags are for process matters alone; everything else is configuration.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod letters;
mod trigger;

pub use letters::*;
pub use trigger::Trigger;

/// Runs the right workflow for each security event on Kafka, and loses none.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "\
Exit codes: 0 done or drained, 1 not drained in time, a part died or a test failed, 64 wrong
configuration, rules or command line.

Try it without Kafka:   firebell demo
Take in what you have:  firebell import azure.json --output automations.yaml
Check a configuration:  firebell check --config firebell.yaml
Test its rules:         firebell test --config firebell.yaml
Ask why a rule fires:   firebell explain --config firebell.yaml --event event.json
Run it:                 firebell run --config firebell.yaml"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon until SIGTERM or SIGINT.
    Run(File),
    /// Check the configuration and the automations, and say what they would do.
    #[command(after_help = "\
What is probably wrong with the automations is told as warnings: a rule set that can never match, a
property that no event has, an automation that expires. docs/lints.md has all of them.

Exit codes: 0 right (with warnings, too), 1 warnings and --deny warnings, or no answer from the
cluster, 64 wrong.

Look at it before you run it:  firebell check --config firebell.yaml
And at the cluster's topics:   firebell check --config firebell.yaml --kafka
In CI:                         firebell check --config firebell.yaml --deny warnings")]
    Check {
        /// What is checked.
        #[command(flatten)]
        file: File,
        /// Ask the cluster, too: whether the topics are there, keep what is written to them, and
        /// leave nothing unread.
        #[arg(long)]
        kafka: bool,
        /// End with 1 when there are warnings.
        #[arg(long, value_name = "WHAT")]
        deny: Option<Deny>,
    },
    /// Turn Azure's workflow automation into automations: resources, templates, policies.
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
    /// Run the tests that stand beside the rules.
    Test(Test),
    /// Say why each automation runs for an event, or does not.
    Explain(Explain),
    /// Print a JSON Schema, with which an editor completes and checks what you write.
    #[command(after_help = SCHEMA_HELP)]
    Schema {
        /// Of which file: one with rules, or the configuration.
        #[arg(value_enum, default_value_t = SchemaOf::Automations)]
        of: SchemaOf,
    },
    /// Ask a running daemon how it is: 0 when it is well, 1 when it is not.
    Healthcheck {
        /// The configuration that names its listener.
        #[command(flatten)]
        file: File,
        /// Ask whether it is ready, not just alive.
        #[arg(long)]
        ready: bool,
    },
    /// Look at dead letters, put them back, or lay them aside.
    DeadLetters(DeadLetters),
    /// Look at the deliveries that wait in the retry topics.
    Retries(Retries),
    /// Run one workflow on one event, now and once.
    Trigger(Trigger),
    /// Show the whole daemon at work: no Kafka, no network, some ten seconds.
    Demo {
        /// Keep it running, to produce to it and to scrape it.
        #[arg(long)]
        serve: bool,
    },
}

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A file with automations, templates, assignments or tests.
    Automations,
    /// The configuration file.
    Config,
}

const SCHEMA_HELP: &str = "\
Exit codes: 0 printed, 1 it cannot be written, 64 wrong command line.

For an editor with the YAML language server, the file's first line names the schema:

  firebell schema automations > automations.schema.json
  # yaml-language-server: $schema=automations.schema.json";

/// What is imported.
#[derive(Debug, Args)]
pub struct Import {
    /// JSON of Azure's: automations, templates, policies, parameters of templates.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write the automations here, not to standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the output file.
    #[arg(long)]
    pub force: bool,
    /// Give a template's or policy's parameter a value.
    #[arg(long = "parameter", value_name = "NAME=JSON")]
    pub parameters: Vec<String>,
    /// The subscription that templates are deployed to.
    #[arg(long, value_name = "ID")]
    pub subscription: Option<String>,
    /// The resource group that templates are deployed to.
    #[arg(long, value_name = "NAME")]
    pub resource_group: Option<String>,
}

const IMPORT_HELP: &str = "\
The automations go to standard output, what was changed and what is missing to standard error.
Exit codes: 0 imported, 1 something could not be imported, 64 wrong command line.

From a subscription:  az security automation list > mine.json
                      firebell import mine.json --output automations.yaml
From a policy:        firebell import policy.json --subscription 00000000-1111-2222-3333-444444444444 \\
                        --parameter 'alertSeverities=[\"High\"]' --parameter automationName=page";

/// What `check` does not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// What is probably wrong.
    Warnings,
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct File {
    /// The configuration file; `firebell.yaml` here, where there is one.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What is tested.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 all passed, 1 one failed or there was none, 64 wrong files.

The tests of a rules file, with its own automations:
  firebell test automations.yaml
Those of all rules files of a configuration:
  firebell test --config firebell.yaml --junit report.xml")]
pub struct Test {
    /// Rules files with `tests`: the tests of each see the automations of all of them.
    #[arg(value_name = "FILE", required_unless_present = "config")]
    pub files: Vec<PathBuf>,
    /// Test the automations of this configuration; without FILE, with the tests of its rules files.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write a report as JUnit XML to this file, too.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// What is explained.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 explained, 1 an event cannot be read, 64 wrong files or names.

An event in a file, and the rules of a configuration:
  firebell explain --event alert.json --config firebell.yaml
An event from a pipe, one automation of a rules file, at another time:
  firebell explain --event - --automation page --now 2027-01-31T00:00:00Z automations.yaml")]
pub struct Explain {
    /// Rules files, in place of a configuration.
    #[arg(value_name = "FILE", conflicts_with = "config")]
    pub rules: Vec<PathBuf>,
    /// A record's value: an event, or an envelope of events; `-` is standard input.
    #[arg(short, long, value_name = "FILE")]
    pub event: PathBuf,
    /// Show this automation alone.
    #[arg(short, long, value_name = "NAME")]
    pub automation: Option<String>,
    /// The configuration file; `firebell.yaml` here, where there is one.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What the record's source says of its kind; without it, each event says what it is.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Explain as of this instant, such as `2027-01-31T00:00:00Z`; without it, now.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// For machines.
    Json,
}
