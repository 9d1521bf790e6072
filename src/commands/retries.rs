//! `firebell retries`: what waits in the retry topics.

use std::io::Write;

use super::dead_letters::{configuration, hint};
use super::letters::{Form, Page, Progress, filter};
use crate::cli::{ListRetries, OfRetries};
use crate::clock;
use crate::commands::{Exit, Failure, say};
use crate::config::Tier;
use crate::document::show_duration;
use crate::letters::{Filter, Topics, Waiting};

/// Does what is asked with deliveries that wait.
///
/// # Errors
/// A wrong configuration or command line, a cluster that does not answer, or an answer that cannot
/// be written.
pub async fn retries(what: &OfRetries, out: &mut impl Write) -> Result<Exit, Failure> {
    match what {
        OfRetries::List(asked) => list(asked, out).await,
    }
}

async fn list(asked: &ListRetries, out: &mut impl Write) -> Result<Exit, Failure> {
    let config = configuration(&asked.file)?;
    let filter = filter(&asked.wanted, &[], clock::now_millis())?;
    let topics = Topics::new(&config);
    let mut page = Page::new(out, asked.output, Form::Retries);
    let (mut lines, mut all) = (Vec::new(), 0);
    for tier in &config.retry.tiers {
        let count = one_tier(asked, (&topics, tier, &filter), &mut page).await?;
        let delay = show_duration(tier.delay);
        lines.push(format!("{}, after {delay}: {count}", tier.topic));
        all += count;
    }
    page.finish()?;
    if all == 0 {
        lines.push(format!(
            "nothing waits{}",
            hint(&config, &asked.wanted.workflow)
        ));
    }
    say(&lines.join("\n"));
    Ok(Exit::Ok)
}

/// Lists what waits in one topic; how many.
async fn one_tier(
    asked: &ListRetries,
    (topics, tier, filter): (&Topics, &Tier, &Filter),
    page: &mut Page<'_, impl Write>,
) -> Result<u64, Failure> {
    let mut extent = topics.extent(&tier.topic).await?;
    let committed = topics.committed(&extent).await?;
    if !asked.all {
        extent = extent.from(&committed);
    }
    let what = format!("reading {}", tier.topic);
    let mut records = Progress::over(topics.read(&extent)?, &what);
    let (mut count, now) = (0, clock::now_millis());
    while let Some(record) = records.next().await? {
        let (partition, offset) = (record.coordinates.partition, record.coordinates.offset);
        let done = committed.get(&partition).is_some_and(|next| offset < *next);
        match Waiting::of(record.clone(), tier, now) {
            Ok(waiting) if filter.takes(&waiting.letter) => {
                let state = if done { "done" } else { "waiting" };
                page.letter(&waiting.letter, (state, Some(waiting.due)))?;
                count += 1;
            }
            Err(why) if filter.is_about_time_alone() && filter.takes_time(record.timestamp) => {
                page.unreadable(&record, &why)?;
                count += 1;
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(count)
}
