use super::kit::{Case, LEAST, refused};

/// What is said of a workflow with these lines.
fn said(lines: &str) -> String {
    let lines = lines.replace('\n', "\n    ");
    refused(&format!(
        "workflows:\n  chat:\n    url: 'https://h.example/x'\n    {lines}\n"
    ))
}

#[test]
fn modes_and_methods_have_names() {
    insta::assert_snapshot!(said("mode: binery\nmethod: GET\nheader: {}"), @"
    firebell.yaml:5:5: workflows.chat.mode: unknown value `binery`
        help: did you mean `binary`? known here: binary, structured, template
    firebell.yaml:6:5: workflows.chat.method: unknown value `GET`
        help: known here: POST, PUT, PATCH
    firebell.yaml:7:5: workflows.chat.header: unknown key
        help: did you mean `headers`? known here: url, own_group, timeout, connect_timeout, max_in_flight, queue, attempts, backoff, adaptive, rate, breaker, retry_budget, status, auth, signing, tls, batch, headers, method, mode, template
    3 problems
    ");
    insta::assert_snapshot!(said("mode: template"), @"
    firebell.yaml:3:3: workflows.chat.template: missing: `mode: template` needs one
    1 problem
    ");
}

#[test]
fn a_mistake_in_a_template_is_a_problem_with_its_line() {
    let text = "workflows:
  chat:
    url: 'https://h.example/x'
    template: |
      {
        \"text\": {{ evnt.Severity }},
        \"more\": {{ delivery.nid | uper }}
      }
";
    let case = Case::new(&format!("{LEAST}{text}"));
    let shown = case.refused_with_excerpts();
    insta::assert_snapshot!(shown.replace(&format!("{}/", case.path().display()), ""), @r#"
    firebell.yaml:5:5 (template):2:14: workflows.chat.template: unknown value `evnt`
          |
        2 |   "text": {{ evnt.Severity }},
          |              ^^^^^^^^^^^^^
        help: did you mean `event`? known here: delivery, event, events, settings, summary, range
    firebell.yaml:5:5 (template):3:14: workflows.chat.template: unknown value `delivery.nid`
          |
        3 |   "more": {{ delivery.nid | uper }}
          |              ^^^^^^^^^^^^^^^^^^^
        help: did you mean `id`? known here: attempt, automation, event_id, id, kind, offset, partition, place, time, topic, workflow
    firebell.yaml:5:5 (template):3:29: workflows.chat.template: unknown filter `uper`
          |
        3 |   "more": {{ delivery.nid | uper }}
          |                             ^^^^
        help: did you mean `upper`? known here: abs, at, bool, capitalize, count, d, default, dictsort, first, float, int, items, join, last, length, lines, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, select, selectattr, slack, sort, split, string, sum, title, trim, truncate, unique, upper, urlencode
    3 problems
    "#);
    let case = Case::new(&format!(
        "{LEAST}workflows: {{ a: {{ url: 'http://h/', template: {{ file: body.j2 }} }} }}"
    ));
    let case = case.with_file("body.j2", "{\n  \"text\": {{ event.Severity | }}\n}\n");
    let shown = case.refused_with_excerpts();
    insta::assert_snapshot!(shown.replace(&format!("{}/", case.path().display()), ""), @r#"
    body.j2:2:31: workflows.a.template.file: syntax error: unexpected end of variable block, expected identifier
          |
        2 |   "text": {{ event.Severity | }}
          |                               ^^
    1 problem
    "#);
}

#[test]
fn a_template_with_a_reference_in_it_is_not_shown() {
    let text = "workflows: { a: { url: 'http://h/', template: '{{ evnt }} ${env:TOKEN}' } }";
    let case = Case::new(&format!("{LEAST}{text}")).with_variable("TOKEN", "hush-hush");
    let shown = case.refused_with_excerpts();
    insta::assert_snapshot!(shown.replace(&format!("{}/", case.path().display()), ""), @"
    firebell.yaml:2:37: workflows.a.template: a mistake in line 1, column 4 of the template; it holds a reference, so nothing of it is shown
        help: give what is secret by `settings`
    1 problem
    ");
}

#[test]
fn a_template_is_one_of_three() {
    insta::assert_snapshot!(said("template: {text: a, file: b}"), @"
    firebell.yaml:5:5: workflows.chat.template: expected one of `text`, `file` and `preset`
    1 problem
    ");
    insta::assert_snapshot!(said("template: {settings: {a: b}}"), @"
    firebell.yaml:5:5: workflows.chat.template: expected one of `text`, `file` and `preset`
    1 problem
    ");
    insta::assert_snapshot!(said("template: {file: nothing.j2}"), @"
    firebell.yaml:5:16: workflows.chat.template.file: failed to read the file: No such file or directory (os error 2)
    1 problem
    ");
    insta::assert_snapshot!(said("template: {text: a, content_type: json, colour: red}"), @"
    firebell.yaml:5:25: workflows.chat.template.content_type: expected a media type such as `application/json`, found `json`
    firebell.yaml:5:45: workflows.chat.template.colour: unknown key
        help: known here: text, file, preset, settings, content_type
    2 problems
    ");
}

#[test]
fn settings_of_a_preset_are_checked() {
    insta::assert_snapshot!(said("template: {preset: pagerdutty}"), @"
    firebell.yaml:5:16: workflows.chat.template.preset: unknown value `pagerdutty`
        help: did you mean `pagerduty`? known here: jira, logic-app, pagerduty, servicenow, slack, teams
    1 problem
    ");
    insta::assert_snapshot!(said("template: {preset: pagerduty}"), @"
    firebell.yaml:5:5: workflows.chat.template.settings: missing: the preset needs `routing_key`
    1 problem
    ");
    insta::assert_snapshot!(said("template: {preset: jira, settings: {projekt: A}}"), @"
    firebell.yaml:5:30: workflows.chat.template.settings: missing: the preset needs `project`
    firebell.yaml:5:41: workflows.chat.template.settings.projekt: unknown setting `projekt`
        help: did you mean `project`? known here: project, issue_type, api, label
    2 problems
    ");
    insta::assert_snapshot!(said("template: {preset: slack, content_type: text/plain}"), @"
    firebell.yaml:5:31: workflows.chat.template.content_type: a preset says itself what its body is
    1 problem
    ");
    insta::assert_snapshot!(said("template: {preset: slack}\nbatch: {max_events: 2}"), @"
    firebell.yaml:5:16: workflows.chat.template.preset: a preset writes one event a request: `batch.max_events` must be 1
    1 problem
    ");
}

#[test]
fn a_header_that_is_ours_is_refused_with_the_reason() {
    let lines = "headers:
  Authorization: x
  Webhook-Id: x
  CE-Type: x
  Content-Length: '1'
  Content-Type: x
  firebell-x: x
  traceparent: x
  'a b': x
  X-Line: \"a\\nb\"
  X-Empty: ''
  X-Twice: a
  x-twice: b
  X-Good: good";
    insta::assert_snapshot!(said("headers: {X-A: a, x-a: b}"), @"
    firebell.yaml:5:5: workflows.chat.headers: a header stands twice: their names have no case
    1 problem
    ");
    insta::assert_snapshot!(said(lines), @"
    firebell.yaml:6:7: workflows.chat.headers.Authorization: cannot be set: use `auth`
    firebell.yaml:7:7: workflows.chat.headers.Webhook-Id: cannot be set: a receiver knows a delivery by it
    firebell.yaml:8:7: workflows.chat.headers.CE-Type: cannot be set: it says what the event is
    firebell.yaml:9:7: workflows.chat.headers.Content-Length: cannot be set: it belongs to the connection
    firebell.yaml:10:7: workflows.chat.headers.Content-Type: cannot be set: use `template.content_type`
    firebell.yaml:11:7: workflows.chat.headers.firebell-x: cannot be set: it is kept for Firebell's own
    firebell.yaml:12:7: workflows.chat.headers.traceparent: cannot be set: it is the record's own
    firebell.yaml:13:7: workflows.chat.headers.a b: not a header's name: letters, digits and `-`
    firebell.yaml:14:7: workflows.chat.headers.X-Line: not a header's value: one line of visible ASCII, 4096 bytes at most
    firebell.yaml:15:7: workflows.chat.headers.X-Empty: must not be empty
    10 problems
    ");
}

#[test]
fn a_url_takes_values_behind_its_host_alone() {
    let said = |url: &str| refused(&format!("workflows: {{ a: {{ url: '{url}' }} }}"));
    insta::assert_snapshot!(said("https://{{ event.host }}/hush"), @"
    firebell.yaml:2:19: workflows.a.url: `{{ … }}` may stand after the host alone, in the path or the query
    1 problem
    ");
    insta::assert_snapshot!(said("https://h.example{{ event.x }}/hush"), @"
    firebell.yaml:2:19: workflows.a.url: `{{ … }}` may stand after the host alone, in the path or the query
    1 problem
    ");
    insta::assert_snapshot!(said("https://h.example/{% if event %}hush{% endif %}"), @"
    firebell.yaml:2:19: workflows.a.url: a URL takes values alone, `{{ … }}`
    1 problem
    ");
    insta::assert_snapshot!(said("https://h.example/hush/{{ evnt.x }}"), @"
    firebell.yaml:2:19: workflows.a.url: unknown value `evnt`
        help: did you mean `event`? known here: delivery, event, events, settings, summary, range
    1 problem
    ");
    insta::assert_snapshot!(said("https://h.example/{{ event.x / hush?sig=hush"), @"
    firebell.yaml:2:19: workflows.a.url: its values cannot be read: each is one of `{{ … }}`
    1 problem
    ");
    insta::assert_snapshot!(said("ftp://h.example/{{ event.x }}"), @"
    firebell.yaml:2:19: workflows.a.url: expected a URL, `https://…` or `http://…`; it is a secret and not shown
    1 problem
    ");
}

#[test]
fn a_batch_is_bounded() {
    insta::assert_snapshot!(said("queue: 20\nbatch: {max_events: 21, max_wait: 2m, max_bytes: 1}"), @"
    firebell.yaml:6:13: workflows.chat.batch.max_events: must not be more than queue (20)
    firebell.yaml:6:29: workflows.chat.batch.max_wait: expected a duration from 0s to 1m, found `2m`
    firebell.yaml:6:43: workflows.chat.batch.max_bytes: expected a size from 1 KiB to 64 MiB, found `1`
    3 problems
    ");
    insta::assert_snapshot!(said("batch: {max_events: 2}\ntemplate: '{{ event }}'"), @"
    firebell.yaml:6:5 (template):1:4: workflows.chat.template: unknown value `event`
        help: did you mean `events`? known here: events, settings, range
    1 problem
    ");
}
