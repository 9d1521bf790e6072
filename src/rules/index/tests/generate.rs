//! Automations and events out of few words, so that they often meet.

use fastrand::Rng;

use super::{automation, rule};
use crate::event::EventKind;
use crate::rules::{
    Automation, IncludeDeletes, IncludeSnapshots, Operator, PropertyType, Rule, RuleSet, Scope,
    Stop, Takes,
};

const PATHS: [&str; 16] = [
    "Severity",
    "severity",
    "name",
    "n",
    "list",
    "list[0]",
    "list[*].x",
    "list.x",
    "a.b",
    "A.b",
    "a['Straße']",
    "['ä']",
    "a",
    "properties.status.code",
    "AlertType",
    "deep.deep.x",
];

const TEXTS: [&str; 26] = [
    "High",
    "high",
    "low",
    "Medium",
    "CRITICAL",
    "informational",
    "abc",
    "ABCabc",
    "a",
    "bc",
    "Straße",
    "STRAßE",
    "ſql",
    "SQL",
    "\u{212a}elvin",
    "kelvin",
    "true",
    "False",
    "5",
    "5.0",
    "9007199254740993",
    "",
    " ",
    "null",
    "ΣΊΣΥΦΟΣ",
    "i\u{307}",
];

const NUMBERS: [&str; 14] = [
    "5",
    "5.0",
    "50e-1",
    "-3",
    "0",
    "-0.0",
    "0.1",
    "9007199254740992",
    "9007199254740993",
    "9007199254740993.0",
    "18446744073709551615",
    "1e19",
    "1e400",
    "-1E400",
];

const PATTERNS: [&str; 5] = ["^a", "bc$", "s[qtu]", "5", "ſ|é"];

pub(super) const SCOPES: [&str; 6] = [
    "/subscriptions/s1",
    "/subscriptions/S2",
    "/subscriptions/s1/resourceGroups/web",
    "/subscriptions/s1/resourceGroups/WEB/providers/M.C/vms/vm1",
    "/subscriptions/ä",
    "/subscriptions/s1/resourceGroups/we",
];

const IDS: [&str; 10] = [
    "/subscriptions/s1",
    "/SUBSCRIPTIONS/S1/resourcegroups/Web",
    "/subscriptions/s1/resourceGroups/web/providers/M.C/vms/vm1",
    "/subscriptions/s2/resourceGroups/other",
    "//subscriptions//s1///resourceGroups/web/",
    "subscriptions/Ä/x",
    "s1",
    "",
    "/",
    "/subscriptions/s12",
];

fn one<'t>(rng: &mut Rng, of: &[&'t str]) -> &'t str {
    of[rng.usize(..of.len())]
}

/// Whether it happens, once in so many times.
fn once_in(rng: &mut Rng, times: usize) -> bool {
    rng.usize(..times) == 0
}

pub(super) fn automations(rng: &mut Rng, count: usize) -> Vec<Automation> {
    (0..count)
        .map(|number| one_automation(rng, number))
        .collect()
}

fn one_automation(rng: &mut Rng, number: usize) -> Automation {
    let kinds = [
        EventKind::Alerts,
        EventKind::Assessments,
        EventKind::AssessmentsSnapshot,
        EventKind::AttackPaths,
    ];
    let scopes = if once_in(rng, 2) { 0 } else { rng.usize(1..4) };
    let rule_sets = rng.usize(..5);
    Automation {
        enabled: !once_in(rng, 12),
        expires: once_in(rng, 6).then(|| rng.i64(-1..2)),
        kinds: kinds.into_iter().filter(|_| !once_in(rng, 3)).collect(),
        scopes: (0..scopes).map(|_| scope(rng)).collect(),
        rule_sets: (0..rule_sets).map(|_| rule_set(rng)).collect(),
        include_snapshots: if rng.bool() {
            IncludeSnapshots::Yes
        } else {
            IncludeSnapshots::No
        },
        include_deletes: if rng.bool() {
            IncludeDeletes::Yes
        } else {
            IncludeDeletes::No
        },
        ..automation(&format!("automation {number}"))
    }
}

/// Makes some of them stop.
pub(super) fn with_stops(rng: &mut Rng, automations: &mut [Automation]) {
    for automation in automations.iter_mut().filter(|_| once_in(rng, 6)) {
        automation.stop = Stop::Yes;
    }
}

fn scope(rng: &mut Rng) -> Scope {
    Scope::parse(one(rng, &SCOPES)).unwrap()
}

fn rule_set(rng: &mut Rng) -> RuleSet {
    let most = if once_in(rng, 20) { 1 } else { 4 };
    let count = rng.usize(usize::from(most > 1)..most);
    RuleSet {
        rules: (0..count).map(|_| any_rule(rng)).collect(),
    }
}

fn any_rule(rng: &mut Rng) -> Rule {
    loop {
        let operator = Operator::ALL[rng.usize(..Operator::ALL.len())];
        let value = if operator.takes() == Takes::List {
            let items: Vec<&str> = (0..rng.usize(1..4)).map(|_| operand(rng)).collect();
            items.join("|")
        } else if operator == Operator::Matches {
            one(rng, &PATTERNS).to_owned()
        } else {
            operand(rng).to_owned()
        };
        let ty = once_in(rng, 2).then(|| PropertyType::ALL[rng.usize(..4)]);
        let found = rule(one(rng, &PATHS), operator, &value, ty);
        if let Some(rule) = found {
            return rule;
        }
    }
}

fn operand<'t>(rng: &mut Rng) -> &'t str {
    if once_in(rng, 4) {
        one(rng, &NUMBERS)
    } else {
        one(rng, &TEXTS)
    }
}

/// The members of an event, in any order, some of them twice or in another case.
pub(super) fn members(rng: &mut Rng) -> Vec<String> {
    let mut members: Vec<String> = match rng.usize(..5) {
        0 | 1 => vec![
            r#""SystemAlertId":"1""#.to_owned(),
            r#""AlertType":"ABCabc""#.to_owned(),
        ],
        2 => vec![r#""type":"Microsoft.Security/assessments""#.to_owned()],
        3 => vec![
            r#""type":"Microsoft.Security/assessments""#.to_owned(),
            r#""securityEventDataEnrichment":{"isSnapshot":true}"#.to_owned(),
        ],
        _ => vec![r#""attackPath":{}"#.to_owned()],
    };
    if once_in(rng, 6) {
        members.push(r#""assessmentEventDataEnrichment":{"action":"DELETE"}"#.to_owned());
    }
    for key in ["AzureResourceId", "id", "azureresourceid"] {
        if rng.bool() {
            members.push(format!("\"{key}\":\"{}\"", one(rng, &IDS)));
        }
    }
    if once_in(rng, 4) {
        let name = one(rng, &["s1", "ä", "S2/x"]);
        members.push(format!(
            r#""ExtendedProperties":{{"EffectiveSubscriptionId":"{name}"}}"#
        ));
    }
    for _ in 0..rng.usize(2..14) {
        members.push(member(rng, 3));
    }
    rng.shuffle(&mut members);
    members
}

fn member(rng: &mut Rng, depth: usize) -> String {
    const KEYS: [&str; 20] = [
        "Severity",
        "severity",
        "SEVERITY",
        "name",
        "NAME",
        "n",
        "N",
        "list",
        "List",
        "a",
        "A",
        "ä",
        "Ä",
        r"\u0061",
        r"sever\u0069ty",
        "properties",
        "status",
        "code",
        "deep",
        "other",
    ];
    const INNER: [&str; 9] = [
        "b", "B", "x", "X", "Straße", "STRAßE", "deep", "status", "code",
    ];
    let key = if depth == 3 {
        one(rng, &KEYS)
    } else {
        one(rng, &INNER)
    };
    format!("\"{key}\":{}", value(rng, depth))
}

fn value(rng: &mut Rng, depth: usize) -> String {
    let list = |rng: &mut Rng, most| -> Vec<String> {
        (0..rng.usize(..most))
            .map(|_| value(rng, depth - 1))
            .collect()
    };
    match rng.usize(..12) {
        5 | 6 => one(rng, &NUMBERS).to_owned(),
        7 => one(rng, &["true", "false", "null", "null", "{}", "[]"]).to_owned(),
        8 | 9 if depth > 0 => format!("[{}]", list(rng, 4).join(",")),
        10 | 11 if depth > 0 => {
            let members: Vec<String> = (0..rng.usize(..4))
                .map(|_| member(rng, depth - 1))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        _ => text(rng),
    }
}

fn text(rng: &mut Rng) -> String {
    let text = match rng.usize(..4) {
        0 => format!("{}{}", one(rng, &TEXTS), one(rng, &TEXTS)),
        1 => one(rng, &NUMBERS).to_owned(),
        _ => one(rng, &TEXTS).to_owned(),
    };
    match rng.usize(..8) {
        0 => format!("\"{}\"", text.replace('a', r"\u0061")),
        1 => format!("\"{text}\\ud800\""),
        _ => format!("\"{text}\""),
    }
}

pub(super) fn event(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}

/// A text without an escape.
pub(super) fn word(rng: &mut Rng) -> String {
    one(rng, &TEXTS).to_owned()
}
