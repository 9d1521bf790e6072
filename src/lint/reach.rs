//! `unreachable`, `empty-scope` and `unused-workflow`: what nothing leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::event::EventKind;
use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};
use crate::rules::{Automation, IncludeDeletes, IncludeSnapshots, Stop};

/// The events of a kind, and whether they tell that their object is gone.
type Class = (EventKind, IncludeDeletesOf);

/// Whether events tell that their object is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum IncludeDeletesOf {
    Changes,
    Deletes,
}

/// Warns of automations to which earlier ones with `stop` leave no event. The subjects are in the
/// order in which they are asked.
pub(super) fn unreachable(subjects: &[Subject<'_>], now: i64, found: &mut Vec<Warning>) {
    let mut taken: BTreeMap<Class, &Subject<'_>> = BTreeMap::new();
    for subject in subjects {
        let automation = subject.automation;
        if !automation.enabled || automation.is_expired(now) {
            continue;
        }
        let classes = classes(automation);
        let by: Option<Vec<&&Subject<'_>>> = classes.iter().map(|class| taken.get(class)).collect();
        if let Some(first) = by.and_then(|by| by.first().copied().copied()) {
            found.push(Warning {
                other: Some(first.origin.name.clone()),
                ..warning(
                    Lint::Unreachable,
                    &subject.origin.name,
                    format!(
                        "`{}` never runs: `{}` runs for every event before it, and stops",
                        automation.name, first.automation.name
                    ),
                    "give it a lower `priority`, or the other one scopes or rules",
                )
            });
        }
        if takes_all(automation) {
            for class in classes {
                taken.entry(class).or_insert(subject);
            }
        }
    }
}

fn takes_all(automation: &Automation) -> bool {
    let everything = automation.rule_sets.is_empty()
        || automation.rule_sets.iter().any(|set| set.rules.is_empty());
    automation.stop == Stop::Yes
        && automation.expires.is_none()
        && automation.scopes.is_empty()
        && everything
}

/// The events that an automation listens to.
fn classes(automation: &Automation) -> BTreeSet<Class> {
    let mut kinds: BTreeSet<EventKind> = automation.kinds.iter().copied().collect();
    if automation.include_snapshots == IncludeSnapshots::Yes {
        kinds.extend(automation.kinds.iter().map(|kind| kind.snapshot()));
    }
    let deletes = automation.include_deletes == IncludeDeletes::Yes;
    let deletes = deletes.then_some(IncludeDeletesOf::Deletes);
    let actions: Vec<_> = [IncludeDeletesOf::Changes]
        .into_iter()
        .chain(deletes)
        .collect();
    kinds
        .into_iter()
        .flat_map(|kind| actions.iter().map(move |action| (kind, *action)))
        .collect()
}

/// Warns of scopes below a subscription for kinds whose events stand at subscriptions.
pub(super) fn empty_scopes(subject: &Subject<'_>, found: &mut Vec<Warning>) {
    let kinds = &subject.automation.kinds;
    if !kinds.iter().all(|kind| stands_at_subscriptions(*kind)) {
        return;
    }
    for (scope, place) in subject.automation.scopes.iter().zip(&subject.origin.scopes) {
        let id = scope.to_string().to_lowercase();
        if id.starts_with("/subscriptions/") && id.contains("/resourcegroups/") {
            found.push(warning(
                Lint::EmptyScope,
                place,
                "this scope covers nothing: events of these kinds stand at subscriptions"
                    .to_owned(),
                "name the subscription",
            ));
        }
    }
}

const fn stands_at_subscriptions(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::SecureScores
            | EventKind::SecureScoresSnapshot
            | EventKind::SecureScoreControls
            | EventKind::SecureScoreControlsSnapshot
            | EventKind::RegulatoryComplianceAssessment
            | EventKind::RegulatoryComplianceAssessmentSnapshot
    )
}

/// Warns of workflows that no automation names. One that a disabled automation names is used:
/// deliveries that were parked before still go out.
pub(super) fn unused_workflows(config: &Config, found: &mut Vec<Warning>) {
    let used: BTreeSet<&String> = config
        .automations
        .iter()
        .flat_map(|automation| &automation.workflows)
        .collect();
    let unused = config
        .workflows
        .iter()
        .filter(|(name, _)| !used.contains(name));
    found.extend(unused.map(|(name, workflow)| {
        warning(
            Lint::UnusedWorkflow,
            &workflow.place,
            format!("no automation runs the workflow `{name}`"),
            "name it in an automation's `workflows`, or take it out",
        )
    }));
}
