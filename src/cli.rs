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
    #[command(after_help = "\
What is probably wrong with the automations is told as warnings: a rule set that can never match, a
property that no event has, an automation that expires. docs/lints.md has all of them.

Exit codes: 0 right (with warnings, too), 1 warnings and --deny warnings, 64 wrong.

Look at it before you run it:  firebell check --config firebell.yaml
In CI:                         firebell check --config firebell.yaml --deny warnings")]
    Check {
        /// What is checked.
        #[command(flatten)]
        file: File,
        /// End with 1 when there are warnings.
        #[arg(long, value_name = "WHAT")]
        deny: Option<Deny>,
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
