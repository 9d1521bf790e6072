//! The command line. Flags are for process matters alone; everything else is configuration.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Runs the right workflow for each security event on Kafka, and loses none.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "\
Exit codes: 0 done or drained, 1 not drained in time or a part died, 64 wrong configuration.

Try it without Kafka:   firebell demo
Take in what you have:  firebell import azure.json --output automations.yaml
Check a configuration:  firebell check --config firebell.yaml
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
    Check(File),
    /// Turn Azure's workflow automation into automations: resources, templates, policies.
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
    /// Ask a running daemon how it is: 0 when it is well, 1 when it is not.
    Healthcheck {
        /// The configuration that names its listener.
        #[command(flatten)]
        file: File,
        /// Ask whether it is ready, not just alive.
        #[arg(long)]
        ready: bool,
    },
    /// Show the whole daemon at work: no Kafka, no network, some ten seconds.
    Demo {
        /// Keep it running, to produce to it and to scrape it.
        #[arg(long)]
        serve: bool,
    },
}

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

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct File {
    /// The configuration file; `firebell.yaml` here, where there is one.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
