//! Letters below each other: a table for people, or a line of JSON each.

use std::io::{self, Write};

use crate::cli::Output;
use crate::consume::Record;
use crate::letters::Letter;
use crate::settle::headers::HeaderError;

use super::{LetterView, UnreadableView, instant, plain};

/// Rows that are held back to be sorted by time and put into columns: with fewer, all are.
const HELD: usize = 1000;
const COLUMNS: usize = 8;

/// What the first column tells, and what is said of each letter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// When it was given up.
    DeadLetters,
    /// Until when it waits.
    Retries,
}

/// What is written, a letter after the other.
pub(crate) struct Page<'o, W> {
    out: &'o mut W,
    output: Output,
    form: Form,
    widths: [usize; COLUMNS],
    held: Vec<(i64, [String; COLUMNS])>,
    begun: bool,
}

impl<'o, W: Write> Page<'o, W> {
    /// An empty page.
    pub(crate) fn new(out: &'o mut W, output: Output, form: Form) -> Self {
        Self {
            out,
            output,
            form,
            widths: [0; COLUMNS],
            held: Vec::new(),
            begun: false,
        }
    }

    /// A letter in a state; of one that waits, until when (milliseconds since the epoch).
    pub(crate) fn letter(
        &mut self,
        letter: &Letter,
        (state, due): (&str, Option<i64>),
    ) -> io::Result<()> {
        if self.output == Output::Json {
            let mut view = LetterView::new(letter, state);
            view.due = due.map(instant);
            return line(self.out, &view);
        }
        let own = |name| letter.own(name).map_or_else(nothing, plain);
        let at = due.or(letter.record.timestamp).unwrap_or(0);
        let reason = match state {
            "open" | "waiting" => own("reason"),
            settled => format!("{} ({settled})", own("reason")),
        };
        let status = letter
            .status()
            .map_or_else(nothing, |status| status.to_string());
        let row = [
            instant(at),
            own("id"),
            own("workflow"),
            own("automation"),
            reason,
            status,
            own("attempts"),
            letter.at().to_string(),
        ];
        self.row(at, row)
    }

    /// A record that nobody can read.
    pub(crate) fn unreadable(&mut self, record: &Record, why: &HeaderError) -> io::Result<()> {
        if self.output == Output::Json {
            return line(self.out, &UnreadableView::new(record, why));
        }
        let at = record.timestamp.unwrap_or(0);
        let row = [
            instant(at),
            nothing(),
            nothing(),
            nothing(),
            format!("unreadable: {}", plain(&why.to_string())),
            nothing(),
            nothing(),
            record.coordinates.to_string(),
        ];
        self.row(at, row)
    }

    /// Writes what is held back.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.release()?;
        self.out.flush()
    }

    fn row(&mut self, at: i64, row: [String; COLUMNS]) -> io::Result<()> {
        self.held.push((at, row));
        if self.held.len() >= HELD {
            self.release()?;
        }
        Ok(())
    }

    fn release(&mut self) -> io::Result<()> {
        let mut rows = std::mem::take(&mut self.held);
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_by_key(|(at, _)| *at);
        let when = match self.form {
            Form::DeadLetters => "WHEN",
            Form::Retries => "DUE",
        };
        let names = [
            when,
            "ID",
            "WORKFLOW",
            "AUTOMATION",
            "REASON",
            "STATUS",
            "ATTEMPTS",
            "PLACE",
        ];
        let head = (0, names.map(str::to_owned));
        for (_, row) in rows.iter().chain([&head]) {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.write(&head.1)?;
        }
        rows.iter().try_for_each(|(_, row)| self.write(row))
    }

    fn write(&mut self, row: &[String; COLUMNS]) -> io::Result<()> {
        let cells = row.iter().zip(self.widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(self.out, "{}", cells.join("  ").trim_end())
    }
}

fn nothing() -> String {
    "-".to_owned()
}

fn line(out: &mut impl Write, view: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, view)?;
    writeln!(out)
}
