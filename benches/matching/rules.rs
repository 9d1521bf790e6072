//! Rule sets as people write them, and as templates expand to.

use std::error::Error;

use firebell::event::EventKind;
use firebell::path::Path;
use firebell::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Operand, Operator, Rule, RuleSet, Scope, Stop,
};

pub(crate) type Failure = Box<dyn Error>;

pub(crate) const SEVERITIES: [&str; 4] = ["High", "Medium", "Low", "Informational"];
pub(crate) const TYPES: usize = 2_000;
pub(crate) const NEEDLES: usize = 3_000;
pub(crate) const GROUPS: usize = 400;
/// Rule sets of one automation.
const SETS: usize = 4;

pub(crate) fn alert_type(number: usize) -> String {
    format!("VM_SuspiciousBehaviour{number}")
}

pub(crate) fn needle(number: usize) -> String {
    const STEMS: [&str; 10] = [
        "download", "login", "process", "script", "miner", "shell", "tunnel", "account", "port",
        "token",
    ];
    format!("{} of pattern {number};", STEMS[number % STEMS.len()])
}

/// One of forty subscriptions holds each group.
pub(crate) fn resource_group(number: usize) -> String {
    let subscription = number % 40;
    format!(
        "/subscriptions/5f1c7a3e-90d2-4b8e-a6f4-2c0d9b7e{subscription:04}\
         /resourceGroups/team-{number}-prod"
    )
}

/// One to four conditions a rule set; half of the automations have a scope.
pub(crate) fn mixed(rule_sets: usize) -> Result<Vec<Automation>, Failure> {
    let mut rng = fastrand::Rng::with_seed(2);
    (0..rule_sets.div_ceil(SETS))
        .map(|number| {
            let sets = SETS.min(rule_sets - number * SETS);
            let sets = (0..sets)
                .map(|_| rule_set(&mut rng))
                .collect::<Result<_, _>>()?;
            let group = resource_group(rng.usize(..GROUPS));
            let scope = match rng.usize(..4) {
                0 => Some(Scope::parse(&group)?),
                1 => group
                    .split("/resource")
                    .next()
                    .map(Scope::parse)
                    .transpose()?,
                _ => None,
            };
            Ok(Automation {
                scopes: scope.into_iter().collect(),
                ..automation(number, EventKind::Alerts, sets)
            })
        })
        .collect()
}

fn rule_set(rng: &mut fastrand::Rng) -> Result<RuleSet, Failure> {
    let count = rng.usize(1..=4);
    let mut kinds: Vec<usize> = (0..9).collect();
    rng.shuffle(&mut kinds);
    // What comes first says much: a rule set of a severity alone matches a quarter of all.
    let first = [0, 1, 1, 2, 2, 3, 4][rng.usize(..7)];
    let kinds = kinds.into_iter().filter(|kind| *kind != first);
    let kinds = std::iter::once(first).chain(kinds).take(count);
    let rules = kinds
        .map(|kind| condition(rng, kind))
        .collect::<Result<_, _>>()?;
    Ok(RuleSet { rules })
}

fn condition(rng: &mut fastrand::Rng, kind: usize) -> Result<Rule, Failure> {
    use Operator as O;
    let hundredth = format!("0.{:02}", rng.u32(..100));
    match kind {
        0 => rule("AlertType", O::Equals, &alert_type(rng.usize(..TYPES))),
        1 => rule(
            "AlertDisplayName",
            O::Contains,
            &needle(rng.usize(..NEEDLES)),
        ),
        2 => rule("Description", O::Contains, &needle(rng.usize(..NEEDLES))),
        3 => rule(
            "AzureResourceId",
            O::StartsWith,
            &resource_group(rng.usize(..GROUPS)),
        ),
        4 => rule(
            "CompromisedEntity",
            O::EndsWith,
            &format!("-{:03}", rng.u32(..400)),
        ),
        5 => rule("ConfidenceScore", O::GreaterThan, &hundredth),
        6 => rule("ConfidenceScore", O::LesserThan, &hundredth),
        7 => rule(
            "Status",
            O::NotEquals,
            ["Resolved", "Dismissed"][rng.usize(..2)],
        ),
        _ => rule("Severity", O::Equals, SEVERITIES[rng.usize(..4)]),
    }
}

/// Export policies and portal filters: a name or a type, and a severity. The rest of the
/// automations are for recommendations, which these events are not.
pub(crate) fn templates(rule_sets: usize) -> Result<Vec<Automation>, Failure> {
    use Operator as O;
    let set = |number: usize| -> Result<(EventKind, RuleSet), Failure> {
        let severity = SEVERITIES[number % 3].to_ascii_lowercase();
        let name = number / 3;
        let guid = format!("{:08x}-90d2-4b8e-a6f4-{:012x}", name * 7_919, name);
        let (kind, rules) = match number % 4 {
            0 => (
                EventKind::Alerts,
                vec![
                    rule("AlertDisplayName", O::Contains, &needle(name))?,
                    rule("Severity", O::Equals, &severity)?,
                ],
            ),
            1 => (
                EventKind::Alerts,
                vec![
                    rule("AlertType", O::Contains, &alert_type(name))?,
                    rule("Severity", O::Equals, &severity)?,
                ],
            ),
            _ => (
                EventKind::Assessments,
                vec![
                    rule("name", O::Contains, &guid)?,
                    rule("properties.metadata.severity", O::Equals, &severity)?,
                    rule("properties.status.code", O::Contains, "unhealthy")?,
                ],
            ),
        };
        Ok((kind, RuleSet { rules }))
    };
    (0..rule_sets)
        .map(|number| set(number).map(|(kind, set)| automation(number, kind, vec![set])))
        .collect()
}

fn automation(number: usize, kind: EventKind, rule_sets: Vec<RuleSet>) -> Automation {
    Automation {
        name: format!("automation-{number}"),
        description: String::new(),
        enabled: true,
        expires: None,
        priority: 1_000,
        stop: Stop::No,
        kinds: vec![kind],
        scopes: Vec::new(),
        rule_sets,
        workflows: vec!["triage".to_owned()],
        include_snapshots: IncludeSnapshots::No,
        include_deletes: IncludeDeletes::No,
    }
}

fn rule(path: &str, operator: Operator, expected: &str) -> Result<Rule, Failure> {
    let operand = Operand::new(operator, Some(expected), None)?;
    Ok(Rule::new(Path::parse(path)?, operator, operand))
}
