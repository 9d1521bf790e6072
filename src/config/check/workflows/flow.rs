//! What keeps a workflow's requests within what it bears.

use std::time::Duration;

use super::limits::{contradict, milliseconds};
use crate::config::{Breaker, Flow, Rate, RetryBudget};
use crate::document::{Section, show_duration};

const DAY: u64 = 86_400_000;

pub(super) fn flow(section: &mut Section<'_>) -> Option<Flow> {
    let adaptive = section.field("adaptive").flag();
    let rate = section.field("rate").section().and_then(rate);
    let breaker = section.field("breaker").section().and_then(breaker);
    let retry_budget = section.field("retry_budget").section().and_then(budget);
    Some(Flow {
        adaptive: adaptive?,
        rate: rate?,
        breaker: breaker?,
        retry_budget: retry_budget?,
    })
}

/// A rate, or none where no number of requests is given.
#[expect(
    clippy::option_option,
    reason = "outside: whether it is right; inside: whether it is there"
)]
fn rate(mut section: Section<'_>) -> Option<Option<Rate>> {
    let (asked, at_once) = (section.field("requests"), section.field("burst"));
    let per = section.field("per").duration(milliseconds(100, DAY));
    let burst: Option<u32> = at_once.integer(1..=1_000_000);
    section.finish();
    let Some(asked) = asked.optional() else {
        return per.and(burst).map(|_| None);
    };
    let requests: Option<u32> = asked.integer(1..=1_000_000);
    if let (Some(least), Some(most)) = (burst, requests)
        && least > most
    {
        contradict((&at_once, &least.to_string()), (&asked, &most.to_string()));
    }
    Some(Some(Rate {
        requests: requests?,
        per: per?,
        burst: burst?,
    }))
}

/// A breaker, or none where it is not enabled.
#[expect(
    clippy::option_option,
    reason = "outside: whether it is right; inside: whether it is there"
)]
fn breaker(mut section: Section<'_>) -> Option<Option<Breaker>> {
    let enabled = section.field("enabled").flag();
    let window = section
        .field("window")
        .duration(milliseconds(1_000, 600_000));
    let min_requests = section.field("min_requests").integer(1..=10_000);
    let failure_share = section.field("failure_share").fraction(0.01..=1.0);
    let (first, last) = (section.field("probe_after"), section.field("probe_max"));
    let probe_after = first.duration(milliseconds(1_000, DAY));
    let probe_max: Option<Duration> = last.duration(milliseconds(1_000, DAY));
    section.finish();
    if let (Some(least), Some(most)) = (probe_after, probe_max)
        && least > most
    {
        contradict(
            (&first, &show_duration(least)),
            (&last, &show_duration(most)),
        );
    }
    let breaker = Breaker {
        window: window?,
        min_requests: min_requests?,
        failure_share: failure_share?,
        probe_after: probe_after?,
        probe_max: probe_max?,
    };
    Some(enabled?.then_some(breaker))
}

fn budget(mut section: Section<'_>) -> Option<RetryBudget> {
    let share = section.field("share").fraction(0.0..=10.0);
    let min = section.field("min").integer(0..=10_000);
    section.finish();
    Some(RetryBudget {
        share: share?,
        min: min?,
    })
}
