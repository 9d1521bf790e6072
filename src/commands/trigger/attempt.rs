//! The attempt, and what is said of it.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::cli::Trigger;
use crate::commands::letters::plain;
use crate::commands::{Exit, Failure};
use crate::config::{Config, Workflow};
use crate::deliver::{Delivery, Haste, Lane, Outcome, Pace, Undelivered, preview};
use crate::document::show_duration;
use crate::letters::advice;

/// Shows the request and, unless it is only to be shown, sends it once.
pub(super) async fn run(
    asked: &Trigger,
    (config, name): (&Config, &str),
    mut delivery: Delivery,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let Some(workflow) = config.workflows.get(name) else {
        return Err(Failure::Wrong(format!("unknown workflow `{name}`")));
    };
    // One attempt: what a person asked for, a person repeats. No other event will come.
    let mut once = Workflow {
        attempts: 1,
        ..workflow.clone()
    };
    once.requests.batch.max_wait = Duration::ZERO;
    request(&once, &delivery, out)?;
    if asked.dry_run {
        writeln!(out, "not sent: --dry-run")?;
        return Ok(Exit::Ok);
    }
    out.flush()?;
    let lane = Lane::new(name, once, config.retry.max_attempts);
    let lane = Arc::new(lane.map_err(|error| Failure::Undone(error.to_string()))?);
    let haste = Haste::until(&CancellationToken::new());
    let Some(place) = lane.try_place() else {
        return Err(Failure::Undone("the lane has no place".to_owned()));
    };
    let began = Instant::now();
    let outcome = lane.deliver(&mut delivery, place, &haste).await;
    answer(&outcome, began.elapsed(), out)?;
    Ok(match outcome {
        Outcome::Delivered => Exit::Ok,
        Outcome::Undelivered(_) => Exit::Failed,
    })
}

fn request(workflow: &Workflow, delivery: &Delivery, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "workflow {}", delivery.workflow)?;
    let shape = match preview(workflow, delivery) {
        Ok(shape) => shape,
        Err(failure) => return writeln!(out, "  no request: {}: {}", failure.reason, failure.text),
    };
    let (method, scheme) = (&shape.method, &shape.scheme);
    writeln!(out, "  {method} {scheme}://…")?;
    for (name, value) in &shape.headers {
        let value = value
            .as_ref()
            .map_or_else(|| "(not shown)".to_owned(), |text| plain(text));
        writeln!(out, "  {name}: {value}")?;
    }
    writeln!(out, "  {} bytes of {}", shape.bytes, delivery.origin.kind)
}

fn answer(outcome: &Outcome, elapsed: Duration, out: &mut impl Write) -> io::Result<()> {
    let elapsed = show_duration(Duration::from_millis(
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    ));
    let Undelivered { failure, pace } = match outcome {
        Outcome::Delivered => return writeln!(out, "delivered after {elapsed}"),
        Outcome::Undelivered(undelivered) => undelivered,
    };
    let (reason, text) = (failure.reason.label(), plain(&failure.text));
    writeln!(out, "not delivered after {elapsed}: {reason}: {text}")?;
    writeln!(out, "the daemon would {}", next(*pace))?;
    for line in advice(reason).unwrap_or_default().lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// What the daemon makes of it.
fn next(pace: Pace) -> String {
    match pace {
        Pace::Soon => "try again: in a moment, then through the retry topics".to_owned(),
        Pace::Later => "park it for a longer tier: somebody must mend something".to_owned(),
        Pace::After(wait) => format!("try again, not before {}", show_duration(wait)),
        Pace::Unspent | Pace::UnspentFor(_) => "park it: no attempt was spent".to_owned(),
        Pace::Never => "make a dead letter of it, at once".to_owned(),
    }
}
