//! What matches runs its workflows, with the event's own bytes; what does not costs nothing.

use std::collections::BTreeSet;

use axum::http::HeaderName;
use firebell::deliver::Identity;
use serde_json::json;

use crate::kit::scene::{counted, everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Plan, Receiver, Setup, events, unique};

/// Spaces, number forms and escapes that no serializer would write again.
const ODD: &str = "{ \"SystemAlertId\" : \"5f1d0000-0000-4000-8000-00000000002a\",\t\"AlertType\":\"x\" ,\r\n \
                   \"Severity\":\"H\\u0069gh\", \"n\":1.50E+2, \"big\":123456789012345678901234567890, \
                   \"lone\":\"\\ud83d\", \"n\":-0.0, \"TimeGenerated\":\"2025-03-01T10:01:00.5Z\", \"\u{fc}\":[ ] }";
const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_match_of_each_kind_runs_its_own_workflow() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = of_each_kind(setup, &receiver);
        let _daemon = start(setup, &plan, 2);
        let topics = plan.sources();
        let matching = [
            events::alert(1, "High"),
            events::assessment(2, "Unhealthy", "High"),
            events::compliance(3, "Failed"),
        ];
        let others = [
            events::alert(4, "Low"),
            events::assessment(5, "Healthy", "High"),
            events::compliance(6, "Passed"),
        ];
        // The first source takes all kinds; each of the others says what its events are.
        let all = matching.iter().chain(&others).cloned();
        produce(
            &setup.cluster,
            &topics[0],
            &all.map(Record::of).collect::<Vec<_>>(),
        );
        for (topic, own) in topics[1..].iter().zip([
            r#"{"Severity":"high","name":"0-b"}"#,
            r#"{"properties":{"status":{"code":"UNHEALTHY"}},"name":"0-c"}"#,
            r#"{"properties":{"state":"Failed"},"name":"0-d"}"#,
        ]) {
            produce(&setup.cluster, topic, &[Record::of(own)]);
        }
        wait_settled(setup, &plan);
        for (path, kind, numbers) in [
            ("/alerts", "firebell.Alerts", [1, 11]),
            ("/recommendations", "firebell.Assessments", [2, 12]),
            (
                "/compliance",
                "firebell.RegulatoryComplianceAssessment",
                [3, 13],
            ),
        ] {
            let requests = receiver.requests(path);
            let came = requests.iter().filter_map(|one| events::number(&one.body));
            assert_eq!(
                came.collect::<BTreeSet<_>>(),
                BTreeSet::from(numbers),
                "{path}"
            );
            assert_eq!(requests.len(), 2, "{path}");
            let kinds: BTreeSet<_> = requests.iter().map(|one| one.header("ce-type")).collect();
            assert_eq!(kinds, BTreeSet::from([Some(kind)]));
        }
    });
}

fn of_each_kind(setup: &Setup, receiver: &Receiver) -> Plan {
    let name = unique("kinds");
    let source = |kind: &str| json!({"topic": format!("{name}.{kind}"), "kind": kind});
    let kinds = ["auto", "alerts", "recommendations", "compliance"];
    let mut plan = Plan::new(setup, &name).set("sources", kinds.map(source).to_vec());
    for (kind, property, value) in [
        ("alerts", "Severity", "High"),
        ("recommendations", "properties.status.code", "Unhealthy"),
        ("compliance", "properties.state", "Failed"),
    ] {
        let rule = json!({"property": property, "operator": "Equals", "value": value});
        plan = plan
            .workflow(kind, &receiver.url(&format!("/{kind}")))
            .automation(json!({
                "name": format!("on-{kind}"),
                "kinds": [kind],
                "rule_sets": [{"rules": [rule]}],
                "workflows": [kind],
            }));
    }
    plan
}

#[test]
fn a_request_is_a_cloud_event_with_the_events_own_bytes() {
    everywhere(|setup| {
        let began = firebell::clock::now_millis() / 1_000;
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("request"))
            .workflow("w", &receiver.url("/w?sig=1"))
            .on_high_alerts("wake up \u{fc}", &["w"]);
        let _daemon = start(setup, &plan, 1);
        let headers = vec![
            ("traceparent".to_owned(), Some(TRACE.into())),
            ("x-foreign".to_owned(), Some(b"f".to_vec())),
            ("tracestate".to_owned(), Some(b"a=b".to_vec())),
        ];
        let record = Record {
            key: Some(b"k".to_vec()),
            headers,
            ..Record::of(format!("\u{feff} {ODD}\n"))
        };
        produce(&setup.cluster, &plan.name, &[Record::of("[]"), record]);
        let request = receiver.wait_for("/w", 1).remove(0);
        assert_eq!(request.method, "POST");
        assert_eq!(request.query.as_deref(), Some("sig=1&sig=hush-hush"));
        assert_eq!(request.body, ODD);

        let id = request.header("webhook-id").unwrap();
        assert!(id.len() == 36 && id.starts_with("msg_"), "{id}");
        let sent: i64 = request
            .header("webhook-timestamp")
            .unwrap()
            .parse()
            .unwrap();
        let now = firebell::clock::now_millis() / 1_000;
        assert!((began..=now).contains(&sent), "{sent}, and it is {now}");
        let at = format!("{}/0/1", plan.name);
        let event_id = event_id(setup, &plan, id);
        let source = format!("/firebell/{}", plan.name);
        let version = concat!("firebell/", env!("CARGO_PKG_VERSION"));
        for (name, value) in [
            ("content-type", "application/json"),
            ("user-agent", version),
            ("x-ms-client-tracking-id", id),
            ("traceparent", TRACE),
            ("ce-specversion", "1.0"),
            ("ce-id", &event_id),
            ("ce-source", &source),
            ("ce-type", "firebell.Alerts"),
            ("ce-time", "2025-03-01T10:01:00.5Z"),
            ("ce-automation", "wake%20up%20%C3%BC"),
            ("ce-workflow", "w"),
            ("ce-attempt", "1"),
            ("ce-record", &at),
            ("ce-place", "0"),
        ] {
            assert_eq!(request.header(name), Some(value), "{name}");
        }
        let names: BTreeSet<_> = request.headers.keys().map(HeaderName::as_str).collect();
        // The fourteen above, the webhook's two, and those of HTTP itself.
        assert_eq!(
            names.len(),
            14 + 2 + ["accept", "content-length", "host"].len(),
            "{names:?}"
        );
    });
}

/// The id of the event of the second record, whose delivery has this one.
fn event_id(setup: &Setup, plan: &Plan, delivery_id: &str) -> String {
    let produced = read(&setup.cluster, &plan.name)[1].timestamp;
    let identity = Identity::new(ODD.as_bytes(), produced, 0);
    assert_eq!(delivery_id, identity.delivery_id("wake up \u{fc}", "w"));
    identity.event_id()
}

#[test]
fn each_event_of_an_envelope_is_a_delivery_of_its_own() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("envelope"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("first", &["w"])
            .on_high_alerts("second", &["w"]);
        let _daemon = start(setup, &plan, 1);
        let one = |number| events::alert(number, if number % 2 == 0 { "High" } else { "Low" });
        let list = format!("[{} , {},\n{}]", one(0), one(1), one(2));
        let envelope = format!("\u{feff}{{\"records\": [ {} ,{}, 7]}}", one(4), one(5));
        let records = [Record::of(list), Record::of(envelope), Record::default()];
        produce(&setup.cluster, &plan.name, &records);
        wait_settled(setup, &plan);

        // Two automations name the workflow: it runs for both, with an id for each.
        let requests = receiver.requests("/w");
        let came = requests.iter().map(|one| {
            let text = std::str::from_utf8(&one.body).unwrap().to_owned();
            (text, one.header("ce-automation").unwrap().to_owned())
        });
        let runs = |number| ["first", "second"].map(|name| (one(number), name.to_owned()));
        let expected = [runs(0), runs(2), runs(4)].concat();
        assert_eq!(counted(came), counted(expected));
        let ids: BTreeSet<_> = receiver.ids("/w").into_iter().collect();
        assert_eq!(ids.len(), 6);

        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].value.as_deref(), Some(&b"7"[..]));
        assert_eq!(
            (own(&letters[0], "reason"), own(&letters[0], "place")),
            ("not-an-event", "2")
        );
    });
}

#[test]
fn what_matches_nothing_costs_a_commit_and_no_more() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("unmatched"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 2);
        let mut records: Vec<_> = (0..300)
            .map(|n| Record::of(events::alert(n, "Low")))
            .collect();
        records.extend([Record::default(), Record::default()]);
        let before = daemon.lines_of_events();
        produce(&setup.cluster, &plan.name, &records);
        wait_settled(setup, &plan);

        assert!(receiver.requests("/w").is_empty());
        let count = |result| daemon.metric("firebell_records_total", &[("result", result)]);
        assert_eq!(count("unmatched"), Some(300.0));
        assert_eq!(count("tombstone"), Some(2.0));
        assert_eq!(
            daemon.lines_of_events(),
            before,
            "a line for a record that matches nothing"
        );
    });
}
