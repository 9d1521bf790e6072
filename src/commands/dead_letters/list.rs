//! `firebell dead-letters list`.

use std::collections::BTreeMap;
use std::io::Write;

use super::{configuration, hint};
use crate::cli::ListDeadLetters;
use crate::clock;
use crate::commands::letters::{Form, Found, Page, Scan, filter};
use crate::commands::{Exit, Failure, say};
use crate::letters::State;

pub(super) async fn list(asked: &ListDeadLetters, out: &mut impl Write) -> Result<Exit, Failure> {
    let config = configuration(&asked.file)?;
    let wanted = &asked.wanted.wanted;
    let filter = filter(wanted, &asked.wanted.stage, clock::now_millis())?;
    let scan = Scan::new(&config).await?;
    let mut found = scan.found(&filter)?;
    let mut page = Page::new(out, asked.output, Form::DeadLetters);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    while let Some(one) = found.next().await? {
        let state = match &one {
            Found::Letter(state, letter) => {
                if *state == State::Open || asked.all {
                    page.letter(letter, (state.label(), None))?;
                }
                state.label()
            }
            Found::Unreadable(record, why) => {
                page.unreadable(record, why)?;
                "unreadable"
            }
        };
        *counts.entry(state).or_default() += 1;
    }
    page.finish()?;
    let none = counts.is_empty();
    let summary = summary(|state| counts.get(state).copied().unwrap_or(0));
    let hint = if none {
        hint(&config, &wanted.workflow)
    } else {
        String::new()
    };
    say(&format!("{summary}{hint}"));
    Ok(Exit::Ok)
}

fn summary(count: impl Fn(&str) -> u64) -> String {
    let (redriven, purged) = (count(State::Redriven.label()), count(State::Purged.label()));
    let settled = redriven + purged;
    let open = count(State::Open.label());
    let parts = match settled {
        0 => String::new(),
        _ => format!(" ({redriven} redriven, {purged} purged)"),
    };
    let unreadable = match count("unreadable") {
        0 => String::new(),
        count => format!(", {count} unreadable"),
    };
    format!("{open} open, {settled} settled{parts}{unreadable}")
}
