//! `expired` and `expires-soon`.

use jiff::Timestamp;

use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// How long ahead the end of an automation is told, in milliseconds.
const SOON: i64 = 30 * DAY;

/// Warns of an automation whose time is over, or is over soon. A disabled one runs nothing anyway.
pub(super) fn expiry(subject: &Subject<'_>, now: i64, found: &mut Vec<Warning>) {
    let automation = subject.automation;
    let (Some(end), Some(place)) = (automation.expires, &subject.origin.expires) else {
        return;
    };
    let (name, left) = (&automation.name, end.saturating_sub(now));
    if !automation.enabled || left > SOON {
        return;
    }
    let instant = Timestamp::from_millisecond(end).unwrap_or_default();
    let help = "give it a later `expires`, or take the automation out";
    found.push(if left <= 0 {
        let message = format!("`{name}` runs nothing any more: it expired at {instant}");
        warning(Lint::Expired, place, message, help)
    } else {
        let when = match left / DAY {
            0 => "in less than a day".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        };
        let message = format!("`{name}` expires {when}, at {instant}");
        warning(Lint::ExpiresSoon, place, message, help)
    });
}
