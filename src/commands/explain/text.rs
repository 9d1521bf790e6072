//! The explanation as text.

use std::io::{self, Write};

use super::view::{AutomationView, BadView, EventView, RuleView, SetView, View};
use super::words::{Reason, plain};

const YES: char = '✓';
const NO: char = '✗';
const WITHOUT_SETS: &str = "no rule sets: every event of its kinds and scopes";

pub(super) fn write(view: &View, out: &mut impl Write) -> io::Result<()> {
    if view.events.is_empty() && view.bad.is_empty() {
        writeln!(out, "the record holds no event")?;
    }
    for event in &view.events {
        write_event(event, out)?;
    }
    for BadView { place, why } in &view.bad {
        let what = place.map_or_else(|| "record".to_owned(), |place| format!("event {place}"));
        writeln!(out, "{what}: cannot be read")?;
        writeln!(out, "  a dead letter, {}: {}", why.reason, why.text)?;
        if why.reason == "unknown-kind" {
            writeln!(out, "  unless its source names a kind: try `--kind`")?;
        }
    }
    Ok(())
}

fn write_event(event: &EventView, out: &mut impl Write) -> io::Result<()> {
    let gone = if event.deleted {
        ", its object is gone"
    } else {
        ""
    };
    let time = event.time.as_deref();
    let time = time.map_or_else(String::new, |time| format!(", {}", plain(time)));
    writeln!(out, "event {}: {}{time}{gone}", event.place, event.kind)?;
    let alone = event.automations.len() == 1;
    for automation in &event.automations {
        // What listens to other kinds is many lines that say nothing.
        match automation.other_kind().filter(|_| !alone) {
            Some(reason) => {
                let AutomationView { name, at, .. } = automation;
                writeln!(out, "  {NO} {name}  ({at})\n      {}", reason.text)?;
            }
            None => write_automation(automation, out)?,
        }
    }
    writeln!(out, "fires: {}", listed(&event.fires))?;
    let runs = event.runs.iter();
    let runs: Vec<String> = runs
        .map(|run| format!("{} (for {})", run.workflow, run.automation))
        .collect();
    writeln!(out, "runs:  {}", listed(&runs))
}

fn write_automation(automation: &AutomationView, out: &mut impl Write) -> io::Result<()> {
    let AutomationView { name, at, .. } = automation;
    let mark = if automation.fires { YES } else { NO };
    writeln!(out, "  {mark} {name}  ({at})")?;
    for reason in &automation.reasons {
        writeln!(out, "      {}", reason.text)?;
    }
    if automation.rule_sets.is_empty() {
        writeln!(out, "      {WITHOUT_SETS}")?;
    }
    for (number, set) in (1..).zip(&automation.rule_sets) {
        write_set(number, set, out)?;
    }
    Ok(())
}

fn write_set(number: usize, set: &SetView, out: &mut impl Write) -> io::Result<()> {
    let every = if set.rules.is_empty() {
        ": no rules, every event"
    } else {
        ""
    };
    let mark = if set.holds { YES } else { NO };
    writeln!(out, "      {mark} rule set {number}{every}")?;
    for rule in &set.rules {
        let mark = if rule.holds { YES } else { NO };
        writeln!(out, "          {mark} {}", rule.line())?;
    }
    Ok(())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

impl AutomationView {
    fn other_kind(&self) -> Option<&Reason> {
        self.reasons.iter().find(|one| one.reason == "other-kind")
    }

    /// Why it fires, or does not, in a few lines.
    pub(crate) fn why(&self) -> Vec<String> {
        if self.fires {
            return vec![self.why_it_fires()];
        }
        let mut lines = Vec::new();
        for reason in &self.reasons {
            match (reason.reason, self.nearest_set()) {
                ("no-rule-set", Some((number, set))) => {
                    let rules = set.rules.iter().filter(|rule| !rule.holds);
                    lines.extend(rules.map(|rule| format!("rule set {number}: {}", rule.line())));
                }
                _ => lines.push(reason.text.clone()),
            }
        }
        lines
    }

    fn why_it_fires(&self) -> String {
        let mut sets = (1..).zip(&self.rule_sets);
        let Some((number, set)) = sets.find(|(_, set)| set.holds) else {
            return WITHOUT_SETS.to_owned();
        };
        let rules: Vec<String> = set.rules.iter().map(RuleView::line).collect();
        match rules.as_slice() {
            [] => format!("rule set {number} has no rules: every event"),
            _ => format!("rule set {number} holds: {}", rules.join("; ")),
        }
    }

    /// The rule set of which the fewest rules do not hold.
    fn nearest_set(&self) -> Option<(usize, &SetView)> {
        let missing = |set: &SetView| set.rules.iter().filter(|rule| !rule.holds).count();
        let sets = (1..).zip(&self.rule_sets);
        sets.min_by_key(|(_, set)| missing(set))
    }
}

impl RuleView {
    /// The rule, what it found, and why it does not hold.
    fn line(&self) -> String {
        let mut line = format!("{} {}", self.property, self.operator);
        if !self.value.is_empty() {
            line = format!("{line} {}", self.value);
        }
        let more = match self.more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let found = match self.found.as_slice() {
            [] => None,
            found => Some(format!("found {}{more}", found.join(", "))),
        };
        let reason = self.reason.as_ref().map(|reason| reason.text.clone());
        let said: Vec<String> = found.into_iter().chain(reason).collect();
        if !said.is_empty() {
            line = format!("{line}: {}", said.join(", "));
        }
        for key in self.hidden.iter().map(|key| plain(key)) {
            line = format!("{line}; `{key}` is not read, since the exact key is there");
        }
        line
    }
}
