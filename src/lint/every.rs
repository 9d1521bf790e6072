//! All lints, one after the other.

use crate::config::Config;
use crate::lint::properties::Tables;
use crate::lint::subject::{Digest, Subject};
use crate::lint::{Warning, candidate, duplicates, fit, hubs, idioms, informational};
use crate::lint::{never, reach, shadowed, time, unknown};

/// What is probably wrong with the automations at an instant, in milliseconds since the epoch. In
/// the order of the places, each once.
#[must_use]
pub fn lint(config: &Config, now: i64) -> Vec<Warning> {
    let tables = Tables::new();
    let subjects: Vec<Subject<'_>> = config
        .automations
        .iter()
        .zip(&config.origins)
        .map(|(automation, origin)| Subject {
            automation,
            origin,
            digest: Digest::of(&automation.rule_sets, tables.of(&automation.kinds)),
        })
        .collect();
    let mut found = Vec::new();
    for subject in &subjects {
        never::never_matches(subject, &mut found);
        unknown::unknown_property(subject, &config.sources, &mut found);
        fit::fit(subject, &mut found);
        idioms::contains_healthy(subject, &mut found);
        // How a template words its rules is not for its assignments to mend.
        if subject.origin.expanded.is_none() {
            idioms::match_all(subject, &mut found);
            informational::no_informational(subject, &mut found);
            shadowed::shadowed(subject, &mut found);
            duplicates::duplicates(subject, &mut found);
        }
        time::expiry(subject, now, &mut found);
        reach::empty_scopes(subject, &mut found);
        candidate::always_candidate(subject, &mut found);
    }
    duplicates::duplicate_automations(&subjects, &mut found);
    reach::unreachable(&subjects, now, &mut found);
    reach::unused_workflows(config, &mut found);
    hubs::key_of_one_hub(config, &mut found);
    found.sort();
    // What a template expands to says the same for each of its assignments.
    found.dedup();
    found
}
