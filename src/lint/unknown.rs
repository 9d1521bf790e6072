//! `unknown-property`: properties that no event of the kinds has.

use std::collections::HashMap;

use crate::config::{Source, SourceKind};
use crate::event::EventKind;
use crate::lint::subject::{Subject, warning};
use crate::lint::{Lint, Warning};
use crate::path::Path;
use crate::rules::Rule;

/// What people write who read the wrong document: kind, folded property, and what to write.
const KNOWN_MISTAKES: [(EventKind, &str, &str); 5] = [
    (
        EventKind::Alerts,
        "properties.metadata.severity",
        "write `Severity`: the other one is a recommendation's",
    ),
    (
        EventKind::Alerts,
        "version",
        "take the rule out: in Defender it means every alert, but no exported alert has it",
    ),
    (
        EventKind::Alerts,
        "productcomponentname",
        "write `ExtendedProperties.ProductComponentName`: exported alerts have it there",
    ),
    (
        EventKind::Assessments,
        "entity.assessmenttype",
        "write `properties.metadata.assessmentType`",
    ),
    (
        EventKind::AssessmentsSnapshot,
        "entity.assessmenttype",
        "write `properties.metadata.assessmentType`",
    ),
];

/// Warns of each rule on a property that no event of the automation's kinds has. On a topic whose
/// kind is given events may be of other origin: there, only what looks like a mistake is told.
pub(super) fn unknown_property(
    subject: &Subject<'_>,
    sources: &[Source],
    found: &mut Vec<Warning>,
) {
    let kinds = &subject.automation.kinds;
    let foreign = sources.iter().any(|source| match source.kind {
        SourceKind::Auto => false,
        SourceKind::Fixed(kind) => kinds
            .iter()
            .any(|own| [kind, kind.snapshot()].contains(own)),
    });
    let events = if foreign {
        Events::Any
    } else {
        Events::Defenders
    };
    let mut known: HashMap<&Path, Option<String>> = HashMap::new();
    for (rule, origin) in subject.rules() {
        let help = known
            .entry(&rule.path)
            .or_insert_with(|| mistake(subject, rule, events));
        if let Some(help) = help {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let message = format!(
                "no event of {} has a property `{}`",
                kinds.join(", "),
                rule.path
            );
            found.push(warning(
                Lint::UnknownProperty,
                &origin.property,
                message,
                help.clone(),
            ));
        }
    }
}

/// Whose events an automation sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Events {
    /// Defender's alone.
    Defenders,
    /// What a topic holds whose kind is given.
    Any,
}

/// What to do about an unknown property; none when it is known, or may be.
fn mistake(subject: &Subject<'_>, rule: &Rule, events: Events) -> Option<String> {
    let property = subject.property(rule);
    if property.shape.is_some() {
        return None;
    }
    let kinds = &subject.automation.kinds;
    let special = KNOWN_MISTAKES
        .iter()
        .find(|(kind, mistake, _)| kinds.contains(kind) && *mistake == property.keys);
    if let Some((_, _, help)) = special {
        return Some((*help).to_owned());
    }
    match subject.digest.properties.nearest(&property) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if events == Events::Any => None,
        None => Some("look at an event for how it is spelt and what it stands below".to_owned()),
    }
}
