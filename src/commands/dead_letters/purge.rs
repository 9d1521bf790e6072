//! `firebell dead-letters purge`.

use std::io::Write;
use std::sync::Arc;

use super::change::Changes;
use super::tally::Tally;
use super::{configuration, hint};
use crate::cli::PurgeDeadLetters;
use crate::clock;
use crate::commands::letters::{Scan, filter};
use crate::commands::{Exit, Failure, say};
use crate::letters::{Letter, Writer};
use crate::settle::Refused;

pub(super) async fn purge(asked: &PurgeDeadLetters, out: &mut impl Write) -> Result<Exit, Failure> {
    let config = configuration(&asked.file)?;
    let wanted = &asked.wanted.wanted;
    let filter = filter(wanted, &asked.wanted.stage, clock::now_millis())?;
    if filter.is_empty() {
        let text = "purge wants at least one filter, such as --reason or --until";
        return Err(Failure::Wrong(text.to_owned()));
    }
    let writer = Writer::new(&config).map_err(|error| Failure::Undone(error.to_string()))?;
    let writer = Arc::new(writer);
    let scan = Scan::new(&config).await?;
    let (mut tally, mut found) = (Tally::default(), scan.found(&filter)?);
    let mut changes = Changes::new(None);
    let mut stopped = None;
    while stopped.is_none()
        && let Some(letter) = found.next_open().await?
    {
        if !asked.yes {
            tally.done(what(&letter));
            continue;
        }
        let writer = Arc::clone(&writer);
        let change = async move {
            let marked = writer.mark_purged(&letter, clock::now_millis()).await;
            marked
                .map(|()| what(&letter))
                .map_err(|refused| (letter.at().to_string(), refused))
        };
        if let Some(ended) = changes.start(change).await {
            stopped = count(&mut tally, ended);
        }
    }
    while let Some(ended) = changes.next().await {
        stopped = count(&mut tally, ended).or(stopped);
    }
    tally.write(if asked.yes { "purged" } else { "would purge" }, out)?;
    out.flush()?;
    if let Some(why) = stopped {
        return Err(Failure::Undone(why));
    }
    if tally.is_empty() {
        say(&format!(
            "nothing to purge{}",
            hint(&config, &wanted.workflow)
        ));
    } else if !asked.yes {
        say("nothing was changed: --yes does it");
    }
    Ok(Exit::Ok)
}

fn what(letter: &Letter) -> String {
    let own = |name| letter.own(name).unwrap_or("nobody").to_owned();
    format!(" for {}, {}", own("workflow"), own("reason"))
}

fn count(tally: &mut Tally, ended: Result<String, (String, Refused)>) -> Option<String> {
    match ended {
        Ok(what) => {
            tally.done(what);
            None
        }
        Err((at, refused)) => Some(format!(
            "stopped at {at}: the cluster does not take the marker: {}\n    help: run it again; it goes on where it was",
            refused.why()
        )),
    }
}
