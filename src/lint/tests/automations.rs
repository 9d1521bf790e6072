//! Each lint of automations and workflows, on a file that shows it.

use super::kit::{NOW, lints, loaded, said};
use crate::lint::{Lint, lint};

const ALERTS: &str = "kinds: [alerts], workflows: [page]";

#[test]
fn an_automation_like_another_is_told() {
    let rules = "automations:
  - name: one
    kinds: [alerts, recommendations]
    scopes: [/subscriptions/A, /subscriptions/b]
    rule_sets:
      - rules: [{property: name, operator: In, value: [x, y]}]
    workflows: [page]
  - name: two
    kinds: [Assessments, Alerts]
    scopes: [/subscriptions/b, /subscriptions/a]
    rule_sets:
      - rules: [{property: name, operator: In, value: [Y, X]}]
    workflows: [page]
";
    insta::assert_snapshot!(said(rules), @r"
    warning[duplicate-automation]: `two` runs the same workflows for the same events as another automation
     --> rules.yaml:8:5
      |
    8 |   - name: two
      |     ^^^^^^^^^
     --> rules.yaml:2:5: the other one
      |
    2 |   - name: one
      |     ^^^^^^^^^
      help: each event calls them twice: take one of the two out
    ");
}

#[test]
fn an_automation_after_one_that_stops_everything_is_told() {
    let rules = format!(
        "automations:
  - {{ name: late, {ALERTS}, rule_sets: [{{ rules: [{{property: Severity, operator: Exists}}] }}] }}
  - {{ name: first, {ALERTS}, priority: 5, stop: true }}
"
    );
    insta::assert_snapshot!(said(&rules), @r"
    warning[unreachable]: `late` never runs: `first` runs for every event before it, and stops
     --> rules.yaml:2:7
      |
    2 |   - { name: late, kinds: [alerts], workflows: [page], rule_sets: [{ rules: [{property: Severity, ope…
      |       ^^^^^^^^^^
     --> rules.yaml:3:7: the other one
      |
    3 |   - { name: first, kinds: [alerts], workflows: [page], priority: 5, stop: true }
      |       ^^^^^^^^^^^
      help: give it a lower `priority`, or the other one scopes or rules
    ");
}

#[test]
fn an_automation_whose_time_is_over_is_told() {
    let rules = format!(
        "automations:
  - name: old
    expires: 2025-12-31T00:00:00Z
    {}
    description: old
  - {{ name: new, {ALERTS}, description: new, include_deletes: true,
      expires: 2026-01-30T12:00:00+01:00 }}
",
        "kinds: [alerts]\n    workflows: [page]"
    );
    insta::assert_snapshot!(said(&rules), @r"
    warning[expired]: `old` runs nothing any more: it expired at 2025-12-31T00:00:00Z
     --> rules.yaml:3:5
      |
    3 |     expires: 2025-12-31T00:00:00Z
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: give it a later `expires`, or take the automation out

    warning[expires-soon]: `new` expires in 29 days, at 2026-01-30T11:00:00Z
     --> rules.yaml:8:7
      |
    8 |       expires: 2026-01-30T12:00:00+01:00 }
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: give it a later `expires`, or take the automation out
    ");
}

#[test]
fn a_scope_that_covers_no_event_of_the_kinds_is_told() {
    let of = |kinds: &str| {
        format!(
            "automations:
  - name: a
    kinds: [{kinds}]
    scopes: [/subscriptions/a, /subscriptions/a/resourcegroups/b]
    workflows: [page]
"
        )
    };
    insta::assert_snapshot!(said(&of("compliance, SecureScores")), @r"
    warning[empty-scope]: this scope covers nothing: events of these kinds stand at subscriptions
     --> rules.yaml:4:32
      |
    4 |     scopes: [/subscriptions/a, /subscriptions/a/resourcegroups/b]
      |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      help: name the subscription
    ");
    assert_eq!(lints(&of("compliance, alerts")), []);
    assert_eq!(lints(&of("recommendations")), []);
}

#[test]
fn a_workflow_that_nothing_runs_is_told_without_its_line() {
    let configuration = "sources: [events]
automations: [rules.yaml]
workflows:
  page: { url: 'https://example.test/SECRET' }
  spare: { url: 'https://example.test/SECRET' }
";
    let config = loaded(
        configuration,
        &format!("automations:\n  - {{ name: a, {ALERTS} }}\n"),
    );
    let warnings = lint(&config, NOW);
    let shown = warnings[0].shown(&config.texts);
    let (first, rest) = shown.split_once('\n').unwrap();
    assert_eq!(
        first,
        "warning[unused-workflow]: no automation runs the workflow `spare`"
    );
    let help = "help: name it in an automation's `workflows`, or take it out";
    assert!(
        rest.trim_end()
            .ends_with(&format!("firebell.yaml:5:3\n  {help}")),
        "{rest}"
    );
    assert_eq!(warnings.len(), 1);
}

#[test]
fn what_may_still_run_or_is_meant_is_not_told() {
    let other = |rest: &str| {
        format!("automations:\n  - {{ name: a, {ALERTS}, {rest} }}\n  - {{ name: b, {ALERTS} }}\n")
    };
    // A spare copy, one for other events, and ones that leave events to those after them.
    for rest in [
        "enabled: false",
        "include_deletes: true",
        "scopes: [/subscriptions/a], stop: true",
        "rule_sets: [{ rules: [{property: Severity, operator: Exists}] }], stop: true",
        "expires: 2027-01-01T00:00:00Z, stop: true, include_deletes: true",
        "enabled: false, expires: 2020-01-01T00:00:00Z",
        "expires: 2026-02-01T00:00:00Z, include_deletes: true",
    ] {
        assert_eq!(lints(&other(rest)), [], "{rest}");
    }
    let stops = "automations:
  - { name: a, kinds: [alerts], stop: true, workflows: [page] }
  - { name: deletes, kinds: [alerts], include_deletes: true, workflows: [page] }
  - { name: kind, kinds: [alerts, compliance], workflows: [page] }
  - { name: disabled, kinds: [alerts], enabled: false, workflows: [page] }
";
    assert_eq!(lints(stops), []);
}

#[test]
fn stops_add_up() {
    let rules = "automations:
  - { name: a, kinds: [alerts], stop: true, workflows: [page] }
  - { name: b, kinds: [compliance], stop: true, rule_sets: [{ rules: [] }], workflows: [page] }
  - { name: c, kinds: [compliance, alerts], workflows: [page] }
";
    assert_eq!(lints(rules), [Lint::Unreachable]);
}

#[test]
fn a_disabled_automation_uses_its_workflow() {
    assert_eq!(
        lints(&format!(
            "automations:\n  - {{ name: a, enabled: false, {ALERTS} }}\n"
        )),
        []
    );
}
