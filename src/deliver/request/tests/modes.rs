use super::*;

/// Spaces, escapes and number forms that no serializer would write again.
const ODD: &str =
    "{ \"Severity\":\"H\\u0069gh\",\t\"n\":1.50E+2, \"AlertDisplayName\": \"a \\\"b\\\"\" }";

fn sent(lines: &str) -> String {
    let one = delivery(ODD, EventKind::Alerts, 42);
    shown(&build(&workflow(lines), &[one], 1_760_000_007).unwrap())
}

#[test]
fn binary_sends_the_events_own_bytes() {
    insta::assert_snapshot!(sent("mode: binary\nheaders: {X-Team: bells}"), @r#"
    POST https://hooks.example/run?sig=hush
    ce-attempt: 1
    ce-automation: wake%20%C3%BCp
    ce-id: evt_42
    ce-place: 1
    ce-record: alerts/3/42
    ce-source: /firebell/alerts
    ce-specversion: 1.0
    ce-time: 2025-10-09T08:53:20Z
    ce-type: firebell.Alerts
    ce-workflow: chat
    content-type: application/json
    traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
    webhook-id: msg_42
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_42
    x-team: bells

    { "Severity":"H\u0069gh",	"n":1.50E+2, "AlertDisplayName": "a \"b\"" }
    "#);
}

#[test]
fn structured_embeds_the_events_own_bytes() {
    let sent = sent("mode: structured\nmethod: put");
    insta::assert_snapshot!(sent, @r#"
    PUT https://hooks.example/run?sig=hush
    content-type: application/cloudevents+json
    traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
    webhook-id: msg_42
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_42

    {"specversion":"1.0","id":"evt_42","source":"/firebell/alerts","type":"firebell.Alerts","time":"2025-10-09T08:53:20Z","datacontenttype":"application/json","automation":"wake üp","workflow":"chat","attempt":1,"record":"alerts/3/42","place":1,"deliveryid":"msg_42","data":{ "Severity":"H\u0069gh",	"n":1.50E+2, "AlertDisplayName": "a \"b\"" }}
    "#);
    assert!(sent.ends_with(&format!("\"data\":{ODD}}}")));
    let (_, body) = sent.split_once("\n\n").unwrap();
    serde_json::from_str::<serde_json::Value>(body).unwrap();
}

#[test]
fn a_template_makes_the_body() {
    let lines = r#"template: '{"text": "{{ event.severity }}: {{ summary.title }}", "n": {{ event.n }}, "attempt": {{ delivery.attempt }}}'"#;
    insta::assert_snapshot!(sent(lines), @r#"
    POST https://hooks.example/run?sig=hush
    content-type: application/json
    traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
    webhook-id: msg_42
    webhook-timestamp: 1760000007
    x-ms-client-tracking-id: msg_42

    {"text": "High: a \"b\"", "n": 150.0, "attempt": 1}
    "#);
    let text = "mode: template\ntemplate: {text: 'a={{ event.severity | urlencode }}', content_type: application/x-www-form-urlencoded, settings: {a: b}}";
    let sent = sent(text);
    assert!(sent.contains("content-type: application/x-www-form-urlencoded\n"));
    assert!(sent.ends_with("\n\na=High"), "{sent}");
}

#[test]
fn what_cannot_be_rendered_is_a_reason_without_the_event() {
    let one = [delivery(ODD, EventKind::Alerts, 42)];
    let failed = |lines: &str| build(&workflow(lines), &one, 0).unwrap_err();
    let failure = failed("template: '{{ event.nothing }}'");
    assert_eq!(failure.reason, Reason::RenderFailed);
    insta::assert_snapshot!(failure.text, @"
    line 1 of the template: undefined value: `event.nothing`
    ");
    insta::assert_snapshot!(failed("template: '{{ event.Severity }}}'").text, @"
    the template: its output is not JSON at line 1, column 7
    ");
}

#[test]
fn values_of_a_url_stay_in_their_place() {
    let config = configured(
        "url: 'https://hooks.example/run/{{ event.severity }}?who={{ summary.title }}&sig=hush'",
    );
    let workflow = &config.workflows["chat"];
    let request = build(workflow, &[delivery(ODD, EventKind::Alerts, 42)], 0).unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://hooks.example/run/High?who=a%20%22b%22&sig=hush"
    );
    let event = r#"{"severity": ".."}"#;
    let failure = build(workflow, &[delivery(event, EventKind::Alerts, 42)], 0).unwrap_err();
    assert_eq!(failure.reason, Reason::RenderFailed);
    assert!(!failure.text.contains("hooks") && !failure.text.contains("hush"));
    assert!(!format!("{workflow:?}").contains("hooks.example"));
}

#[test]
fn a_token_takes_the_shared_access_out_of_a_url_with_values() {
    let config = configured(
        "url: 'https://hooks.example/run/{{ event.severity }}?api-version=1&sp=a&sv=1&sig=hush'
    auth: {type: entra, tenant: contoso.example, client_id: a, client_secret: b}",
    );
    let workflow = &config.workflows["chat"];
    let request = build(workflow, &[delivery(ODD, EventKind::Alerts, 42)], 0).unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://hooks.example/run/High?api-version=1"
    );
}

#[test]
fn a_url_with_values_and_a_header_follow_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "url",
        "https://hooks.example/1/{{ event.severity }}?sig=hush",
    );
    write("key", "one");
    write(
        "firebell.yaml",
        "sources: [alerts]\nworkflows: {chat: {url: '${file:url}', headers: {X-Key: '${file:key}'}}}\n",
    );
    let sources = Sources {
        file: Some(folder.path().join("firebell.yaml")),
        environment: Vec::new(),
    };
    let workflow = load(&sources).unwrap().workflows["chat"].clone();
    let sent = || {
        let one = [delivery(ODD, EventKind::Alerts, 42)];
        let request = build(&workflow, &one, 0).unwrap();
        let key = request.headers()["x-key"].to_str().unwrap().to_owned();
        (request.url().path().to_owned(), key)
    };
    assert_eq!(sent(), ("/1/High".to_owned(), "one".to_owned()));
    write(
        "url",
        "https://hooks.example/2/{{ event.severity }}?sig=hush",
    );
    write("key", "two");
    for watched in workflow.watched() {
        watched.look();
    }
    assert_eq!(sent(), ("/2/High".to_owned(), "two".to_owned()));
}
