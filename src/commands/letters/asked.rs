//! From the command line to a filter; what is not known is told with the nearest name.

use crate::cli::Wanted;
use crate::commands::Failure;
use crate::document::suggestion;
use crate::event::EventKind;
use crate::letters::{Filter, Statuses, instant_or_ago, known_reasons};
use crate::reason::Stage;

/// The filter that is asked for at `now`, in milliseconds since the epoch.
pub(crate) fn filter(wanted: &Wanted, stages: &[String], now: i64) -> Result<Filter, Failure> {
    let when = |flag: &str, text: &Option<String>| {
        let read = text.as_ref().map(|text| instant_or_ago(text, now));
        let read = read.transpose();
        read.map_err(|error| Failure::Wrong(format!("--{flag}: {error}")))
    };
    let kinds = wanted.kind.iter().map(|name| kind(name));
    let statuses = wanted.status.iter().map(|text| statuses(text));
    wanted.reason.iter().try_for_each(|word| reason(word))?;
    stages.iter().try_for_each(|word| stage(word))?;
    Ok(Filter {
        workflows: wanted.workflow.clone(),
        automations: wanted.automation.clone(),
        reasons: wanted.reason.clone(),
        stages: stages.to_vec(),
        statuses: statuses.collect::<Result<_, _>>()?,
        kinds: kinds.collect::<Result<_, _>>()?,
        ids: wanted.id.clone(),
        since: when("since", &wanted.since)?,
        until: when("until", &wanted.until)?,
    })
}

/// A kind by its name.
pub(crate) fn kind(name: &str) -> Result<EventKind, Failure> {
    let names = EventKind::ALL.map(EventKind::name);
    EventKind::parse(name).ok_or_else(|| {
        let help = suggestion(name, &names);
        Failure::Wrong(format!("--kind: unknown kind `{name}`\n    help: {help}"))
    })
}

fn reason(word: &str) -> Result<(), Failure> {
    let Err(near) = known_reasons(word) else {
        return Ok(());
    };
    let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let text = format!(
        "--reason: unknown reason `{word}`\n    help: {near}docs/runbook.md has all of them"
    );
    Err(Failure::Wrong(text))
}

fn stage(word: &str) -> Result<(), Failure> {
    let words = Stage::ALL.map(Stage::label);
    if words.contains(&word) {
        return Ok(());
    }
    let help = suggestion(word, &words);
    let text = format!("--stage: unknown stage `{word}`\n    help: {help}");
    Err(Failure::Wrong(text))
}

fn statuses(text: &str) -> Result<Statuses, Failure> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let status = |text: &str| text.trim().parse().ok();
    let range = status(first).zip(status(last));
    let range = range.filter(|(first, last)| first <= last);
    range.map(|(first, last)| first..=last).ok_or_else(|| {
        let expected = "expected a status such as `410`, or a range such as `500-599`";
        Failure::Wrong(format!("--status: {expected}; found `{text}`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(change: impl FnOnce(&mut Wanted), stages: &[&str]) -> String {
        let stages: Vec<String> = stages.iter().map(|one| (*one).to_owned()).collect();
        let mut wanted = Wanted::default();
        change(&mut wanted);
        match filter(&wanted, &stages, 0) {
            Ok(filter) => format!("{filter:?}"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn what_is_not_known_is_told_with_the_nearest_name() {
        let all = [
            said(|wanted| wanted.reason.push("rejectd".into()), &[]),
            said(|wanted| wanted.kind.push("alert".into()), &[]),
            said(|wanted| wanted.status.push("5xx".into()), &[]),
            said(|wanted| wanted.status.push("599-500".into()), &[]),
            said(|wanted| wanted.since = Some("soon".into()), &[]),
            said(|_| {}, &["delivery"]),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        --reason: unknown reason `rejectd`
            help: did you mean `rejected`? docs/runbook.md has all of them
        --kind: unknown kind `alert`
            help: did you mean `Alerts`? known here: Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
        --status: expected a status such as `410`, or a range such as `500-599`; found `5xx`
        --status: expected a status such as `410`, or a range such as `500-599`; found `599-500`
        --since: expected an instant such as `2027-01-31T00:00:00Z`, or how long ago, such as `2h` or `3d`; found `soon`
        --stage: unknown stage `delivery`
            help: did you mean `deliver`? known here: decode, match, render, deliver, park
        ");
    }

    #[test]
    fn what_is_known_becomes_a_filter() {
        let wanted = Wanted {
            status: vec!["410".into(), "500-599".into()],
            kind: vec!["alerts".into()],
            until: Some("1970-01-01T00:00:01Z".into()),
            ..Wanted::default()
        };
        let filter = filter(&wanted, &["park".to_owned()], 0).unwrap();
        assert_eq!(filter.statuses, [410..=410, 500..=599]);
        assert_eq!(filter.kinds, [EventKind::Alerts]);
        assert_eq!((filter.since, filter.until), (None, Some(1_000)));
        assert!(!filter.is_empty() && !filter.is_about_time_alone());
    }
}
