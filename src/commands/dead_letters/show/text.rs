//! One dead letter as text, all of it.

use std::io::{self, Write};

use super::Shown;
use crate::commands::letters::{instant, plain};
use crate::consume::Record;
use crate::letters::{Letter, advice, pretty};
use crate::settle::marker::{Marker, Settling};
use crate::settle::{headers, original_key};

pub(super) fn write(shown: &Shown, out: &mut impl Write) -> io::Result<()> {
    match shown {
        Shown::Letter(letter, markers) => {
            of_letter(letter, markers, out)?;
            value(&letter.record, out)
        }
        Shown::Unreadable(record, why) => {
            field(out, "unreadable", &record.coordinates.to_string())?;
            field(out, "why", &plain(&why.to_string()))?;
            carried(record, out)?;
            value(record, out)
        }
    }
}

fn of_letter(letter: &Letter, markers: &[Marker], out: &mut impl Write) -> io::Result<()> {
    field(out, "dead letter", &letter.at().to_string())?;
    field(out, "state", &state(markers))?;
    for (name, header) in [
        ("reason", "reason"),
        ("status", "status"),
        ("error", "error"),
    ] {
        if let Some(text) = letter.own(header) {
            field(out, name, &plain(text))?;
        }
    }
    let when = letter.record.timestamp.map(instant).unwrap_or_default();
    let stage = letter.own("stage").map(plain).unwrap_or_default();
    field(out, "given up", &format!("{when}, stage {stage}"))?;
    if letter.id().is_some() {
        of_delivery(letter, out)?;
    }
    field(out, "came from", &plain(&origin(letter)))?;
    carried(&letter.record, out)?;
    let advice = letter.own("reason").and_then(advice);
    let advice = advice.unwrap_or("This release knows no such reason: a later one gave it up.");
    writeln!(out, "\nrunbook\n{}", indented(advice))
}

fn state(markers: &[Marker]) -> String {
    let said = |marker: &Marker| {
        let at = instant(marker.at);
        match (marker.settling, &marker.workflow) {
            (Settling::Purged, _) => format!("purged {at}"),
            (Settling::Redriven, None) => format!("redriven {at}"),
            (Settling::Redriven, Some(workflow)) => {
                format!("redriven {at} to {}", plain(workflow))
            }
        }
    };
    let said: Vec<String> = markers.iter().map(said).collect();
    if said.is_empty() {
        return "open".to_owned();
    }
    said.join("; ")
}

fn of_delivery(letter: &Letter, out: &mut impl Write) -> io::Result<()> {
    let own = |name| letter.own(name).map(plain).unwrap_or_default();
    field(out, "delivery", &own("id"))?;
    field(out, "workflow", &own("workflow"))?;
    field(out, "automation", &own("automation"))?;
    let time = |word, name| {
        let at = letter.number(name).map(instant)?;
        Some(format!("{word} {at}"))
    };
    let attempts = [
        Some(format!("{} in {} rounds", own("attempts"), own("rounds"))),
        time("first", "first-attempt"),
        time("last", "last-attempt"),
    ];
    field(out, "attempts", &joined(attempts))?;
    match letter.redriven() {
        0 => Ok(()),
        1 => field(out, "redriven", "once before"),
        times => field(out, "redriven", &format!("{times} times before")),
    }
}

fn origin(letter: &Letter) -> String {
    joined([
        Some(letter.origin.to_string()),
        letter.number("place").map(|place| format!("event {place}")),
        letter.own("kind").map(str::to_owned),
        letter.number("timestamp").map(instant),
    ])
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// What came with the value, and is not ours.
fn carried(record: &Record, out: &mut impl Write) -> io::Result<()> {
    if let Ok(changed) = headers::required(record, "changed") {
        field(out, "changed", &plain(changed))?;
    }
    if let Some(key) = original_key(record) {
        field(out, "key", &plain(&String::from_utf8_lossy(key)))?;
    }
    let previous = record
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("firebell-was-"))
        .cloned();
    for (name, value) in headers::foreign(record).chain(previous) {
        let value = value.map(|value| plain(&String::from_utf8_lossy(&value)));
        let text = format!("{}: {}", plain(&name), value.unwrap_or_default());
        field(out, "header", &text)?;
    }
    Ok(())
}

fn value(record: &Record, out: &mut impl Write) -> io::Result<()> {
    match &record.value {
        None => writeln!(out, "\nno value"),
        Some(value) => {
            let (bytes, text) = (value.len(), pretty(value));
            writeln!(out, "\nvalue, {bytes} bytes\n{}", text.trim_end())
        }
    }
}

fn field(out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
    writeln!(out, "{name:<12} {text}")
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
