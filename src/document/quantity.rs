//! Durations and sizes, as people write them.

use std::time::Duration;

use bytesize::ByteSize;
use jiff::SignedDuration;
use jiff::fmt::friendly::{SpanParser, SpanPrinter};

/// Reads `30s`, `500ms`, `2h 30m`.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let signed = SpanParser::new().parse_duration(text.trim()).ok()?;
    Duration::try_from(signed).ok()
}

/// Says what to write in place of what cannot be read.
pub(super) fn duration_help(text: &str) -> Option<String> {
    let text = text.trim();
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(split)?;
    let count: u64 = number.parse().ok()?;
    let hours = match unit.trim() {
        "" => return Some(format!("a number needs its unit: `{count}s`, perhaps")),
        "d" | "day" | "days" => count.checked_mul(24)?,
        "w" | "week" | "weeks" => count.checked_mul(24 * 7)?,
        _ => return None,
    };
    Some(format!("days are not known here; write `{hours}h`"))
}

/// Reads `4096`, `16 MiB`, `1 MB`.
pub(super) fn parse_size(text: &str) -> Option<usize> {
    let size: ByteSize = text.trim().parse().ok()?;
    usize::try_from(size.as_u64()).ok()
}

/// A duration as people write it.
#[must_use]
pub fn show_duration(duration: Duration) -> String {
    SignedDuration::try_from(duration).map_or_else(
        |_| format!("{duration:?}"),
        |signed| SpanPrinter::new().duration_to_string(&signed),
    )
}

/// A size as people write it.
#[must_use]
pub fn show_size(bytes: usize) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    units
        .into_iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
        .map_or_else(
            || format!("{bytes} B"),
            |(unit, name)| format!("{} {name}", bytes / unit),
        )
}
