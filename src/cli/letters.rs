//! What is asked about dead letters and about deliveries that wait.

use std::num::NonZeroU32;

use clap::{Args, Subcommand};

use super::{File, Output};

/// What is to be done with dead letters.
#[derive(Debug, Args)]
pub struct DeadLetters {
    /// What.
    #[command(subcommand)]
    pub what: OfDeadLetters,
}

/// The commands about dead letters.
#[derive(Debug, Subcommand)]
pub enum OfDeadLetters {
    /// List what is open: neither redriven nor purged.
    List(ListDeadLetters),
    /// Show everything about one dead letter, and what the runbook says of its reason.
    Show(ShowDeadLetter),
    /// Put deliveries back into the first retry topic, once what was wrong is mended.
    Redrive(RedriveDeadLetters),
    /// Lay dead letters aside: they are no longer open. Nothing is deleted.
    Purge(PurgeDeadLetters),
}

/// Which letters are meant. All that is asked must hold; of what is asked twice, either.
#[derive(Debug, Default, Args)]
pub struct Wanted {
    /// Deliveries for this workflow.
    #[arg(long, value_name = "NAME")]
    pub workflow: Vec<String>,
    /// Deliveries of this automation.
    #[arg(long, value_name = "NAME")]
    pub automation: Vec<String>,
    /// This reason, a word of docs/runbook.md.
    #[arg(long, value_name = "REASON")]
    pub reason: Vec<String>,
    /// This status of the last answer, or a range such as `500-599`.
    #[arg(long, value_name = "STATUS")]
    pub status: Vec<String>,
    /// This kind of event.
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// This delivery.
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// From this instant on, such as `2027-01-31T00:00:00Z`, or from so long ago, such as `2h`.
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Before this instant, or so long ago.
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
}

/// Which dead letters are meant.
#[derive(Debug, Default, Args)]
pub struct WantedDead {
    /// What is asked of every letter.
    #[command(flatten)]
    pub wanted: Wanted,
    /// This stage could not go on: decode, match, deliver or park.
    #[arg(long, value_name = "STAGE")]
    pub stage: Vec<String>,
}

/// What is listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 listed, 1 the cluster cannot be read, 64 wrong configuration or command line.

What a workflow has refused since this morning:
  firebell dead-letters list --workflow page-on-call --reason rejected --since 8h
For a program, one JSON object a line:
  firebell dead-letters list --output json | jq -r .id")]
pub struct ListDeadLetters {
    /// The configuration.
    #[command(flatten)]
    pub file: File,
    /// Which.
    #[command(flatten)]
    pub wanted: WantedDead,
    /// Those that were redriven or purged, too.
    #[arg(long)]
    pub all: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

/// What is shown.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 shown, 1 it is not there or the cluster cannot be read, 64 wrong configuration or
command line.

As `list` names them:
  firebell dead-letters show firebell.dead-letter/0/17
  firebell dead-letters show msg_43e30830e607f88fe8841c8adc394ff0
The value alone, byte by byte:
  firebell dead-letters show firebell.dead-letter/0/17 --raw > event.json")]
pub struct ShowDeadLetter {
    /// Its place, `topic/partition/offset` or `partition/offset`, or the delivery's id.
    #[arg(value_name = "PLACE|ID")]
    pub which: String,
    /// The configuration.
    #[command(flatten)]
    pub file: File,
    /// Write the value, byte by byte, and nothing else.
    #[arg(long)]
    pub raw: bool,
}

/// What is put back.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --yes it says what it would do, and changes nothing. A redriven delivery keeps its id, and
begins anew: attempts, tiers, age. Run it again after it was killed: it goes on where it was.

Exit codes: 0 all that was meant was put back (or would be), 1 some cannot be, or the cluster does
not answer, 64 wrong configuration or command line.

What would be done, then doing it, 50 a second:
  firebell dead-letters redrive --workflow page-on-call
  firebell dead-letters redrive --workflow page-on-call --rate 50 --yes
To a workflow that replaces one that is gone:
  firebell dead-letters redrive --workflow old-pager --to page-on-call --yes")]
pub struct RedriveDeadLetters {
    /// The configuration of the daemons that are to deliver.
    #[command(flatten)]
    pub file: File,
    /// Which.
    #[command(flatten)]
    pub wanted: WantedDead,
    /// To this workflow in place of the letter's own: another delivery, with an id of its own.
    #[arg(long, value_name = "WORKFLOW")]
    pub to: Option<String>,
    /// Do it.
    #[arg(long)]
    pub yes: bool,
    /// So many a second.
    #[arg(long, value_name = "N")]
    pub rate: Option<NonZeroU32>,
    /// So many at most.
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Leave out what was redriven so often already.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub max_redrives: u32,
}

/// What is laid aside.
#[derive(Debug, Args)]
#[command(after_help = "\
At least one filter is needed. Without --yes it says what it would do, and changes nothing.

Exit codes: 0 purged (or would be), 1 the cluster does not answer, 64 wrong configuration or
command line.

  firebell dead-letters purge --reason unknown-kind --until 7d --yes")]
pub struct PurgeDeadLetters {
    /// The configuration.
    #[command(flatten)]
    pub file: File,
    /// Which.
    #[command(flatten)]
    pub wanted: WantedDead,
    /// Do it.
    #[arg(long)]
    pub yes: bool,
}

/// What is to be done with deliveries that wait.
#[derive(Debug, Args)]
pub struct Retries {
    /// What.
    #[command(subcommand)]
    pub what: OfRetries,
}

/// The commands about deliveries that wait.
#[derive(Debug, Subcommand)]
pub enum OfRetries {
    /// List what waits in each retry topic, and until when.
    List(ListRetries),
}

/// What is listed.
#[derive(Debug, Args)]
#[command(after_help = "\
What waits is what the group of the retry topics has not committed yet; what a daemon delivers
right now is among it.

Exit codes: 0 listed, 1 the cluster cannot be read, 64 wrong configuration or command line.

  firebell retries list --workflow page-on-call")]
pub struct ListRetries {
    /// The configuration.
    #[command(flatten)]
    pub file: File,
    /// Which.
    #[command(flatten)]
    pub wanted: Wanted,
    /// Everything that the topics still hold, not just what waits.
    #[arg(long)]
    pub all: bool,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}
