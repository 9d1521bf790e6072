//! What is triggered.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::File;

/// One workflow, or those of one automation, and one event.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("what").args(["workflow", "automation"]).required(true).multiple(true)),
    group(ArgGroup::new("from").args(["event", "record"]).required(true)),
    after_help = "\
One attempt, and nothing is parked or dead-lettered. With --automation its rules decide: where they
do not match, nothing is run, and it says why.

Exit codes: 0 delivered, 1 not delivered, not matched or not read, 64 wrong configuration, event or
command line.

  firebell trigger page-on-call --event alert.json
  firebell trigger --automation page-on-high-alerts --event - --dry-run
  firebell trigger page-on-call --record security.events/3/4711"
)]
pub struct Trigger {
    /// The workflow.
    #[arg(value_name = "WORKFLOW")]
    pub workflow: Option<String>,
    /// Run what this automation runs, or WORKFLOW as this automation would, if it matches.
    #[arg(long, value_name = "NAME")]
    pub automation: Option<String>,
    /// A record's value: an event, or an envelope of events; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// A record on Kafka: `topic/partition/offset`.
    #[arg(long, value_name = "RECORD")]
    pub record: Option<String>,
    /// Which event of an envelope, from 0.
    #[arg(long, value_name = "N")]
    pub place: Option<usize>,
    /// What the source says of the event's kind; without it, the event says what it is.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Show the request, and do not send it.
    #[arg(long)]
    pub dry_run: bool,
    /// The configuration.
    #[command(flatten)]
    pub file: File,
}
