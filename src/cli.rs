//! The command line. Flags are for process matters alone; everything else is configuration.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Runs the right workflow for each security event on Kafka, and loses none.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "\
Exit codes: 0 done or drained, 1 not drained in time or a part died, 64 wrong configuration.

Try it without Kafka:   firebell demo
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

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct File {
    /// The configuration file; `firebell.yaml` here, where there is one.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
