//! `firebell dead-letters redrive`.

use std::io::Write;
use std::sync::Arc;

use super::change::{Changed, Changes};
use super::tally::Tally;
use super::{configuration, hint};
use crate::cli::RedriveDeadLetters;
use crate::clock;
use crate::commands::letters::{Scan, filter};
use crate::commands::{Exit, Failure, say};
use crate::config::Config;
use crate::document::suggestion;
use crate::letters::{Cannot, Filter, Letter, Redrive, Rules, Unmarked, Writer};
use crate::settle::Refused;

pub(super) async fn redrive(
    asked: &RedriveDeadLetters,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let config = configuration(&asked.file)?;
    if let Some(to) = &asked.to {
        known(&config, to)?;
    }
    let wanted = &asked.wanted.wanted;
    let filter = filter(wanted, &asked.wanted.stage, clock::now_millis())?;
    let scan = Scan::new(&config).await?;
    let unmarked = scan.unmarked().await?;
    let run = Run {
        asked,
        rules: Rules {
            config: &config,
            to: asked.to.as_deref(),
            max_redrives: asked.max_redrives,
        },
        unmarked,
    };
    let (tally, stopped) = if asked.yes {
        run.change(&scan, &filter).await?
    } else {
        (run.look(&scan, &filter).await?, None)
    };
    let verb = if asked.yes {
        "redrove"
    } else {
        "would redrive"
    };
    tally.write(verb, out)?;
    out.flush()?;
    if let Some(why) = stopped {
        return Err(Failure::Undone(why));
    }
    if tally.is_empty() {
        let hint = hint(&config, &wanted.workflow);
        say(&format!("nothing to redrive{hint}"));
    } else if !asked.yes {
        say("nothing was changed: --yes does it");
    }
    Ok(if tally.has_refused() {
        Exit::Failed
    } else {
        Exit::Ok
    })
}

fn known(config: &Config, workflow: &str) -> Result<(), Failure> {
    if config.workflows.contains_key(workflow) {
        return Ok(());
    }
    let names: Vec<&str> = config.workflows.keys().map(String::as_str).collect();
    let help = suggestion(workflow, &names);
    Err(Failure::Wrong(format!(
        "--to: unknown workflow `{workflow}`\n    help: {help}"
    )))
}

struct Run<'a> {
    asked: &'a RedriveDeadLetters,
    rules: Rules<'a>,
    unmarked: Unmarked,
}

impl Run<'_> {
    /// What would be done.
    async fn look(&self, scan: &Scan<'_>, filter: &Filter) -> Result<Tally, Failure> {
        let (mut tally, mut found) = (Tally::default(), scan.found(filter)?);
        while self.may_go_on(tally.count())
            && let Some(letter) = found.next_open().await?
        {
            match self.judge(letter) {
                Ok(redrive) => tally.done(self.what(&redrive)),
                Err(cannot) => tally.refused(cannot.to_string()),
            }
        }
        Ok(tally)
    }

    /// Does it, and says what was done; and why it stopped, if it did.
    async fn change(
        &self,
        scan: &Scan<'_>,
        filter: &Filter,
    ) -> Result<(Tally, Option<String>), Failure> {
        let writer =
            Writer::new(self.rules.config).map_err(|error| Failure::Undone(error.to_string()))?;
        let writer = Arc::new(writer);
        let (mut tally, mut found) = (Tally::default(), scan.found(filter)?);
        let mut changes = Changes::new(self.asked.rate);
        let (mut started, mut stopped) = (0, None);
        while stopped.is_none()
            && self.may_go_on(started)
            && let Some(letter) = found.next_open().await?
        {
            match self.judge(letter) {
                Err(cannot) => tally.refused(cannot.to_string()),
                Ok(redrive) => {
                    started += 1;
                    let change = self.one(&writer, redrive);
                    if let Some(ended) = changes.start(change).await {
                        stopped = count(&mut tally, ended);
                    }
                }
            }
        }
        while let Some(ended) = changes.next().await {
            stopped = count(&mut tally, ended).or(stopped);
        }
        Ok((tally, stopped))
    }

    /// First the delivery, then the marker: killed between the two, the next run finds the
    /// delivery and writes the marker alone.
    fn one(
        &self,
        writer: &Arc<Writer>,
        redrive: Redrive,
    ) -> impl Future<Output = Changed> + Send + 'static {
        let waits = self.unmarked.has(&redrive.letter);
        let (writer, what) = (Arc::clone(writer), self.what(&redrive));
        async move {
            let put_back = async {
                if !waits {
                    writer.put_back(&redrive).await?;
                }
                writer.mark_redriven(&redrive, clock::now_millis()).await
            };
            match put_back.await {
                Ok(()) => Ok(what),
                Err(refused) => Err((redrive.letter.at().to_string(), refused)),
            }
        }
    }

    fn judge(&self, letter: Letter) -> Result<Redrive, Cannot> {
        self.rules.judge(&Arc::new(letter), clock::now_millis())
    }

    fn what(&self, redrive: &Redrive) -> String {
        let workflow = &redrive.parked.workflow;
        if self.unmarked.has(&redrive.letter) {
            return format!(
                " to {workflow}: put back by a run that was cut off, so only the marker"
            );
        }
        format!(" to {workflow}")
    }

    fn may_go_on(&self, done: u64) -> bool {
        self.asked.limit.is_none_or(|limit| done < limit)
    }
}

/// Counts a change; why to stop, if it says so.
fn count(tally: &mut Tally, ended: Changed) -> Option<String> {
    match ended {
        Ok(what) => tally.done(what),
        Err((_, Refused::TooLarge(_))) => {
            tally.refused("the first retry topic takes no record of this size".to_owned());
        }
        Err((_, Refused::InThisForm(error))) => {
            tally.refused(format!("the first retry topic refuses it: {error}"));
        }
        Err((at, refused @ (Refused::NoRoom | Refused::NotNow(_)))) => {
            let why = refused.why();
            return Some(format!(
                "stopped at {at}: the cluster does not take it: {why}\n    help: run it again; it goes on where it was"
            ));
        }
    }
    None
}
