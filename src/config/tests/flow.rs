use std::time::Duration;

use super::kit::{Case, LEAST, refused};
use crate::config::{Rate, StatusPolicy};

#[test]
fn a_workflow_holds_back_as_it_says_and_else_as_all_do() {
    let config = Case::new(&format!(
        "{LEAST}workflow_defaults: {{ rate: {{ requests: 60, per: 1m }} }}
workflows:
  a: {{ url: 'http://a.test/', rate: {{ burst: 5 }}, breaker: {{ probe_after: 1s }} }}
  b:
    url: http://b.test/
    breaker: {{ enabled: false }}
    retry_budget: {{ share: 0 }}
    status: {{ success: [404], retry: [409, '520-529'] }}
"
    ))
    .load();
    let (a, b) = (&config.workflows["a"], &config.workflows["b"]);
    let rate = |burst| {
        Some(Rate {
            requests: 60,
            per: Duration::from_mins(1),
            burst,
        })
    };
    assert_eq!((a.flow.rate, b.flow.rate), (rate(5), rate(1)));
    assert!(!a.flow.adaptive && b.flow.breaker.is_none());
    let breaker = a.flow.breaker.unwrap();
    assert_eq!(breaker.probe_after, Duration::from_secs(1));
    assert_eq!((breaker.min_requests, b.flow.retry_budget.min), (10, 10));
    assert_eq!(a.status, StatusPolicy::default());
    assert_eq!(b.status.retry, [409..=409, 520..=529]);
}

#[test]
fn limits_that_hold_nothing_back_are_problems() {
    let text = "workflow_defaults:
  adaptive: perhaps
  rate: { requests: 2, burst: 3 }
  breaker: { failure_share: 1.5, min_requests: 0, probe_after: 6m, window: 1ms }
  retry_budget: { share: a fifth, max: 3 }
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:3:3: workflow_defaults.adaptive: expected `true` or `false`, found `perhaps`
    firebell.yaml:4:24: workflow_defaults.rate.burst: must not be more than requests (2)
    firebell.yaml:5:14: workflow_defaults.breaker.failure_share: expected a number from 0.01 to 1, found `1.5`
    firebell.yaml:5:34: workflow_defaults.breaker.min_requests: expected a whole number from 1 to 10000, found `0`
    firebell.yaml:5:51: workflow_defaults.breaker.probe_after: must not be more than probe_max (5m)
    firebell.yaml:5:68: workflow_defaults.breaker.window: expected a duration from 1s to 10m, found `1ms`
    firebell.yaml:6:19: workflow_defaults.retry_budget.share: expected a number from 0 to 10, found `a fifth`
    firebell.yaml:6:35: workflow_defaults.retry_budget.max: unknown key
        help: known here: share, min
    8 problems
    ");
}

#[test]
fn a_status_has_one_meaning() {
    let text = "workflows:
  a:
    url: http://a.test/
    status: { success: [404, 700, 599-500], retry: [400-420, 5xx], dead_letter: [418] }
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:5:30: workflows.a.status.success[1]: expected a status such as `409`, or a range such as `520-529`, found `700`
    firebell.yaml:5:35: workflows.a.status.success[2]: expected a status such as `409`, or a range such as `520-529`, found `599-500`
    firebell.yaml:5:53: workflows.a.status.retry[0]: 404 has a meaning already: workflows.a.status.success[0] at firebell.yaml:5:25
    firebell.yaml:5:62: workflows.a.status.retry[1]: expected a status such as `409`, or a range such as `520-529`, found `5xx`
    firebell.yaml:5:82: workflows.a.status.dead_letter[0]: 418 has a meaning already: workflows.a.status.retry[0] at firebell.yaml:5:53
    5 problems
    ");
}
