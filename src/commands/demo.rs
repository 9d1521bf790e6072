//! `firebell demo`: the real daemon, a real broker protocol and a real receiver in one process,
//! shown and checked.

mod cluster;
mod receiver;
mod samples;
mod stage;
mod tally;

use std::io::Write as _;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::commands::Exit;
use crate::daemon::Ended;
use crate::shutdown::asked_to_end;
use cluster::{Letter, produce, read_dead_letters};
use receiver::Request;
use samples::{Expected, Sample, samples};
use stage::{Stage, StageError};
use tally::Tally;

/// How long everything may take to come out as it should.
const DEADLINE: Duration = Duration::from_mins(1);

/// How long the demo runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until everything was shown.
    Shown,
    /// Until it is asked to end.
    Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Differs,
}

/// Shows the daemon at work, and checks what it shows.
pub async fn demo(until: Until) -> Exit {
    match shown(until).await {
        Ok(exit) => exit,
        Err(error) => {
            line(&format!("\nthe demo failed: {error}"));
            Exit::Failed
        }
    }
}

async fn shown(until: Until) -> Result<Exit, StageError> {
    let (sender, mut requests) = mpsc::channel(1_000);
    let stage = Stage::build(sender).await?;
    introduce(&stage);
    let samples = samples();
    produce(&stage.servers, &samples).await?;
    for sample in &samples {
        line(&format!(
            "  produced   {:<28} {}",
            sample.what,
            meant(sample)
        ));
    }
    line("\nWhat happens");
    let expected = Tally::expected(&samples);
    watch(&stage, &mut requests, expected).await;

    let counted = Tally::counted(&stage.metrics);
    let servers = stage.servers.clone();
    let letters =
        tokio::task::spawn_blocking(move || read_dead_letters(&servers, expected.dead_lettered));
    let letters = letters.await.unwrap_or_else(|_| Ok(Vec::new()))?;
    show_letters(&letters);
    let verdict = summarise(expected, counted, (stage.taken(), letters.len() as u64));
    if until == Until::Asked {
        invite(&stage);
        asked_to_end().await;
    }
    let ended = stage.end().await;
    Ok(conclude(verdict, &ended))
}

fn introduce(stage: &Stage) {
    line("Firebell demo: a Kafka cluster in this process, three workflows, the real daemon.");
    line(&format!("  cluster    {}", stage.servers));
    line(&format!("  workflows  http://{}/…", stage.receiver));
    line(&format!("  metrics    http://{}/metrics\n", stage.admin));
}

const fn meant(sample: &Sample) -> &'static str {
    match sample.expected {
        Expected::Nothing => "matches nothing",
        Expected::Delivered(_) => "runs page-on-call",
        Expected::Retried => "runs open-ticket, which is down at first",
        Expected::Refused => "runs legacy-audit, which refuses it",
        Expected::Poison => "cannot be read",
    }
}

/// Shows each request as it comes, until the figures are as they should be.
async fn watch(stage: &Stage, requests: &mut mpsc::Receiver<Request>, expected: Tally) {
    let deadline = tokio::time::sleep(DEADLINE);
    tokio::pin!(deadline);
    let mut look = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            biased;
            Some(request) = requests.recv() => show_request(&request),
            () = &mut deadline => return,
            _ = look.tick() => {
                if Tally::counted(&stage.metrics) == expected {
                    return;
                }
            }
        }
    }
}

fn show_request(request: &Request) {
    let Request {
        workflow,
        kind,
        attempt,
        answer,
    } = request;
    let means = match (*answer, attempt.as_str()) {
        (200, "1") => "delivered",
        (200, _) => "delivered, after its wait in the retry topic",
        (503, "1") => "tried again at once",
        (503, _) => "parked in the retry topic for 2 s",
        _ => "refused for good: a dead letter",
    };
    line(&format!(
        "  {workflow:<13} {kind:<40} attempt {attempt} -> {answer}  {means}"
    ));
}

fn show_letters(letters: &[Letter]) {
    line("\nDead letters");
    for Letter { at, why, workflow } in letters {
        let workflow = if workflow.is_empty() {
            "the whole record"
        } else {
            workflow
        };
        line(&format!("  {at:<20} {why:<22} {workflow}"));
    }
}

/// Prints the figures beside what was produced, and says whether they agree.
fn summarise(expected: Tally, counted: Tally, (taken, letters): (u64, u64)) -> Verdict {
    line("\nSummary            produced for   seen");
    for ((name, expected), (_, counted)) in expected.rows().into_iter().zip(counted.rows()) {
        let verdict = if expected == counted { "ok" } else { "DIFFERS" };
        line(&format!(
            "  {name:<15} {expected:>13} {counted:>6}   {verdict}"
        ));
    }
    // The receiver and the topic themselves, not what the daemon says of them.
    let taken_agrees = taken == expected.delivered;
    let letters_agree = letters == expected.dead_lettered;
    line(&format!(
        "  taken by the workflows themselves: {taken}; read back from the dead-letter topic: {letters}"
    ));
    if expected == counted && taken_agrees && letters_agree {
        Verdict::Agrees
    } else {
        Verdict::Differs
    }
}

fn invite(stage: &Stage) {
    line(&format!(
        "\nStill running. Produce to {} at {}, scrape http://{}/metrics; Ctrl-C ends it.",
        cluster::EVENTS,
        stage.servers,
        stage.admin
    ));
}

fn conclude(verdict: Verdict, ended: &Ended) -> Exit {
    match (verdict, ended) {
        (Verdict::Agrees, Ended::Drained) => {
            line("\nEverything produced came out as it should, and the daemon drained.");
            Exit::Ok
        }
        (Verdict::Differs, Ended::Drained) => {
            line("\nWhat came out differs from what was produced.");
            Exit::Failed
        }
        (_, Ended::NotDrained(why) | Ended::PartDied(why)) => {
            line(&format!("\nThe daemon did not end as it should: {why}"));
            Exit::Failed
        }
    }
}

/// A closed standard output is no reason to fail.
fn line(text: &str) {
    let _unprintable = writeln!(std::io::stdout(), "{text}");
}
